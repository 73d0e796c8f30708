# Connects twice, and measures both handshakes.
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


def get():
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    start = time.ticks_ms()
    tls = context.wrap_socket(sock, server_hostname=HOST)
    took = time.ticks_diff(time.ticks_ms(), start)
    tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    body = tls.read().split(b'\r\n\r\n', 1)[1]
    tls.close()
    return body.decode(), took


first, second = get(), get()
print(first[0], second[0])
print('as long as before:', second[1] > first[1] * 0.9)
