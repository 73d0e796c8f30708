# `SSLSocket`. The TLS engine lives in the worker; here bytes are moved between it and the stream below, as mbedTLS
# does: record by record, or datagram by datagram.
from io import IOBase

import _esp32
from _buffers import allocate as _allocate, part as _part, sink as _sink, source as _source
from socket import socket

BAD_INPUT_DATA = (-28928, "MBEDTLS_ERR_SSL_BAD_INPUT_DATA")
_CONN_EOF = -29312
_UNEXPECTED_MESSAGE = (-30464, "MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE")
_ENOMEM = 12
_EINVAL = 22

# Largest record that is sent.
_MAX_FRAGMENT = 4096
_OUT_BUFFER = 4429

# A record on its way from the engine to a stream. One for all: the interpreter collects no garbage
# while a program runs, and records are many.
_record = bytearray(_OUT_BUFFER)

# What tls_open() returns, when it is not the IDF heap that is short.
_PYTHON_HEAP_FULL = -2

# What tls_state() returns.
_HANDSHAKING = 0

# Stream protocol (py/stream.h).
_MP_STREAM_POLL = 3
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_FILENO = 10
_POLLIN = 1
_POLLOUT = 4
_POLLNVAL = 32


def refuse_keywords(keywords):
    if keywords:
        raise TypeError("function doesn't take keyword arguments")


def count_arguments(arguments, wanted, implied=0):
    # As C counts: the object itself is one.
    if len(arguments) != wanted:
        numbers = (wanted + implied, len(arguments) + implied)
        raise TypeError("function takes %d positional arguments but %d were given" % numbers)


def _fileno(stream):
    # Nobody else's stream is asked: on the port it would not be.
    if isinstance(stream, (socket, SSLSocket)):
        return _control(stream, _MP_STREAM_GET_FILENO, 0)
    return -1


def _control(stream, request, argument):
    # A stream written in C has no ioctl that Python could call, and none here knows one of these requests.
    if not isinstance(stream, (IOBase, SSLSocket)):
        raise OSError(_EINVAL)
    result = stream.ioctl(request, argument)
    if result < 0:
        raise OSError(-result)
    return result


class SSLSocket:
    def __init__(self, context, stream, hostname, client_id, in_wrap):
        fd = _fileno(stream)
        _keep, address, length = (None, 0, -1) if client_id is None else _source(client_id)
        handle = _esp32.tls_open(context._handle, hostname, fd, address, length, in_wrap)
        if handle == _PYTHON_HEAP_FULL:
            raise MemoryError("memory allocation failed, allocating 592 bytes")
        if handle < 0:
            raise OSError(_ENOMEM)
        self._handle = handle
        self._context = context
        self._datagrams = bool(context._protocol & 2)
        self._stream = stream
        self._fd = fd
        # What is there, at most a buffer's worth, as C reads a stream: in one go.
        self._receive = getattr(stream, "_fill", None) or stream.readinto
        self._unsent = b""  # a record the stream did not take yet
        self._failed = False
        self._errno = 0  # with which the socket below failed
        self._in_wrap = in_wrap
        self._established = False
        self._waits_for = 0  # what the last read or write waits for, if that is the other direction
        self._closed = False
        self._started = False
        self._ended = False  # the stream's end was read
        self._is_misled = False  # by what verify_callback returned, or that it raised
        self._close_reported = False  # close_notify was, as the end of the data

    def __repr__(self):
        return "<SSLSocket>"

    # ---- between engine and stream

    def _raise(self):
        # Sends the alert, if there is one, and raises what the engine's error is in Python.
        error = self._context._callback_error
        if error is not None:
            # It jumps over mbedTLS, which goes on at the next read or write: where it was, with the message after.
            self._context._callback_error = None
            self._is_misled = True
            raise error
        error = self._exception()
        if not self._failed:
            self._failed = True
            try:
                self._flush()
                if self._is_misled and _esp32.tls_misled(self._handle) == 0:
                    self._flush()
            except OSError:
                self._errno = 0  # the reason stays what it was
        # A handshake that fails in a read or write lets go of the stream, which then stays open.
        if not (self._in_wrap or self._established or error.args[:1] == (_CONN_EOF,)):
            _esp32.tls_free(self._handle)
            self._stream = None
        raise error

    def _exception(self):
        if self._errno:
            return OSError(self._errno)
        kind, rest = _esp32.tls_exception(self._handle).split(" ", 1)
        if kind == "ValueError":
            return ValueError(rest)
        number, _, name = rest.partition(" ")
        number = int(number)
        if not name:
            return OSError(number)
        if number > 0 and not self._in_wrap:
            # The port takes it for a count of bytes, goes on, and fails at the next message. It tells the peer,
            # which hears of it only where some time passes before the stream is closed.
            self._is_misled = getattr(self._stream, "_timeout", -1) == 0
            return OSError(*_UNEXPECTED_MESSAGE)
        return OSError(number, name)

    def _below(self, method, data):
        # Reads or writes the stream. mbedTLS keeps the error of a socket, a time-out as well.
        try:
            return method(data)
        except OSError as error:
            if self._fd < 0:
                raise
            self._failed = True
            self._errno = error.errno
            self._raise()

    def _check_usable(self):
        if self._closed:
            raise OSError(*BAD_INPUT_DATA)
        if self._failed or self._is_misled:
            self._raise()

    def _flush(self):
        # Writes record by record. False when the stream takes no more now.
        while True:
            while self._unsent:
                count = self._below(self._stream.write, self._unsent)
                if not count:
                    return False
                self._unsent = self._unsent[count:]
            count = _esp32.tls_take_record(self._handle, _sink(_record)[0])
            if count == 0:
                return True
            if count < 0:
                self._raise()
            self._unsent = bytes(memoryview(_record)[:count])

    def _fill(self):
        # Reads what the engine wants next. False when the stream has nothing now.
        if _esp32.tls_timer(self._handle) == 0:
            if _esp32.tls_timeout(self._handle) < 0:
                self._raise()
            return True
        buffer = bytearray(_esp32.tls_wanted(self._handle))
        count = self._below(self._receive, buffer)
        if count is None:
            return False
        if count == 0:
            result = _esp32.tls_receive_end(self._handle)
        else:
            result = _esp32.tls_receive(self._handle, _sink(buffer)[0], count)
        if result < 0:
            self._raise()
        if count == 0:
            self._ended = True
        return True

    def _handshake(self, wait):
        # 0 when it is over, else what it waits for. `wait`: a stream that is not ready is asked again.
        if not self._started:
            self._started = True
            if _esp32.tls_start(self._handle) < 0:
                self._raise()
        while True:
            flushed = self._flush()
            if flushed and _esp32.tls_state(self._handle) != _HANDSHAKING:
                self._established = True
                return 0
            if flushed and self._fill():
                continue
            direction = _POLLIN if flushed else _POLLOUT
            if not wait:
                return direction
            self._wait(direction)

    def _wait(self, direction):
        # Until the stream can go on, or the handshake's timer has run out.
        if self._fd < 0:
            _esp32.sleep(0.001)
            return
        left = _esp32.tls_timer(self._handle)
        _esp32.sock_poll("%d:%d" % (self._fd, direction), -1 if left < 0 else left / 1000)

    def _read_some(self, buffer):
        # At least a byte, 0 at the end, None when there is nothing now.
        self._check_usable()
        self._waits_for = self._handshake(False)
        if self._waits_for:
            self._waits_for &= _POLLOUT  # who reads polls for the other anyway
            return None
        address, length = _sink(buffer)
        while True:
            count = _esp32.tls_read(self._handle, address, length)
            if count or not length:
                return count
            if self._ended:
                return 0
            if not self._close_reported and _esp32.tls_peer_closed(self._handle):
                # mbedTLS says it once. Who reads again waits for the stream to end.
                self._close_reported = True
                return 0
            if not (self._flush() and self._fill()):
                return None

    def _write_some(self, data):
        # One record. None when the stream takes nothing now.
        self._check_usable()
        self._waits_for = self._handshake(False) & _POLLIN
        if self._waits_for or not self._flush():
            return None
        _keep, address, length = _source(data)
        if not self._datagrams:
            length = min(length, _MAX_FRAGMENT)  # a stream takes the rest later
        count = _esp32.tls_send(self._handle, address, length)
        if count < 0:
            self._raise()
        self._flush()
        return count

    # ---- stream

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

    recv_into = readinto

    def recv(self, limit=-1):
        if limit is None or limit < 0:
            return self.read()
        if limit == 0:
            return b""
        buffer = _allocate(limit)
        count = self._read_some(buffer)
        return None if count is None else bytes(buffer[:count])

    def read(self, limit=-1):
        if limit is not None and limit >= 0:
            buffer = _allocate(limit)
            count = self.readinto(buffer)
            return None if count is None else bytes(buffer[:count])
        data = b""
        buffer = bytearray(512)
        while True:
            count = self._read_some(buffer)
            if count is None:
                return data or None
            if count == 0:
                return data
            data += buffer[:count]

    def readline(self, limit=-1):
        data = b""
        byte = bytearray(1)
        while limit < 0 or len(data) < limit:
            count = self._read_some(byte)
            if count is None:
                return data or None
            if count == 0:
                break
            data += byte
            if byte == b"\n":
                break
        return data

    def write(self, data, *limits):
        data = memoryview(_source(data)[0])
        if limits:
            data = _part(data, limits)
        sent = 0
        while sent < len(data):
            count = self._write_some(data[sent:])
            if count is None:
                return sent or None
            sent += count
        if not sent:
            self._check_usable()
        return sent

    def send(self, data):
        return self._write_some(data)

    sendall = write

    def setblocking(self, flag):
        self._stream.setblocking(flag)

    def cipher(self):
        suite = "" if self._closed else _esp32.tls_cipher(self._handle)
        if not suite:
            raise OSError(*BAD_INPUT_DATA)  # where the port reads through a null pointer
        return tuple(suite.split(" "))

    def getpeercert(self, *args):
        count_arguments(args, 1, 1)
        if not args[0]:
            raise NotImplementedError
        if self._closed:
            return None
        certificate = bytearray(_esp32.tls_peer_certificate_length(self._handle))
        if not certificate:
            return None
        _esp32.tls_peer_certificate(self._handle, _sink(certificate)[0])
        return bytes(certificate)

    def ioctl(self, request, argument):
        if request == _MP_STREAM_POLL:
            return self._poll(argument)
        if request == _MP_STREAM_CLOSE:
            self.close()
            return 0
        return _control(self._stream, request, argument)

    def _poll(self, mask):
        if self._closed or self._failed:
            return _POLLNVAL
        asked = 0
        if self._waits_for and mask & (_POLLIN | _POLLOUT):
            asked = mask & (_POLLIN | _POLLOUT)
            mask = mask & ~asked | self._waits_for
        # What was decrypted already can be read, whatever the stream says.
        ready = _POLLIN if mask & _POLLIN and self._pending() else 0
        if ready and mask == _POLLIN:
            return ready
        ready |= _control(self._stream, _MP_STREAM_POLL, mask)
        # The caller is told that it can do what it wants to: trying that takes the handshake on.
        return ready | asked if ready & self._waits_for else ready

    def _pending(self):
        return _esp32.tls_pending(self._handle) > 0

    def close(self):
        # No close_notify, as the port: the stream is closed below the engine.
        if self._closed:
            return
        self._release()
        stream = self._stream
        if isinstance(stream, (IOBase, SSLSocket)):
            _control(stream, _MP_STREAM_CLOSE, 0)
        elif stream is not None:
            stream.close()

    def _release(self):
        self._closed = True
        _esp32.tls_close(self._handle)
