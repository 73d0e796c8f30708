# gc as the board has it: how much memory is free is what the board's model says, an estimate; the interpreter below
# has a heap of another size.
import gc as _host
import sys

import _esp32


class _Gc:
    def __getattr__(self, name):
        return getattr(_host, name)

    def __dir__(self):
        return dir(_host)

    def mem_alloc(self):
        return _esp32.gc_allocated()

    def mem_free(self):
        return _esp32.gc_free()


def install():
    sys.modules["gc"] = _Gc()
