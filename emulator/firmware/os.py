# os as the board has it: the file system of the interpreter below, with the port's error numbers.
from collections import namedtuple as _namedtuple

import _esp32
from _buffers import sink as _sink
from _esp32 import (
    flash_blocks as _flash_blocks,
    is_command as _is_command,
    machine_name as _machine_name,
    open_as_data as _as_data,
    random as _random,
)
from _sys import modules as _modules
from vfs import mount, mounted as _mounted, umount

_host = _modules["_host_os"]

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


# What the current folder lies in, as an entry of mount(): a mounted file system says of its current folder what it
# likes, so that getcwd() does not tell. None: nothing that is mounted.
_current = _mounted()[0] if _mounted() else None


def _system_of(path):
    # The entry of mount() that a path belongs to, found as mp_vfs_lookup_path() finds it.
    mounted = _mounted()
    if path[:1] != "/":
        if _current in mounted:
            return _current
        path = "/" + path
    found = None
    for entry in mounted:
        point = entry[1].rstrip("/") + "/"
        if (path + "/").startswith(point) and (found is None or len(entry[1]) > len(found[1])):
            found = entry
    return found


def _in_emscripten(path):
    # Otherwise it lies in a file system that the program mounted, or that a mount does not reach.
    found = _system_of(path)
    return found is not None and isinstance(found[0], _host.VfsPosix)


def _on_flash(path):
    return _in_emscripten(path) and not _is_command()


_host_open = open


def _open_as_data(*args, **kwargs):
    # A program reads its files as they are; those that it imports are compiled as far as they can be here.
    _as_data(True)
    try:
        return _host_open(*args, **kwargs)
    finally:
        _as_data(False)


_open = _translated(_open_as_data)

_chdir = _translated(_host.chdir)


def chdir(path):
    global _current
    system = _system_of(path)
    _chdir(path)
    # From "/" paths are looked up as those that begin there.
    _current = system if path != "/" else None


getcwd = _host.getcwd
_ilistdir = _translated(_host.ilistdir)
mkdir = _translated(_host.mkdir)
remove = _translated(_host.remove)
rename = _translated(_host.rename)
rmdir = _translated(_host.rmdir)
_stat = _translated(_host.stat)
_statvfs = _translated(_host.statvfs)
unlink = remove

_FOLDER = 0x4000
_FILE = 0x8000

# 2000-01-01 in the interpreter's seconds.
_EPOCH = 946684800

# What the interpreter keeps in the root beside the flash's files.
_INTERNAL = ("dev", "proc", "rom", "tmp", "home")


def stat(path):
    path = path or getcwd()
    found = _stat(path)
    if not _on_flash(path):
        return found
    folder = found[0] & 0xF000 == _FOLDER
    size = 0 if folder else found[6]
    time = 0 if folder else max(0, int(found[8]) - _EPOCH)
    return (_FOLDER if folder else _FILE, 0, 0, 0, 0, 0, size, time, time, time)


def statvfs(path):
    if not _on_flash(path):
        return _statvfs(path)
    _stat(path)
    free = _flash_blocks("free")
    return (4096, 4096, _flash_blocks("total"), free, free, 0, 0, 0, 0, 255)


def ilistdir(path=None):
    if not _on_flash(path or ""):
        return _ilistdir() if path is None else _ilistdir(path)
    path = path or getcwd()
    return iter(_entries(path))


def _entries(path):
    # littlefs lists by name.
    root = path == "/" or (path == "." and getcwd() == "/")
    names = sorted([entry[0] for entry in _ilistdir(path)])
    entries = []
    for name in names:
        if root and name in _INTERNAL:
            continue
        place = path.rstrip("/") + "/" + name
        if any([point == place for _, point in mount()]):
            entries.append((name, _FOLDER, 0))
            continue
        found = stat(place)
        entries.append((name, found[0], 0, found[6]))
    return entries


def listdir(path=None):
    return [entry[0] for entry in ilistdir(path)]


def sync():
    pass


# The stream that has the console, too.
_terminal = None


def dupterm(stream, index=0):
    global _terminal
    if index != 0:
        raise ValueError("invalid dupterm index")
    if stream is not None and not all([hasattr(stream, name) for name in ("readinto", "write", "ioctl")]):
        raise OSError("stream operation not supported")
    before, _terminal = _terminal, stream
    _esp32.duplicate_set(None if stream is None else _send)
    return before


def dupterm_notify(source):
    # Takes what has come to the second terminal; called for each socket that has something.
    key = bytearray(1)
    while _terminal is not None:
        try:
            count = _terminal.readinto(key)
        except Exception as error:
            return _deactivate("dupterm: Exception in read() method, deactivating: ", error)
        if count is None:
            return
        if count == 0:
            return _deactivate("dupterm: EOF received, deactivating\n")
        if _esp32.console_receive(key[0]):
            return


def _send(length):
    data = bytearray(length)
    _esp32.duplicate_take(_sink(data)[0])
    try:
        _terminal.write(data)
    except Exception as error:
        _deactivate("dupterm: Exception in write() method, deactivating: ", error)


def _deactivate(text, error=None):
    terminal = dupterm(None)
    print(text, end="")
    if error is not None:
        _modules["sys"].print_exception(error)
    try:
        terminal.close()
    except Exception:
        pass


_Uname = _namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname("esp32", "esp32", "1.29.0", "v1.29.0", _machine_name())


def urandom(count):
    data = bytearray(count)
    _random(*_sink(data))
    return bytes(data)
