# sys.stdin, sys.stdout and sys.stderr as the port has them: one serial line. As text \r is read as \n, and \n written
# as \r\n; `buffer` leaves bytes as they are. A read waits for all that it is asked for.
import io

from _buffers import part as _part, sink as _sink, source as _source
from _esp32 import console_read as _read, console_write as _write, sock_poll as _sock_poll
from _sys import host as _host, sys as _sys

_EPERM = 1
_EINVAL = 22

_MP_STREAM_POLL = 3
_MP_STREAM_CLOSE = 4

_CTRL_RETURN = 13
_NEWLINE = 10


class ConsoleStream(io.IOBase):
    def __init__(self, number):
        self._number = number

    def __repr__(self):
        return "<io.%s %d>" % (type(self).__name__, self._number)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def close(self):
        return self

    def ioctl(self, request, argument):
        if request == _MP_STREAM_POLL:
            return int(_sock_poll("0:%d" % argument, 0))
        return 0 if request == _MP_STREAM_CLOSE else -_EINVAL

    def _fill(self, buffer, count):
        # Returns how many bytes came: fewer only where there are no more, or before Ctrl-C is told.
        if self._number:
            raise OSError(_EPERM)
        address, count = _sink(buffer, count)
        got = 0
        while got < count:
            came = _read(address + got, count - got)
            if came <= 0:
                break
            got += came
        self._translate(buffer, got)
        return got

    def _take(self, count):
        buffer = bytearray(count)
        got = self._fill(buffer, count)
        return buffer if got == count else buffer[:got]

    def _take_line(self, limit):
        line = bytearray()
        while limit < 0 or len(line) < limit:
            byte = self._take(1)
            line += byte
            if not byte or byte[0] == _NEWLINE:
                break
        return line

    def _take_all(self):
        # There is no end to a serial line.
        data = bytearray()
        while True:
            byte = self._take(1)
            if not byte:
                return data
            data += byte

    def readinto(self, buffer, count=-1):
        return self._fill(buffer, count)

    def readlines(self):
        return list(self)


class FileIO(ConsoleStream):
    def _translate(self, buffer, count):
        pass

    def read(self, count=-1):
        return bytes(self._take(count) if count >= 0 else self._take_all())

    def readline(self, limit=-1):
        return bytes(self._take_line(limit))

    def write(self, data, *limits):
        if not self._number:
            raise OSError(_EPERM)
        data = _part(data, limits) if limits else data
        _, address, length = kept = _source(data)
        _write(address, length)
        return length


class TextIOWrapper(ConsoleStream):
    def __init__(self, number, stream):
        super().__init__(number)
        self._stream = stream
        self.buffer = FileIO(number)

    def _translate(self, buffer, count):
        for at in range(count):
            if buffer[at] == _CTRL_RETURN:
                buffer[at] = _NEWLINE

    def read(self, count=-1):
        # Characters.
        if count < 0:
            return self._take_all().decode()
        text = bytearray()
        missing = count
        while missing:
            came = self._take(missing)
            text += came
            if len(came) < missing:
                break
            missing = count - _whole_characters(text)
        return text.decode()

    def readline(self, limit=-1):
        return self._take_line(limit).decode()

    def write(self, data, *limits):
        if not self._number:
            raise OSError(_EPERM)
        return self._stream.write(data, *limits)


def _whole_characters(text):
    # Of UTF-8. A character that is not whole still wants bytes.
    count = 0
    at = 0
    while at < len(text):
        lead = text[at]
        at += 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        if at <= len(text):
            count += 1
    return count


def install():
    _sys.stdin = TextIOWrapper(0, _host.stdin)
    _sys.stdout = TextIOWrapper(1, _host.stdout)
    _sys.stderr = TextIOWrapper(2, _host.stderr)
