# Opens a second connection while the first is open.
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


def connect():
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    try:
        return context.wrap_socket(sock, server_hostname=HOST)
    except OSError:
        sock.close()
        raise


first = connect()
print('first: connected')
try:
    connect()
    print('second: connected')
except OSError as error:
    print('second:', error)
first.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
print('first: still answers', first.readline().decode().strip())
