# A client for `tls-sandbox badssl --score`, as it would run on a board: device.py MODE HOST PORT CA
import socket
import ssl
import sys

mode, host, port, ca = sys.argv[1:]

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = getattr(ssl, mode)
if mode != 'CERT_NONE':
    context.load_verify_locations(cafile=ca)

sock = socket.socket()
sock.settimeout(5)
sock.connect(socket.getaddrinfo(host, int(port))[0][-1])
tls = context.wrap_socket(sock, server_hostname=host)
tls.write(b'GET / HTTP/1.0\r\nHost: ' + host.encode() + b'\r\n\r\n')
head, body = tls.read().split(b'\r\n\r\n', 1)
tls.close()
length = int(head.split(b'Content-Length: ')[1].split(b'\r\n')[0])
if len(body) != length:
    raise ValueError('incomplete')
