# The port's C module `cryptolib`: AES in the modes ECB and CBC. Stock firmware is built without CTR and without
# names for the modes.
import _esp32
from _buffers import (
    check_arguments as _check_arguments,
    integer as _integer,
    sink as _sink,
    source as _source,
    writable as _writable,
)

# Numbers of PEP 272.
_ECB = 1
_CBC = 2

_BLOCK = 16


class aes:
    def __init__(self, *args, **kwargs):
        _check_arguments(args, kwargs, 2, 3)
        mode = _integer(args[1])
        if mode not in (_ECB, _CBC):
            raise ValueError("mode")
        key = bytes(_source(args[0])[0])
        if len(key) not in (16, 32):
            raise ValueError("key")
        iv = args[2] if len(args) > 2 else None
        if iv is not None:
            iv = bytearray(_source(iv)[0])
        if len(iv or b"") != _BLOCK and (iv is not None or mode == _CBC):
            raise ValueError("IV")
        self._mode = mode
        self._key = key
        self._iv = iv  # what the next block is chained to
        self._encrypts = None  # settled by the first call

    def __repr__(self):
        return "<aes>"

    def encrypt(self, data, *output):
        return self._process(True, data, output)

    def decrypt(self, data, *output):
        return self._process(False, data, output)

    def _process(self, encrypt, data, output):
        _check_arguments(output, {}, 0, 1)
        _keep, source, length = _source(data)
        if length % _BLOCK:
            raise ValueError("blksize % 16")
        result = _writable(output[0]) if output else bytearray(length)
        sink, room = _sink(result)
        if room < length:
            raise ValueError("output too small")
        if self._encrypts not in (None, encrypt):
            raise ValueError("can't encrypt & decrypt")
        self._encrypts = encrypt
        key, key_length = _sink(self._key)
        if self._mode == _ECB:
            _esp32.aes_ecb(encrypt, key, key_length, source, sink, length)
        else:
            _esp32.aes_cbc(encrypt, key, key_length, _sink(self._iv)[0], source, sink, length)
        return output[0] if output else bytes(result)
