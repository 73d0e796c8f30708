# The port's C module `hashlib`: three hashes, each an object that its digest uses up.
import _esp32
from _buffers import check_arguments as _check_arguments, sink as _sink, source as _source


class _Hash:
    def __init__(self, *args, **kwargs):
        _check_arguments(args, kwargs, 0, 1)
        self._handle = _esp32.hash_new(type(self).__name__)
        if args:
            self.update(args[0])

    def __repr__(self):
        return "<%s>" % type(self).__name__

    def _check_open(self):
        if not self._handle:
            raise ValueError("hash is final")

    def update(self, data):
        self._check_open()
        _keep, address, length = _source(data)
        _esp32.hash_update(self._handle, address, length)

    def digest(self):
        self._check_open()
        result = bytearray(self._size)
        _esp32.hash_digest(self._handle, _sink(result)[0])
        self._handle = 0
        return bytes(result)


class md5(_Hash):
    _size = 16


class sha1(_Hash):
    _size = 20


class sha256(_Hash):
    _size = 32
