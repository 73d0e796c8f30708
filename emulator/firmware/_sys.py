# sys as the board has it: platform and version are the port's, and a traceback does not show the
# files of this folder, where the port has C code without frames.
import sys as _host
from collections import namedtuple
from io import StringIO

from _esp32 import machine_name

_FIRMWARE_FRAMES = '  File "/rom/'

# These are Python on the port too, frozen: asyncio without its line numbers, the others with numbers of their own.
_FROZEN_FRAMES = tuple(['  File "/rom/%s/' % package for package in ("asyncio", "umqtt", "requests", "mip")])

_Implementation = namedtuple("implementation", ("name", "version", "_machine", "_mpy", "_build"))


def _as_frozen(frame):
    file, _, function = frame.split(", ")
    return "%s, line 1, %s" % (file.replace("/rom/", ""), function)


class _Sys:
    platform = "esp32"
    version = "3.4.0; MicroPython v1.29.0"

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
        print(self.traceback(error), end="", file=file or _host.stdout)

    def traceback(self, error):
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


def install():
    _host.modules["sys"] = _Sys()
