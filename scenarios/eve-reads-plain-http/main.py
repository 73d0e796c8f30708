# An API key in clear text.
import network
import socket
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 80)[0][-1])
sock.write(b'GET /v1/config?key=s3cret HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
print(sock.read().split(b'\r\n\r\n', 1)[1].decode())
sock.close()
