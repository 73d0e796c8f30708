# gc as the board has it: how much memory is free is what the board's model says, an estimate; the interpreter below
# has a heap of another size.
import gc as _host

import _esp32
from _sys import ModuleObject, modules


class _Gc(ModuleObject):
    _threshold = -1

    def __getattr__(self, name):
        return getattr(_host, name)

    def __dir__(self):
        return dir(_host)

    def mem_alloc(self):
        return _esp32.gc_allocated()

    def mem_free(self):
        return _esp32.gc_free()

    def threshold(self, amount=None):
        # Kept, and without effect: this interpreter collects when it may, not when a program has allocated so much.
        if amount is None:
            return _Gc._threshold
        _Gc._threshold = amount if amount >= 0 else -1


def install():
    modules["gc"] = _Gc()
