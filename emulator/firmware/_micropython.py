# The module micropython with what the interpreter below leaves out. There the memory of an exception is never
# short, so the emergency buffer is taken and not needed.
import micropython as _host
import sys


class _MicroPython:
    def __getattr__(self, name):
        return getattr(_host, name)

    def __dir__(self):
        return dir(_host) + ["alloc_emergency_exception_buf"]

    def alloc_emergency_exception_buf(self, size):
        if size < 0:
            raise ValueError


def install():
    sys.modules["micropython"] = _MicroPython()
