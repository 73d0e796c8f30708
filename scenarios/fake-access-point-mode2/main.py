# Joins the network of that name, and checks who the server is.
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
print('router', wlan.ifconfig()[2])

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    tls = context.wrap_socket(sock, server_hostname=HOST)
except ValueError as error:
    print(error)
    raise SystemExit

tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\nAuthorization: Bearer s3cret\r\n\r\n')
print(tls.read().split(b'\r\n\r\n', 1)[1].decode())
tls.close()
