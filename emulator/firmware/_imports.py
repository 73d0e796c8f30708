# What a program may import: the interpreter below brings modules that the port has not, and the firmware has
# some of its own that nobody else shall see.
import builtins

from _sys import BUILT_IN, FIRMWARE, INTERNAL, modules, path as _path, sys

# Of the interpreter below, not in the port's firmware.
_HIDDEN = INTERNAL | set(
    (
        "_thread abc base64 copy datetime fnmatch functools gzip hmac html inspect itertools js jsffi locale "
        "logging operator pathlib stat string tarfile types unittest uu zlib"
    ).split()
)
_FROZEN = ".frozen"

# What lies in the firmware's folder.
_FIRMWARE_NAMES = set([entry[0].split(".")[0] for entry in modules["_host_os"].ilistdir(FIRMWARE)])

# In C on the port, and not to be replaced by a file: these have no second name.
_FIXED = (
    "__main__ _asyncio _webrepl builtins cmath deflate esp esp32 framebuf gc math micropython network tls uctypes vfs weakref"
).split()
# The second names of all others: whoever asks for them gets what is in C.
_ALIASES = {"u" + name: name for name in BUILT_IN if name not in _FIXED}

_import = builtins.__import__
_stat = modules["_host_os"].stat

# The firmware may import what it likes, also while it is being imported itself.
_depth = 0


def _exists(path):
    try:
        _stat(path)
        return True
    except OSError:
        return False


def _search():
    # Where the interpreter looks: what the port has frozen is in the firmware's folder, and what only this
    # interpreter has comes last, behind a program's own modules.
    folders = [FIRMWARE if folder == _FROZEN else folder for folder in sys.path]
    if FIRMWARE not in folders:
        folders.insert(1, FIRMWARE)
    folders.append(_FROZEN)
    if folders != _path:
        _path[:] = folders


def _folder_of(name):
    # Where a module lies; None: nowhere, or the interpreter has it.
    for folder in _path:
        if folder == _FROZEN:
            continue
        path = folder + "/" + name if folder else name
        if _exists(path + ".py") or _exists(path + ".mpy") or _exists(path):
            return folder
    return None


def _guarded(name, globals=None, locals=None, fromlist=None, level=0):
    global _depth
    if _depth > 0 or level or not isinstance(name, str) or not name:
        # Nothing to decide, or something to refuse.
        return _import(name, globals, locals, fromlist, level)
    name = _ALIASES.get(name, name)
    top = name.split(".")[0]
    if name in modules and top not in _HIDDEN:
        return _import(name, globals, locals, fromlist, level)
    _search()
    if top not in _HIDDEN and top not in _FIRMWARE_NAMES:
        # Nothing to decide, and a program's own file system is asked for its modules as on the port, and no more.
        return _import(name, globals, locals, fromlist, level)
    folder = _folder_of(top)
    if top in _HIDDEN and folder in (None, FIRMWARE):
        raise ImportError("no module named '%s'" % name)
    if folder != FIRMWARE:
        return _import(name, globals, locals, fromlist, level)
    _depth += 1
    try:
        return _import(name, globals, locals, fromlist, level)
    finally:
        _depth -= 1
        _dress()


def _dress():
    # Of the firmware's modules, those that are C on the port come from no file, the others from no folder.
    for module in modules.values():
        file = getattr(module, "__file__", "")
        if file.startswith(FIRMWARE + "/"):
            if module.__name__ in BUILT_IN:
                del module.__file__
            else:
                module.__file__ = file[len(FIRMWARE) + 1 :]


def install():
    # These are Python in the interpreter below.
    for name in ("collections", "io"):
        if hasattr(modules.get(name), "__file__"):
            del modules[name].__file__
    _search()
    _dress()
    builtins.__import__ = _guarded
