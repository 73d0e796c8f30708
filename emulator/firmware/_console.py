# The serial console: input() with the line editing that a terminal at the other end expects, and the programs
# that run before the prompt.
import builtins
import sys

from _boot import begin, run_file, soft_reset, tell

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
    begin()
    for name in ("boot.py", "main.py") if main else ("boot.py",):
        error = run_file(name)
        if isinstance(error, SystemExit):
            soft_reset()
        if error is not None:
            print(tell(error), end="")
            return


def install():
    builtins.input = read_line
    from _help import help

    builtins.help = help
