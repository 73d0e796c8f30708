# How a program starts and ends on the simulated board. prepare() runs once, before there is a
# program; run() is the program's whole life.
import sys

import _esp32
import _sys

# Set by machine.soft_reset(): the next SystemExit starts the interpreter again.
soft_reset_asked = False

_CTRL_C = 3

# The interpreter's own, which shows a program's text as it shall be compiled.
_open_program = open


def prepare():
    # The interpreter's own modules that those of this folder stand on or change.
    import builtins, errno, io, time, uos, uselect

    sys.modules["_host_os"] = uos
    sys.modules["_host_time"] = time
    sys.modules["_host_select"] = uselect
    del sys.modules["time"]
    # Behind '' and before '.frozen': a program's own files still come first, as on the port.
    folder = sys.path.pop()
    sys.path.insert(1, folder)
    import _errno, _vfs

    sys.modules["vfs"] = _vfs
    _vfs.__name__ = "vfs"
    _errno.renumber(errno)
    _sys.install()
    import _gc

    _gc.install()
    import _micropython

    _micropython.install()
    import _tasks

    sys.modules["_asyncio"] = _tasks
    _tasks.__name__ = "_asyncio"
    import os

    sys.modules["uos"] = os
    io.open = builtins.open = os._open
    builtins.input = read_line


def release_heap():
    # A program has ended with the heap locked. Nothing here may take memory before, not even a call of the worker.
    _sys.modules["micropython"].release()


def compile_ahead():
    # While the worker waits for its program.
    import _builtins, _imports, _stdio, machine, network, select, socket, ssl, time


def read_line(prompt=""):
    # The interpreter's own input() waits for its browser.
    print(prompt, end="")
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


class _Overflow:
    def __iter__(self):
        raise RuntimeError("maximum recursion depth exceeded")


_overflow = _Overflow()


def guard_stack():
    _esp32.on_stack_overflow(id(iter), id(_overflow))


def seed_random():
    import random
    from os import urandom

    # Seeded from hardware on a board, hence from the world's seed here.
    random.seed(int.from_bytes(urandom(4), "big"))


def begin():
    import _builtins, _console, _imports, _stdio, os

    _stdio.install()
    _console.install()
    # The port begins above all that is mounted, the interpreter below in its root's file system.
    os.chdir("/")
    seed_random()
    guard_stack()
    _imports.install()
    _builtins.install()


def run():
    # The programs in flash, and nobody at the console.
    begin()
    for name in ("boot.py", "main.py"):
        error = run_file(name)
        if isinstance(error, SystemExit):
            if soft_reset_asked:
                soft_reset()
            _esp32.exit("exit", exit_status(error.value))
        if error is not None:
            tell(error)
            _esp32.exit("exception", 1)


def run_file(name):
    # Returns the exception that ended it.
    import __main__
    from micropython import kbd_intr

    try:
        with _open_program(name) as file:
            source = file.read()
    except OSError:
        return None  # a board without the file goes on without it
    ended = None
    kbd_intr(_CTRL_C)
    try:
        exec(compile(source, name, "exec"), __main__.__dict__)
    except BaseException as error:
        ended = error
    release_heap()
    kbd_intr(-1)
    return ended


def tell(error):
    # Returns the traceback.
    text = _sys.traceback(error)
    _esp32.raised(type(error).__name__, str(error), text)
    return text


def soft_reset():
    print("MPY: soft reboot")
    _esp32.exit("soft-reset", 0)


def exit_status(value):
    # As MicroPython's unix port makes a process status of it.
    if value is None:
        return 0
    return value & 255 if isinstance(value, int) else 1
