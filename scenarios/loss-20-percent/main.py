# Asks five times on one connection each, and says how long each answer took.
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
address = socket.getaddrinfo(HOST, 443)[0][-1]
time.sleep(2)

for number in range(1, 6):
    start = time.ticks_ms()
    sock = socket.socket()
    sock.settimeout(30)
    sock.connect(address)
    tls = context.wrap_socket(sock, server_hostname=HOST)
    tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    body = tls.read().split(b'\r\n\r\n', 1)[1]
    tls.close()
    print(number, body.decode(), time.ticks_diff(time.ticks_ms(), start), 'ms')
