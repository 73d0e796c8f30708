# Alice writes to Bob, and both show papers.
import network
import socket
import ssl
import time

HOST = 'bob.example.com'
MESSAGE = b'From Alice: lunch at noon. Love, Alice'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
context.load_cert_chain('/device.der', '/device-key.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)

tls.write(b'POST /messages HTTP/1.0\r\nHost: bob.example.com\r\nContent-Length: %d\r\n\r\n' % len(MESSAGE))
tls.write(MESSAGE)
print('Bob:', tls.read().split(b'\r\n\r\n', 1)[1].decode())
tls.close()
