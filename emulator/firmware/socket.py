# Sockets as the port's C module gives them: lwIP's errors as OSError(number), ten sockets, streams.
import io

import _esp32
from _buffers import allocate as _allocate, integer as _integer, part as _part, sink as _sink, source as _source, text as _text
from _esp32 import sock_recv as _recv, sock_send as _send
from _events import watch as _watch

AF_INET = 2
AF_INET6 = 10
SOCK_STREAM = 1
SOCK_DGRAM = 2
SOCK_RAW = 3
IPPROTO_IP = 0
IPPROTO_TCP = 6
IPPROTO_UDP = 17
SOL_SOCKET = 4095
SO_REUSEADDR = 4
SO_BROADCAST = 32
SO_BINDTODEVICE = 0x100B
IP_ADD_MEMBERSHIP = 3
TCP_NODELAY = 1
# The port's own: called when the socket has something to read.
_SO_CALLBACK = 20
MSG_PEEK = 1
MSG_DONTWAIT = 8

_EAGAIN = 11
_EBADF = 9
_ENODEV = 19
_EINVAL = 22
_EOPNOTSUPP = 95
_ETIMEDOUT = 110

# lwIP's errors of getaddrinfo, as the port raises them.
_EAI_SERVICE = -201
_EAI_FAMILY = -204

# Stream protocol (py/stream.h).
_MP_STREAM_POLL = 3
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_FILENO = 10
_POLLNVAL = 32

_CHUNK = 512

# The port waits in steps of a tenth of a second, and once more than fits into the timeout.
_STEP = 100

# What lwIP calls the station's interface.
_STATION = "st1"


def _check(result):
    if result < 0:
        raise OSError(-result)
    return result


def _address(address):
    if not isinstance(address, (tuple, list)):
        raise TypeError("object '%s' isn't a tuple or list" % type(address).__name__)
    if len(address) != 2:
        raise ValueError("requested length 2 but object has length %d" % len(address))
    port = _port(address[1])
    return _resolve(address[0]), port


def _port(port):
    # As lwip_getaddrinfo() reads a service: digits, and no more than 16 bits of them.
    if not isinstance(port, int):
        digits = _text(port).strip()
        end = 0
        while end < len(digits) and "0" <= digits[end] <= "9":
            end += 1
        port = int(digits[:end]) if end else -1
    if not 0 <= port <= 0xFFFF:
        raise OSError(_EAI_SERVICE)
    return port


def _resolve(host):
    host = _text(host)
    if host in ("", "0.0.0.0"):
        return "0.0.0.0"
    answer = _esp32.resolve(host)
    if not answer or answer[0] == "-":
        raise OSError(int(answer or -2))
    return answer.split(" ")[0]


def getaddrinfo(host, port, af=AF_INET, type=SOCK_STREAM, proto=0, flags=0):
    port = _port(port)
    if af not in (0, AF_INET, AF_INET6):
        raise OSError(_EAI_FAMILY)
    return [(AF_INET, type or SOCK_STREAM, proto, host, (_resolve(host), port))]


class socket(io.IOBase):
    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, *, _fd=None):
        self._timeout = -1  # seconds; negative waits for ever, 0 does not wait
        self._type = _integer(type)
        if _integer(type) not in (SOCK_STREAM, SOCK_DGRAM, SOCK_RAW):
            raise OSError(_EINVAL)
        if _fd is None:
            _fd = _check(_esp32.sock_open("datagram" if type == SOCK_DGRAM else "stream"))
        self._fd = _fd

    def __repr__(self):
        return "<socket>"

    def fileno(self):
        return self._fd

    def settimeout(self, seconds):
        if isinstance(seconds, (str, bytes, bytearray, tuple, list, dict)):
            raise TypeError("can't convert %s to float" % type(seconds).__name__)
        milliseconds = -1 if seconds is None else int(seconds * 1000)
        if milliseconds > 0:
            milliseconds = (milliseconds // _STEP + 1) * _STEP
        self._timeout = milliseconds / 1000 if milliseconds > 0 else milliseconds

    def setblocking(self, flag):
        self._timeout = -1 if flag else 0

    def setsockopt(self, level, option, value):
        # As on the port the level is not looked at.
        if self._fd < 0:
            raise OSError(_EBADF)
        if option == SO_REUSEADDR:
            _check(_esp32.sock_option(self._fd, "reuse-address", bool(_integer(value))))
        elif option == TCP_NODELAY:
            _check(_esp32.sock_option(self._fd, "no-delay", bool(_integer(value))))
        elif option == IP_ADD_MEMBERSHIP:
            if len(value) != 8:
                raise ValueError
            _check(_esp32.sock_join(self._fd, ".".join([str(byte) for byte in bytes(value)[:4]])))
        elif option == _SO_CALLBACK:
            _watch(self, value)
        elif option == SO_BINDTODEVICE:
            if _text(value) not in ("", _STATION):
                raise OSError(_ENODEV)
        elif option == SO_BROADCAST:
            _integer(value)  # lwIP asks no permission for broadcasts
        else:
            print("Warning: lwip.setsockopt() option not implemented")

    def bind(self, address):
        _check(_esp32.sock_bind(self._fd, *_address(address)))

    def listen(self, backlog=2):
        if self._type == SOCK_DGRAM and self._fd >= 0:
            raise OSError(_EOPNOTSUPP)
        _check(_esp32.sock_listen(self._fd, int(backlog)))

    def accept(self):
        if self._fd < 0:
            raise OSError(_EBADF)
        fd = _check(self._timed(_esp32.sock_accept(self._fd, self._timeout)))
        return socket(_fd=fd), (_esp32.peer_address(), _esp32.peer_port())

    def connect(self, address):
        _check(_esp32.sock_connect(self._fd, *_address(address), self._timeout))

    def send(self, data):
        _keep, address, length = _source(data)
        return _check(_send(self._fd, address, length, self._timeout))

    def sendall(self, data):
        _keep, address, length = _source(data)
        sent = _check(_send(self._fd, address, length, self._timeout))
        if sent < length:
            raise OSError(_ETIMEDOUT)

    def sendto(self, data, address):
        host, port = _address(address)
        _keep, start, length = _source(data)
        return _check(_esp32.sock_sendto(self._fd, start, length, host, port))

    def recv(self, limit, flags=0):
        buffer = _allocate(limit)
        return bytes(buffer[: _check(self._receive(buffer, False, flags))])

    def recvfrom(self, limit, flags=0):
        data = self.recv(limit, flags)
        if self._type != SOCK_DGRAM:
            return data, ("0.0.0.0", 0)
        return data, (_esp32.peer_address(), _esp32.peer_port())

    def makefile(self, *args, **kwargs):
        return self

    def close(self):
        # A callback may come while it is being closed.
        fd, self._fd = self._fd, -1
        if fd >= 0:
            _esp32.sock_close(fd)

    # ---- as a stream: nothing there yet is None, not an exception

    def _receive(self, buffer, line, flags=0):
        # What is there, as much as fits; a negative error number.
        address, length = _sink(buffer)
        timeout = 0 if flags & MSG_DONTWAIT else self._timeout
        if self._type == SOCK_DGRAM:
            return self._timed(
                _esp32.sock_recvfrom(self._fd, address, length, timeout, bool(flags & MSG_PEEK))
            )
        how = "line" if line else "peek" if flags & MSG_PEEK else "read"
        return self._timed(_recv(self._fd, address, length, timeout, how))

    def _timed(self, result):
        # A timeout shorter than a step has no further step to wait for, which the port takes for "would block".
        return -_EAGAIN if result == -_ETIMEDOUT and 0 < self._timeout <= _STEP / 1000 else result

    def _fill(self, buffer, line=False):
        count = self._receive(buffer, line)
        if count == -_EAGAIN:
            return None
        return _check(count)

    def readinto(self, buffer, limit=-1):
        if limit >= 0:
            buffer = memoryview(buffer)[:limit]
        view = memoryview(buffer)
        filled = 0
        while filled < len(view):
            count = self._fill(view[filled:])
            if count is None:
                return filled or None
            if count == 0:
                break
            filled += count
        return filled

    def read(self, limit=-1):
        if limit >= 0:
            buffer = _allocate(limit)
            count = self.readinto(buffer)
            return None if count is None else bytes(buffer[:count])
        return self._collect(False)

    def readline(self, limit=-1):
        return self._collect(True, limit)

    def _collect(self, line, limit=-1):
        # Until the end of the stream, of the line, or of what is allowed.
        data = b""
        while limit < 0 or len(data) < limit:
            buffer = bytearray(_CHUNK if limit < 0 else min(_CHUNK, limit - len(data)))
            count = self._fill(buffer, line)
            if count is None:
                return data or None
            data += buffer[:count]
            if count == 0 or (line and data[-1:] == b"\n"):
                break
        return data

    def write(self, data, *limits):
        _keep, address, length = _source(_part(data, limits) if limits else data)
        count = _send(self._fd, address, length, self._timeout)
        if count == -_EAGAIN:
            return None
        return _check(count)

    def ioctl(self, request, argument):
        if request == _MP_STREAM_POLL:
            if self._fd < 0:
                return _POLLNVAL
            return int(_esp32.sock_poll("%d:%d" % (self._fd, argument), 0))
        if request == _MP_STREAM_CLOSE:
            self.close()
            return 0
        if request == _MP_STREAM_GET_FILENO:
            return self._fd
        return -_EINVAL
