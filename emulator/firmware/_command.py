# A program as the command `micropython` runs it: a file, a text, a module, or nothing before the prompt.
# What it leaves undone is a traceback on standard error and an exit status, as the unix port has them.
import sys

import _esp32
import _imports
from _boot import _open_program, exit_status, guard_stack, release_heap, seed_random, tell


def run():
    from json import loads
    from micropython import opt_level

    command = loads(_esp32.command())
    seed_random()
    guard_stack()
    sys.path[:] = command["path"]
    sys.argv[:] = command["argv"]
    _imports.install()
    opt_level(command["optimise"])
    program = command["program"]
    try:
        _execute(program["kind"], program["text"])
    except SystemExit as error:
        release_heap()
        _esp32.exit("exit", exit_status(error.value))
    except BaseException as error:
        release_heap()
        text = tell(error)
        _esp32.write_error(text)
        if not command["interactive"]:
            _esp32.exit("exception", 1)
        return 1
    return 0


def _execute(kind, text):
    import __main__

    if kind == "file":
        with _open_program(text) as file:
            exec(compile(file.read(), text, "exec"), __main__.__dict__)
    elif kind == "code":
        exec(compile(_esp32.without_code_emitters(text), "<stdin>", "exec"), __main__.__dict__)
    elif kind == "module":
        _run_module(text)


def _run_module(name):
    # The interpreter's import gives a module no other name than its own, so its file is run as __main__;
    # a package's is __main__.py.
    import __main__
    from os import stat

    path = name.replace(".", "/")
    for folder in sys.path:
        for tail in ("/__main__.py", ".py"):
            candidate = (folder + "/" if folder else "") + path + tail
            try:
                stat(candidate)
            except OSError:
                continue
            return _execute("file", candidate)
    raise ImportError("no module named '%s'" % name)
