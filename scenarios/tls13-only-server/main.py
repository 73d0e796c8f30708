# The same program as in mode2-server-auth; only the server has given up TLS 1.2.
import network
import ntptime
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
print('address', wlan.ifconfig()[0])

ntptime.settime()
print('time {:04}-{:02}-{:02} {:02}:{:02}'.format(*time.gmtime()))

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)
print('cipher', tls.cipher())

tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
head, body = tls.read().split(b'\r\n\r\n', 1)
tls.close()
print(head.split(b'\r\n')[0].decode())
print(body.decode())
