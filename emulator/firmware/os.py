# os as the board has it: the file system of the interpreter below, with the port's error numbers.
from collections import namedtuple

import uos as _host
import vfs as _vfs
from _buffers import sink as _sink
from _esp32 import machine_name as _machine_name, random as _random

# What Emscripten's file system reports, and the port's number for it.
_ERRNO = {44: 2, 20: 17, 31: 21, 54: 20, 2: 13, 28: 22, 55: 39, 8: 9, 51: 28, 63: 1, 75: 18, 69: 30}

sep = "/"


def _translated(function):
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except OSError as error:
            failure = error
        if _in_emscripten(args[0] if args else ""):
            failure = OSError(_ERRNO.get(failure.errno, failure.errno))
        raise failure

    return call


def _in_emscripten(path):
    # Otherwise it lies in a file system that the program mounted, or that a mount does not reach.
    if path[:1] != "/":
        path = getcwd() + "/" + path
    depth = 0
    found = None
    for system, point in _vfs.mount():
        if len(point) > depth and (path + "/").startswith(point.rstrip("/") + "/"):
            depth = len(point)
            found = system
    return isinstance(found, _host.VfsPosix)


open_file = _translated(open)

chdir = _translated(_host.chdir)
getcwd = _host.getcwd
ilistdir = _translated(_host.ilistdir)
listdir = _translated(_host.listdir)
mkdir = _translated(_host.mkdir)
remove = _translated(_host.remove)
rename = _translated(_host.rename)
rmdir = _translated(_host.rmdir)
stat = _translated(_host.stat)
statvfs = _translated(_host.statvfs)
unlink = remove

_Uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname("esp32", "esp32", "1.29.0", "v1.29.0", _machine_name())


def urandom(count):
    data = bytearray(count)
    _random(*_sink(data))
    return bytes(data)
