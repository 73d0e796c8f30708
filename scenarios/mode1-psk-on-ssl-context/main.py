# The attributes are taken without a word, and have no effect: they belong to tls.SSLContext.
import network
import socket
import ssl
import time

HOST = 'api.example.com'
# A real one comes from a file that was written in the factory, another for each device.
KEY = bytes.fromhex('00112233445566778899aabbccddeeff')

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_NONE
context.psk_identity = b'sensor-0001'
context.psk_key = KEY
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
stream = context.wrap_socket(sock)
print(stream.cipher()[0])
stream.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
print(stream.read().split(b'\r\n\r\n', 1)[1].decode())
stream.close()
