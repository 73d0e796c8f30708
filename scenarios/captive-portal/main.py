# Asks first by plain HTTP, to know what a refusal means.
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

address = socket.getaddrinfo(HOST, 80)[0][-1]
sock = socket.socket()
sock.connect(address)
sock.write(b'GET /generate_204 HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
status, *fields = sock.read().split(b'\r\n')
sock.close()
for field in fields:
    if field.startswith(b'Location: '):
        print('behind a portal:', field[10:].decode())

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    context.wrap_socket(sock, server_hostname=HOST)
except ValueError as error:
    print('refused:', ', '.join(line for line in str(error).split('\n') if line))
sock.close()
