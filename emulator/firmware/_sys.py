# sys as the board has it: platform and version are the port's, path and modules show what the port's would, and a
# traceback does not show the files of this folder, where the port has C code without frames.
import sys as _host
from collections import namedtuple
from io import StringIO

from _esp32 import machine_name

FIRMWARE = "/rom"

_FIRMWARE_FRAMES = '  File "/rom/'

# These are Python on the port too, frozen: asyncio without its line numbers, the others with numbers of their own.
_FROZEN_FRAMES = tuple(['  File "/rom/%s/' % package for package in ("asyncio", "umqtt", "requests", "mip", "webrepl")])

# In C on the port, whose sys.modules does not know them.
BUILT_IN = (
    "__main__ _asyncio _webrepl array binascii builtins cmath collections cryptolib deflate errno esp esp32 framebuf gc hashlib "
    "heapq io json machine math micropython network os platform random re select socket struct sys time tls uctypes vfs "
    "weakref websocket"
).split()
# Frozen Python on the port.
FROZEN = (
    "asyncio/__init__ asyncio/core asyncio/event asyncio/funcs asyncio/lock asyncio/stream mip/__init__ ntptime "
    "requests/__init__ ssl uasyncio umqtt/robust umqtt/simple urequests webrepl"
).split()
# The firmware's own, which nobody else shall see.
INTERNAL = set(
    (
        "_boot _buffers _builtins _command _console _errno _esp32 _events _gc _help _imports _micropython _stdio _sys _tasks "
        "_tls_context _tls_socket _vfs _host_os _host_select _host_time"
    ).split()
)

# ssl is loaded before there is a program.
_HIDDEN = INTERNAL | set(BUILT_IN) | {"ssl", "uos"}

_Implementation = namedtuple("implementation", ("name", "version", "_machine", "_mpy", "_build"))


def _as_frozen(frame):
    file, _, function = frame.split(", ")
    return "%s, line 1, %s" % (file.replace("/rom/", ""), function)


# What a program has put in the place of a module that is not shown, and what that was.
_replaced = {}


class _Modules:
    # sys.modules without what only this interpreter keeps there.
    def _shown(self):
        return {
            name: module
            for name, module in _host.modules.items()
            if name in _replaced or name.split(".")[0] not in _HIDDEN
        }

    def _take(self, name):
        _host.modules.pop(name, None)
        module = _replaced.pop(name, None)
        if module is not None:
            _host.modules[name] = module

    def __getattr__(self, name):
        return getattr(self._shown(), name)

    def __repr__(self):
        return repr(self._shown())

    def __len__(self):
        return len(self._shown())

    def __iter__(self):
        return iter(self._shown())

    def __contains__(self, name):
        return name in self._shown()

    def __getitem__(self, name):
        return self._shown()[name]

    def __setitem__(self, name, module):
        if name not in self:
            _replaced[name] = _host.modules.get(name)
        _host.modules[name] = module

    def __delitem__(self, name):
        self._shown()[name]
        self._take(name)

    def pop(self, name, *default):
        module = self._shown().pop(name, *default)
        self._take(name)
        return module


class ModuleObject:
    # What is a module on the port, and here needs attributes that are computed.
    def __repr__(self):
        return "<module '%s'>" % self.__name__


class _Sys(ModuleObject):
    platform = "esp32"
    version = "3.4.0; MicroPython v1.29.0"

    def __init__(self):
        self.modules = _Modules()
        # What the interpreter itself looks through follows from this: see _imports.
        self.path = ["", ".frozen", "/lib"]

    def __getattr__(self, name):
        if name == "implementation":
            host = _host.implementation
            return _Implementation(host[0], host[1], machine_name(), host._mpy, "ESP32_GENERIC")
        return getattr(_host, name)

    def __dir__(self):
        return dir(_host)

    def exit(self, *args):
        raise SystemExit(*args)

    def print_exception(self, error, file=None):
        print(traceback(error), end="", file=file or _host.stdout)


def traceback(error):
    text = StringIO()
    _host.print_exception(error, text)
    lines = text.getvalue().split("\n")
    kept = []
    # Frames stand between the heading and the exception, whose text may hold anything.
    in_frames = lines[0].startswith("Traceback")
    for line in lines:
        if in_frames and any([line.startswith(frame) for frame in _FROZEN_FRAMES]):
            line = _as_frozen(line)
        elif in_frames and line.startswith(_FIRMWARE_FRAMES):
            continue
        if kept and not line.startswith("  File "):
            in_frames = False
        kept.append(line)
    if len(kept) > 1 and lines[0].startswith("Traceback") and not kept[1].startswith("  File "):
        kept.pop(0)  # as for an exception that was never raised: no frames, no heading
    return "\n".join(kept)


# The interpreter's, with everything in it.
host = _host
modules = _host.modules
path = _host.path
sys = _Sys()


def install():
    modules["sys"] = sys
