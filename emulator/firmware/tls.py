# The port's C module `tls`: its names and nothing else. What they do stands in _tls_context.py and _tls_socket.py.
from _tls_context import SSLContext

MBEDTLS_VERSION = "Mbed TLS 3.6.6"

PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
PROTOCOL_DTLS_CLIENT = 2
PROTOCOL_DTLS_SERVER = 3
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2
