# The port's C module `_webrepl`: the console in the text messages of a websocket, behind a password, and the transfer of
# files in its binary ones. os.dupterm reads it byte by byte.
import io
from struct import pack as _pack, unpack as _unpack

from _sys import sys as _sys

# "WA", operation, flags, offset, size, length of the name, name.
_HEADER = "<2sBBQLH64s"
_HEADER_SIZE = 82
_PUT, _GET, _VERSION = 1, 2, 3

_TEXT, _BINARY = 1, 2
_LONGEST_PASSWORD = 9
# Bytes of a file in a message to the client, and read at a time of one of its messages.
_SENT = 256
_TAKEN = 512

# Stream protocol (py/stream.h).
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_DATA_OPTS = 8
_MP_STREAM_SET_DATA_OPTS = 9
_EINVAL = 22

_password = ""


def password(text):
    global _password
    if not isinstance(text, str):
        raise TypeError("can't convert '%s' object to str implicitly" % type(text).__name__)
    if len(text) > _LONGEST_PASSWORD:
        raise ValueError
    _password = text


class _webrepl(io.IOBase):
    def __init__(self, websocket, *more):
        self._websocket = websocket
        self._typed = b""  # of the password
        self._admitted = False
        self._chunk = bytearray(_TAKEN)
        self._pending = b""  # of the last message
        self._header = b""
        self._left = 0  # bytes of the file to come; of a file to send, 1 for the client's go-ahead
        self._file = None
        self._operation = 0
        websocket.write(b"Password: ")

    def readinto(self, buffer):
        # A byte of the console; 0 at the end, None when there is nothing now.
        while True:
            if not self._pending:
                # As much of one message as is there: each look at the socket is a system call.
                count = self._websocket._read_some(self._chunk)
                if not count:
                    return count
                self._pending = bytes(memoryview(self._chunk)[:count])
            if not self._admitted:
                if not self._ask(self._take(1)):
                    return 0
            elif self._websocket.ioctl(_MP_STREAM_GET_DATA_OPTS, 0) == _TEXT:
                buffer[0] = self._take(1)[0]
                return 1
            elif self._file is not None:
                self._transfer()
            else:
                self._order()

    def _take(self, count):
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _ask(self, key):
        # False for a wrong password.
        if key not in (b"\r", b"\n"):
            self._typed = (self._typed + key)[: _LONGEST_PASSWORD + 1]
            return True
        self._admitted = self._typed == _password.encode()
        self._typed = b""
        self._websocket.write(b"\r\nWebREPL connected\r\n>>> " if self._admitted else b"\r\nAccess denied\r\n")
        return self._admitted

    def _order(self):
        self._header += self._take(_HEADER_SIZE - len(self._header))
        if len(self._header) < _HEADER_SIZE:
            return
        _, self._operation, _, _, size, _, name = _unpack(_HEADER, self._header)
        self._header = b""
        if self._operation == _VERSION:
            return self._send(bytes(_sys.implementation.version[:3]))
        name = name.split(b"\0")[0].decode()
        self._file = open(name, "wb" if self._operation == _PUT else "rb")
        self._answer()
        self._left = 1
        if self._operation == _PUT:
            self._left = size
            self._finish()

    def _transfer(self):
        if self._operation == _GET:
            self._take(1)
            data = self._file.read(_SENT)
            self._send(_pack("<H", len(data)) + data)
            self._left = 1 if data else 0
        else:
            data = self._take(self._left)
            self._file.write(data)
            self._left -= len(data)
        self._finish()

    def _finish(self):
        if self._left == 0:
            self._file.close()
            self._file = None
            self._answer()

    def _answer(self):
        self._send(b"WB\0\0")

    def _send(self, data):
        before = self._websocket.ioctl(_MP_STREAM_SET_DATA_OPTS, _BINARY)
        self._websocket.write(data)
        self._websocket.ioctl(_MP_STREAM_SET_DATA_OPTS, before)

    def write(self, data):
        # Nothing of the console is told before the password.
        return self._websocket.write(data) if self._admitted else len(data)

    def ioctl(self, request, argument=0):
        if request == _MP_STREAM_CLOSE:
            self._websocket.close()
            return 0
        return -_EINVAL

    def close(self):
        self._websocket.close()
