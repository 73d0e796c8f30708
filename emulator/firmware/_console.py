# The serial console: input() with the line editing that a terminal at the other end expects, and the programs
# that run before the prompt.
import builtins
import sys

import _esp32
from micropython import kbd_intr

_CTRL_C = 3
_CTRL_D = "\x04"
_ENTER = "\r\n"
_DELETE = "\b\x7f"


def read_line(prompt=""):
    # Echoes what is typed, as the port's readline does; the line ends with Enter.
    out = sys.stdout
    out.write(str(prompt))
    line = []
    while True:
        key = sys.stdin.read(1)
        if key in _ENTER and key:
            out.write("\n")
            return "".join(line)
        if key == _CTRL_D and not line:
            raise EOFError
        if key in _DELETE and key:
            if line:
                line.pop()
                out.write("\b \b")
        elif key >= " ":
            line.append(key)
            out.write(key)


def run_programs(main):
    # boot.py and, unless the host waits in the raw REPL, main.py.
    import __main__
    from _boot import seed_random, soft_reset

    install()
    seed_random()
    for name in ("boot.py", "main.py") if main else ("boot.py",):
        try:
            with open(name) as file:
                source = file.read()
        except OSError:
            continue
        kbd_intr(_CTRL_C)
        try:
            exec(compile(source, name, "exec"), __main__.__dict__)
        except SystemExit:
            soft_reset()
        except BaseException as error:
            _tell(error)
            return
        finally:
            kbd_intr(-1)


def _tell(error):
    traceback = sys.modules["sys"].traceback(error)
    _esp32.raised(type(error).__name__, str(error), traceback)
    print(traceback, end="")


def install():
    builtins.input = read_line
    from _help import help

    builtins.help = help
