# Tries again with a new socket whenever the connection, or the Wi-Fi under it, has gone.
import network
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')


def get(path):
    sock = socket.socket()
    sock.settimeout(10)
    try:
        sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
        tls = context.wrap_socket(sock, server_hostname=HOST)
        tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
        return tls.read().split(b'\r\n\r\n', 1)[1]
    finally:
        sock.close()


for attempt in range(1, 4):
    while not wlan.isconnected():
        time.sleep_ms(100)
    try:
        print('attempt', attempt, get(b'/v1/config').decode())
        break
    except OSError as error:
        print('attempt', attempt, repr(error), 'status', wlan.status())
