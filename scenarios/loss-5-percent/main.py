# Ten exchanges, each on a connection of its own.
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

start = time.ticks_ms()
for number in range(10):
    sock = socket.socket()
    sock.settimeout(30)
    sock.connect(address)
    tls = context.wrap_socket(sock, server_hostname=HOST)
    tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    tls.read()
    tls.close()
print(number + 1, 'answers, slower than a second each:', time.ticks_diff(time.ticks_ms(), start) > 10_000)
