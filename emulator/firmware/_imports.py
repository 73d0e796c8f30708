# What a program may import: the interpreter below brings modules that the port has not, and the firmware has
# some of its own that nobody else shall see.
import builtins
import sys

import uos as _host_os

# Of the interpreter below, not in the port's firmware.
_ABSENT = set(
    (
        "_thread abc base64 copy datetime fnmatch functools gzip hmac html inspect itertools js jsffi locale "
        "logging operator pathlib stat string tarfile types unittest uu zlib"
    ).split()
)
_INTERNAL = set(
    (
        "_boot _buffers _command _console _errno _esp32 _gc _help _imports _micropython _sys _tasks _tls_context _tls_socket _vfs _host_time"
    ).split()
)

_import = builtins.__import__
_stat = _host_os.stat
_modules = sys.modules
_FIRMWARE = "/rom/"

# The firmware may import what it likes, also while it is being imported itself.
_depth = 0


def _exists(path):
    try:
        _stat(path)
        return True
    except OSError:
        return False


def _is_firmware(name):
    return _exists(_FIRMWARE + name + ".py") or _exists(_FIRMWARE + name)


def _is_users(name):
    # A program's own module, in the flash's root or in /lib.
    for folder in sys.path:
        if folder == ".frozen" or folder + "/" == _FIRMWARE:
            continue
        path = folder + "/" + name if folder else name
        if _exists(path + ".py") or _exists(path + ".mpy") or _exists(path):
            return True
    return False


def _guarded(name, globals=None, locals=None, fromlist=None, level=0):
    global _depth
    if _depth == 0 and level == 0:
        top = name.split(".")[0]
        if (top in _INTERNAL or top in _ABSENT) and not _is_users(top):
            raise ImportError("no module named '%s'" % name)
        if name not in _modules and _is_firmware(top) and not _is_users(top):
            _depth += 1
            try:
                return _import(name, globals, locals, fromlist, level)
            finally:
                _depth -= 1
    return _import(name, globals, locals, fromlist, level)


def install():
    # A program's own module of such a name is found before the interpreter's.
    if ".frozen" in sys.path:
        sys.path.remove(".frozen")
        sys.path.append(".frozen")
    builtins.__import__ = _guarded
