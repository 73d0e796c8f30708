# `tls.SSLContext`: what the connections made with it have in common. The certificates are kept in the worker.
import _esp32
from _buffers import integer as _integer, sink as _sink, source as _source, text as _text
from _tls_socket import BAD_INPUT_DATA, SSLSocket, count_arguments, refuse_keywords

_BAD_CONFIG = (-24192, "MBEDTLS_ERR_SSL_BAD_CONFIG")
_FEATURE_UNAVAILABLE = (-28800, "MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE")

_PROTOCOL_SERVER = 1  # bits of the protocol
_PROTOCOL_DATAGRAMS = 2
_CERT_NONE = 0
_CERT_REQUIRED = 2

_INVALID_KEY = "invalid key"

# Largest name that fits.
_MAX_HOSTNAME = 255


def _pem_or_der(value):
    # Certificates and keys: str or bytes, which may be DER.
    return value if isinstance(value, bytes) else _text(value)


def _octets(value):
    if not isinstance(value, (bytes, bytearray, memoryview, str)):
        raise TypeError("object with buffer protocol required")
    return bytes(_source(value)[0])


class SSLContext:
    def __init__(self, *args, **kwargs):
        refuse_keywords(kwargs)
        count_arguments(args, 1)
        protocol = _integer(args[0])
        handle = _esp32.ctx_new(protocol)
        if handle < 0:
            raise MemoryError("memory allocation failed, allocating 1856 bytes")
        set_attribute = super().__setattr__
        set_attribute("_handle", handle)
        set_attribute("_protocol", protocol)
        set_attribute("_callback_error", None)
        if _esp32.has_secure_element():
            set_attribute("ecdsa_sign_callback", None)
        for name in ("verify_callback", "psk_identity", "psk_key", "server_psk_keys"):
            set_attribute(name, None)
        self.verify_mode = _CERT_NONE if protocol & _PROTOCOL_SERVER else _CERT_REQUIRED

    def __setattr__(self, name, value):
        if name == "verify_mode":
            value = _integer(value)
            _esp32.ctx_verify_mode(self._handle, value)
        elif name == "verify_callback":
            _esp32.ctx_verify_callback(self._handle, None if value is None else self._on_certificate)
        elif name == "psk_identity":
            self._apply_psk(value, self.psk_key)
        elif name == "psk_key":
            self._apply_psk(self.psk_identity, value)
        elif name == "server_psk_keys":
            _esp32.ctx_psk_lookup(self._handle, None if value is None else self._on_identity)
        elif name == "ecdsa_sign_callback" and _esp32.has_secure_element():
            _esp32.ctx_ecdsa_sign(self._handle, None if value is None else self._on_sign)
        elif name != "_callback_error":
            raise AttributeError("'SSLContext' object has no attribute '%s'" % name)
        super().__setattr__(name, value)

    def _apply_psk(self, identity, key):
        # Both together go to mbedTLS, which takes one pair and keeps it.
        if identity is None or key is None:
            return
        if self.psk_identity is not None and self.psk_key is not None:
            raise OSError(*_FEATURE_UNAVAILABLE)
        _identity, identity, identity_length = _source(_octets(identity))
        _key, key, key_length = _source(_octets(key))
        if not _esp32.ctx_psk(self._handle, identity, identity_length, key, key_length):
            raise OSError(*BAD_INPUT_DATA)

    def _on_certificate(self, length, depth):
        certificate = bytearray(length)
        _esp32.ctx_certificate(_sink(certificate)[0])
        try:
            return _integer(self.verify_callback(memoryview(certificate), depth))
        except BaseException as error:
            self._callback_error = error  # raised again by the call that runs the handshake
            return None

    def _on_identity(self, length):
        identity = bytearray(length)
        _esp32.ctx_identity(_sink(identity)[0])
        try:
            key = self.server_psk_keys.get(bytes(identity))
            if key is not None:
                _keep, address, length = _source(_octets(key))
                _esp32.ctx_psk_found(address, length)
        except Exception:
            pass  # as for an identity that is not known
        except BaseException as error:
            self._callback_error = error

    def _on_sign(self, key_length, hash_length):
        # What was loaded as the key names one that is elsewhere. Whatever the callback raises, mbedTLS then signs.
        key = bytearray(key_length)
        hash = bytearray(hash_length)
        _esp32.ctx_to_sign(_sink(key)[0], _sink(hash)[0])
        try:
            signature = self.ecdsa_sign_callback(bytes(key), bytes(hash))
            if signature is not None:
                _keep, address, length = _source(_octets(signature))
                _esp32.ctx_signed(address, length)
        except Exception:
            pass
        except BaseException as error:
            self._callback_error = error

    def load_cert_chain(self, *args, **kwargs):
        refuse_keywords(kwargs)
        count_arguments(args, 2, 1)
        certificate, key = args
        _key, key, key_length = _source(_pem_or_der(key))
        # The port looks at the key first: what is wrong with it is told before the certificate's type.
        kind = isinstance(certificate, (bytes, str))
        _certificate, certificate, certificate_length = _source(certificate if kind else b"")
        result = _esp32.ctx_load_cert_chain(self._handle, certificate, certificate_length, key, key_length)
        if result != _INVALID_KEY and not kind:
            _text(args[0])  # raises
        if result != "ok":
            raise ValueError(result)

    def load_verify_locations(self, *args, **kwargs):
        refuse_keywords(kwargs)
        count_arguments(args, 1, 1)
        _data, address, length = _source(_pem_or_der(args[0]))
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
        client_id = kwargs.pop("client_id", None)
        if kwargs:
            raise TypeError("extra keyword arguments given")
        if not (hasattr(sock, "readinto") and hasattr(sock, "write")):
            raise OSError("stream operation not supported")
        if hostname is not None:
            hostname = _text(hostname)
            if len(hostname) > _MAX_HOSTNAME:
                raise OSError(*BAD_INPUT_DATA)
        elif self.verify_mode == _CERT_REQUIRED and not server_side:
            raise ValueError("CERT_REQUIRED requires server_hostname")
        if self._protocol & 3 == _PROTOCOL_SERVER | _PROTOCOL_DATAGRAMS:
            if not isinstance(client_id, (bytes, bytearray, memoryview, str)):
                raise OSError(*BAD_INPUT_DATA)
            client_id = _octets(client_id)
        else:
            client_id = None
        wrapped = SSLSocket(self, sock, hostname, client_id, bool(do_handshake))
        if do_handshake:
            try:
                wrapped._handshake(True)
            except BaseException:
                wrapped._release()  # the stream stays open, it is the caller's
                raise
        return wrapped
