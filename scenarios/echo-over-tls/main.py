# Says 40 kB to a server that gives everything back, and looks whether it is the same.
import hashlib
import network
import socket
import ssl
import time

HOST = 'echo.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.settimeout(10)
sock.connect(socket.getaddrinfo(HOST, 7)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)

said = hashlib.sha256()
heard = hashlib.sha256()
total = 0
for number in range(20):
    block = bytes((number + i) & 0xFF for i in range(256)) * 8
    said.update(block)
    tls.write(block)
    # Reads as much as it wrote: who only writes fills the buffers of both sides, and waits for ever.
    back = tls.read(len(block))
    heard.update(back)
    total += len(back)
print(total, 'bytes, the same:', said.digest() == heard.digest())
tls.close()
