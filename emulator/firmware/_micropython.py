# The module micropython with what the interpreter below leaves out. There the memory of an exception is never
# short, so the emergency buffer is taken and not needed.
import micropython as _host

import _esp32
from _sys import ModuleObject, modules

# Bytes of the task's stack that a program may use.
_STACK = 15360


# The port keeps Python's frames on the C stack and in the heap.
_ABSENT = ("pystack_use",)


class _MicroPython(ModuleObject):
    def __getattr__(self, name):
        if name in _ABSENT:
            raise AttributeError("module 'micropython' has no attribute '%s'" % name)
        return getattr(_host, name)

    def __dir__(self):
        return [name for name in dir(_host) if name not in _ABSENT] + ["alloc_emergency_exception_buf"]

    def alloc_emergency_exception_buf(self, size):
        if size < 0:
            raise ValueError

    # How deep the heap is locked; counted without touching the heap.
    _locks = 0

    def heap_lock(self):
        _host.heap_lock()
        _MicroPython._locks += 1

    def heap_unlock(self):
        if _MicroPython._locks > 0:
            _MicroPython._locks -= 1
            _host.heap_unlock()

    def release(self):
        # For the firmware, when a program has ended and left the heap locked.
        while _MicroPython._locks > 0:
            self.heap_unlock()

    def mem_info(self, verbose=None):
        # The board's heap as the model has it. Which of its blocks are in use is not known.
        used, split = _esp32.gc_allocated(), _esp32.heap_largest()
        free = _esp32.gc_free() - split
        print("stack: %u out of %u" % (_host.stack_use(), _STACK))
        print("GC: total: %u, used: %u, free: %u, max new split: %u" % (used + free, used, free, split))


def install():
    modules["micropython"] = _MicroPython()
