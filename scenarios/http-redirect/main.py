# Follows a redirect only to where it would have gone by itself.
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


def location(path):
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    tls = context.wrap_socket(sock, server_hostname=HOST)
    tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    head = tls.read().split(b'\r\n\r\n', 1)[0]
    tls.close()
    for field in head.split(b'\r\n')[1:]:
        name, value = field.split(b': ', 1)
        if name.lower() == b'location':
            return value.decode()


for path in (b'/v1/config', b'/v1/firmware'):
    target = location(path)
    if target.startswith('https://' + HOST + '/'):
        print('follows', target)
    else:
        print('does not follow', target)
