# The port's C module `tls`. The TLS engine and its certificates live in the worker; here bytes are
# moved between the engine and the stream below, record by record as mbedTLS does.
import _esp32
from _buffers import allocate as _allocate, sink as _sink, source as _source, text as _text

MBEDTLS_VERSION = "Mbed TLS 3.6.6"

PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2

_ENOMEM = 12
_BAD_INPUT_DATA = (-28928, "MBEDTLS_ERR_SSL_BAD_INPUT_DATA")
_BAD_CONFIG = (-24192, "MBEDTLS_ERR_SSL_BAD_CONFIG")

# Largest name that fits, and largest record that is sent.
_MAX_HOSTNAME = 255
_MAX_FRAGMENT = 4096
_OUT_BUFFER = 4429

# A record on its way from the engine to a stream. One for all: the interpreter collects no garbage
# while a program runs, and records are many.
_record = bytearray(_OUT_BUFFER)

_EAGAIN = 11

# What tls_state() returns.
_HANDSHAKING = 0

# Stream protocol (py/stream.h).
_MP_STREAM_POLL = 3
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_FILENO = 10
_POLLIN = 1
_POLLOUT = 4
_POLLNVAL = 32


def _pem_or_der(value):
    # Certificates and keys: str or bytes, which may be DER.
    return value if isinstance(value, bytes) else _text(value)


def _check_positional(arguments, keywords):
    if keywords:
        raise TypeError("function doesn't take keyword arguments")
    return arguments


class SSLContext:
    def __init__(self, protocol):
        if protocol not in (PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER):
            raise ValueError("protocol")
        set_attribute = super().__setattr__
        set_attribute("_handle", _esp32.ctx_new())
        set_attribute("_callback_error", None)
        set_attribute("verify_callback", None)
        self.verify_mode = CERT_REQUIRED if protocol == PROTOCOL_TLS_CLIENT else CERT_NONE

    def __setattr__(self, name, value):
        if name == "verify_mode":
            _esp32.ctx_verify_mode(self._handle, int(value))
        elif name == "verify_callback":
            _esp32.ctx_verify_callback(self._handle, None if value is None else self._on_certificate)
        elif name != "_callback_error":
            raise AttributeError("'SSLContext' object has no attribute '%s'" % name)
        super().__setattr__(name, value)

    def _on_certificate(self, length, depth):
        certificate = bytearray(length)
        _esp32.ctx_certificate(_sink(certificate)[0])
        try:
            return int(self.verify_callback(memoryview(certificate), depth) or 0)
        except BaseException as error:
            self._callback_error = error  # raised again by the call that runs the handshake
            return -1

    def load_cert_chain(self, *args, **kwargs):
        certificate, key = _check_positional(args, kwargs)
        _certificate, certificate, certificate_length = _source(_pem_or_der(certificate))
        _key, key, key_length = _source(_pem_or_der(key))
        result = _esp32.ctx_load_cert_chain(self._handle, certificate, certificate_length, key, key_length)
        if result != "ok":
            raise ValueError(result)

    def load_verify_locations(self, *args, **kwargs):
        (data,) = _check_positional(args, kwargs)
        _data, address, length = _source(_pem_or_der(data))
        result = _esp32.ctx_load_verify_locations(self._handle, address, length)
        if result != "ok":
            raise ValueError(result)

    def get_ciphers(self):
        return _esp32.ctx_get_ciphers().split(" ")

    def set_ciphers(self, names):
        if not isinstance(names, (tuple, list)):
            raise TypeError("object '%s' isn't a tuple or list" % type(names).__name__)
        if not _esp32.ctx_set_ciphers(self._handle, " ".join([_text(name) for name in names])):
            raise OSError(*_BAD_CONFIG)

    def wrap_socket(self, sock, *args, **kwargs):
        if args:
            raise TypeError("extra positional arguments given")
        server_side = kwargs.pop("server_side", False)
        do_handshake = kwargs.pop("do_handshake_on_connect", True)
        hostname = kwargs.pop("server_hostname", None)
        if kwargs:
            raise TypeError("extra keyword arguments given")
        if not (hasattr(sock, "readinto") and hasattr(sock, "write")):
            raise OSError("stream operation not supported")
        if hostname is not None:
            hostname = _text(hostname)
            if len(hostname) > _MAX_HOSTNAME:
                raise OSError(*_BAD_INPUT_DATA)
        elif self.verify_mode == CERT_REQUIRED and not server_side:
            raise ValueError("CERT_REQUIRED requires server_hostname")
        wrapped = SSLSocket(self, sock, bool(server_side), hostname)
        if do_handshake:
            try:
                wrapped._handshake(True)
            except BaseException:
                wrapped._release()  # the stream stays open, it is the caller's
                raise
        return wrapped


def _fileno(stream):
    try:
        return stream.ioctl(_MP_STREAM_GET_FILENO, 0)
    except (AttributeError, OSError):
        return -1


class SSLSocket:
    def __init__(self, context, stream, server_side, hostname):
        handle = _esp32.tls_open(context._handle, server_side, hostname, _fileno(stream))
        if handle < 0:
            raise OSError(_ENOMEM)
        self._handle = handle
        self._context = context
        self._stream = stream
        self._unsent = b""  # a record the stream did not take yet
        self._failed = False
        self._waits_for = 0  # what the engine waits for, when it is not what the caller polls for
        self._closed = False
        self._started = False
        self._ended = False  # the stream's end was read

    def __repr__(self):
        return "<SSLSocket>"

    # ---- between engine and stream

    def _raise(self):
        # Sends the alert, if there is one, and raises what the engine's error is in Python.
        if not self._failed:
            self._failed = True
            try:
                self._flush()
            except OSError:
                pass
        context = self._context
        if context._callback_error is not None:
            error = context._callback_error
            context._callback_error = None
            raise error
        kind, rest = _esp32.tls_exception(self._handle).split(" ", 1)
        if kind == "ValueError":
            raise ValueError(rest)
        number = rest.split(" ")
        if len(number) == 1:
            raise OSError(int(number[0]))
        raise OSError(int(number[0]), number[1])

    def _check_usable(self):
        if self._closed:
            raise OSError(*_BAD_INPUT_DATA)
        if self._failed:
            self._raise()

    def _flush(self):
        # Writes record by record. False when the stream takes no more now.
        while True:
            while self._unsent:
                count = self._stream.write(self._unsent)
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
        buffer = bytearray(_esp32.tls_wanted(self._handle))
        count = self._stream.readinto(buffer)
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
        # True when it is over. `wait`: a stream that is not ready is asked again.
        if not self._started:
            self._started = True
            if _esp32.tls_start(self._handle) < 0:
                self._raise()
        while True:
            flushed = self._flush()
            if flushed and _esp32.tls_state(self._handle) != _HANDSHAKING:
                self._waits_for = 0
                return True
            if flushed and self._fill():
                continue
            self._waits_for = _POLLIN if flushed else _POLLOUT
            if not wait:
                return False
            _esp32.sleep(0.001)

    def _read_some(self, buffer):
        # At least a byte, 0 at the end, None when there is nothing now.
        self._check_usable()
        if not self._handshake(False):
            return None
        address, length = _sink(buffer)
        while True:
            count = _esp32.tls_read(self._handle, address, length)
            if count or not length:
                return count
            if self._ended or _esp32.tls_peer_closed(self._handle):
                return 0
            if not (self._flush() and self._fill()):
                return None

    def _write_some(self, data):
        # One record. None when the stream takes nothing now.
        self._check_usable()
        if not (self._handshake(False) and self._flush()):
            return None
        _keep, address, length = _source(data)
        count = _esp32.tls_send(self._handle, address, min(length, _MAX_FRAGMENT))
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
        while True:
            count = self._read_some(view[filled:])
            if count is None:
                return filled or None
            filled += count
            if count == 0 or filled == len(view):
                return filled

    def recv_into(self, buffer, limit=0):
        view = memoryview(buffer)
        return self._or_again(self._read_some(view[:limit] if limit else view))

    def recv(self, limit):
        buffer = _allocate(limit)
        return bytes(buffer[: self._or_again(self._read_some(buffer))])

    def read(self, limit=-1):
        if limit >= 0:
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

    def write(self, data):
        data = memoryview(_source(data)[0])
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
        return self._or_again(self._write_some(data))

    def sendall(self, data):
        return self._or_again(self.write(data))

    def _or_again(self, count):
        if count is None:
            raise OSError(_EAGAIN)
        return count

    def setblocking(self, flag):
        self._stream.setblocking(flag)

    def cipher(self):
        if self._closed:
            raise OSError(*_BAD_INPUT_DATA)
        return tuple(_esp32.tls_cipher(self._handle).split(" "))

    def getpeercert(self, binary_form=False):
        if not binary_form:
            raise NotImplementedError
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
        return self._stream.ioctl(request, argument)

    def _poll(self, mask):
        if self._closed:
            return _POLLNVAL
        if self._failed:
            return mask & (_POLLIN | _POLLOUT)
        # What was decrypted already can be read, whatever the stream says.
        readable = _POLLIN if self._pending() else 0
        if readable & mask:
            return readable & mask
        if self._waits_for and mask & (_POLLIN | _POLLOUT):
            return mask & (_POLLIN | _POLLOUT) if self._stream.ioctl(_MP_STREAM_POLL, self._waits_for) else 0
        return self._stream.ioctl(_MP_STREAM_POLL, mask)

    def _pending(self):
        return _esp32.tls_pending(self._handle) > 0

    def close(self):
        # No close_notify, as the port: the stream is closed below the engine.
        if self._closed:
            return
        self._release()
        self._stream.close()

    def _release(self):
        self._closed = True
        _esp32.tls_free(self._handle)
