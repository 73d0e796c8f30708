# The port's C module `websocket`: frames of RFC 6455 over a stream. What C does not look at is not looked at here:
# the FIN bit, lengths of 64 bits, and whether a peer masks. It masks nothing it sends, as a server does.
import io
from select import poll as _poll

_TEXT = 1
_CLOSE = 8
_OPCODE = 0x0F

# What is being received.
_HEADER = 0
_EXTENDED = 1
_PAYLOAD = 2

# Stream protocol (py/stream.h).
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_DATA_OPTS = 8
_MP_STREAM_SET_DATA_OPTS = 9
_EINVAL = 22

_CHUNK = 512


def _receiver(stream):
    # How C reads a stream: what is there, in one go.
    for name in ("_read_some", "_fill"):
        method = getattr(stream, name, None)
        if method:
            return method
    return stream.readinto


class websocket(io.IOBase):
    def __init__(self, stream, blocking=False):
        if not all([hasattr(stream, name) for name in ("readinto", "write")]):
            raise OSError("stream operation not supported")
        _poll().register(stream)  # raises the same for what has no ioctl
        self._stream = stream
        self._receive = _receiver(stream)
        self._blocking_write = blocking is True
        self._opcode = _TEXT  # of what is sent
        self._received = 0  # opcode of the last data frame
        self._flags = 0  # first byte of this frame
        self._left = 0  # bytes of this frame's payload to come
        self._mask = bytearray(4)
        self._position = 0  # in the mask
        self._head = bytearray(6)
        self._expect(_HEADER, 2)

    def __repr__(self):
        return "<websocket>"

    def _expect(self, state, count):
        self._state = state
        self._filled = 0
        self._missing = count

    def _control(self):
        return self._flags & _OPCODE >= _CLOSE

    def _fill_head(self):
        # True when it is whole; else what the stream said: 0 at its end, None when there is nothing now.
        if not self._missing:
            return True
        view = memoryview(self._head)[self._filled : self._filled + self._missing]
        count = self._receive(view)
        if not count:
            return count
        self._filled += count
        self._missing -= count
        return None if self._missing else True

    def _read_header(self):
        flags, length = self._head[0], self._head[1]
        self._flags = flags
        if flags & _OPCODE:
            self._received = flags & _OPCODE
        self._mask[:] = b"\0\0\0\0"
        self._left = length & 0x7F
        more = (2 if self._left == 126 else 0) + (4 if length & 0x80 else 0)
        self._expect(_EXTENDED if more else _PAYLOAD, more)

    def _read_extended(self):
        if self._filled & 3 == 2:
            self._left = self._head[0] << 8 | self._head[1]
        if self._filled >= 4:
            self._mask[:] = self._head[self._filled - 4 : self._filled]
        self._expect(_PAYLOAD, 0)

    def _read_payload(self, buffer):
        # Some of it, unmasked; 0 at the stream's end, None when there is nothing now.
        view = memoryview(buffer)[: min(len(buffer), self._left)]
        count = self._receive(view)
        if not count:
            return count
        for i in range(count):
            view[i] ^= self._mask[self._position & 3]
            self._position += 1
        self._left -= count
        return count

    def _read_some(self, buffer):
        # At least a byte of a message, 0 at the end, None when there is nothing now.
        while True:
            whole = self._fill_head()
            if whole is not True:
                return whole
            if self._state == _HEADER:
                self._read_header()
            elif self._state == _EXTENDED:
                self._read_extended()
            else:
                control = self._control()
                count = 0
                if self._left:
                    count = self._read_payload(buffer)
                    if not count:
                        return count
                if not self._left:
                    self._position = 0
                    self._expect(_HEADER, 2)
                    if control:
                        if self._flags & _OPCODE == _CLOSE:
                            self._send(b"\x88\0", b"")
                            return 0
                        continue  # pings and pongs pass unanswered
                if count:
                    return count

    def readinto(self, buffer, limit=-1):
        view = memoryview(buffer)
        if limit >= 0:
            view = view[:limit]
        filled = 0
        while filled < len(view):
            count = self._read_some(view[filled:])
            if count is None:
                return filled or None
            if count == 0:
                break
            filled += count
        return filled

    def read(self, limit=-1):
        if limit is not None and limit >= 0:
            buffer = bytearray(limit)
            count = self.readinto(buffer)
            return None if count is None else bytes(buffer[:count])
        return self._collect(_CHUNK, -1)

    def readline(self, limit=-1):
        return self._collect(1, limit)

    def _collect(self, step, limit):
        # Until the end, or byte by byte until the end of a line.
        data = b""
        buffer = bytearray(step)
        while limit < 0 or len(data) < limit:
            count = self._read_some(buffer)
            if count is None:
                return data or None
            data += buffer[:count]
            if count == 0 or (step == 1 and data[-1:] == b"\n"):
                break
        return data

    def write(self, data):
        size = len(data)
        header = bytearray((0x80 | self._opcode, size))
        if size >= 126:
            header = bytearray((0x80 | self._opcode, 126, size >> 8 & 0xFF, size & 0xFF))
        self._send(header, data)
        return size

    def _send(self, header, data):
        if self._blocking_write:
            self._stream.setblocking(True)
        self._stream.write(header)
        self._stream.write(data)
        if self._blocking_write:
            self._stream.setblocking(False)

    def ioctl(self, request, argument=0):
        if request == _MP_STREAM_CLOSE:
            self._stream.close()
            return 0
        if request == _MP_STREAM_GET_DATA_OPTS:
            return self._received
        if request == _MP_STREAM_SET_DATA_OPTS:
            before, self._opcode = self._opcode, argument & _OPCODE
            return before
        raise OSError(_EINVAL)

    def close(self):
        self._stream.close()
