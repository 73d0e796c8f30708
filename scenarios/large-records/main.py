# Reads a long answer in pieces of 512 bytes.
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

tls.write(b'GET /v1/log HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
while tls.readline() != b'\r\n':
    pass
buffer = bytearray(512)
total = 0
while True:
    count = tls.readinto(buffer)
    if not count:
        break
    total += count
tls.close()
print(total, 'bytes')
