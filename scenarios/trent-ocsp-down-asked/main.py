# Shakes hands, and asks the authority's responder about the certificate before it says a word; without an answer it stays away.
import network
import socket
import ssl
import time

import ocsp

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

with open('/root.der', 'rb') as file:
    root = file.read()
try:
    status = ocsp.ask('trent.example.com', tls.getpeercert(True), root)
except OSError as error:
    status = 'nothing (%s)' % error
print('Trent says:', status)
if status == 'good':
    tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    print(tls.read().split(b'\r\n\r\n', 1)[1].decode())
else:
    print('not a word to', HOST)
tls.close()
