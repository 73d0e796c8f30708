# Asks the cloud what it has, some time later.
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
context.load_cert_chain('/device.der', '/device-key.der')

time.sleep(9)
sock = socket.socket()
sock.settimeout(10)
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)
tls.write(b'GET /v1/readings HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
print(tls.read().split(b'\r\n\r\n', 1)[1].decode())
tls.close()
