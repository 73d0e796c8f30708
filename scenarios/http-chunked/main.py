# Puts the chunks of an answer together.
import network
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)


def chunks():
    while True:
        length = int(tls.readline().split(b';')[0], 16)
        if length == 0:
            return
        yield tls.read(length)
        tls.readline()


tls.write(b'GET /v1/config HTTP/1.1\r\nHost: ' + HOST.encode() + b'\r\nConnection: close\r\n\r\n')
fields = []
while True:
    field = tls.readline().strip().lower()
    if not field:
        break
    fields.append(field)
print(b'transfer-encoding: chunked' in fields)
print(b''.join(chunks()).decode())
tls.close()
