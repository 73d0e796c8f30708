# Knows the fingerprint of its root; fetches the root once, over plain HTTP, and keeps it.
import binascii
import hashlib
import network
import ntptime
import os
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()


def fetch_root():
    sock = socket.socket()
    sock.connect(socket.getaddrinfo('ca.example.com', 80)[0][-1])
    sock.write(b'GET /root.der HTTP/1.0\r\nHost: ca.example.com\r\n\r\n')
    root = sock.read().split(b'\r\n\r\n', 1)[1]
    sock.close()
    return root


def load_root():
    if 'root.der' in os.listdir('/'):
        print('root from flash')
        with open('/root.der', 'rb') as file:
            return file.read()
    root = fetch_root()
    with open('/root.sha256') as file:
        if binascii.hexlify(hashlib.sha256(root).digest()).decode() != file.read().strip():
            raise ValueError('a forged root')
    with open('/root.der', 'wb') as file:
        file.write(root)
    print('root fetched')
    return root


for _ in range(2):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=load_root())
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    tls = context.wrap_socket(sock, server_hostname=HOST)
    tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    print(tls.read().split(b'\r\n\r\n', 1)[1].decode())
    tls.close()
