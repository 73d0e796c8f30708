# Tries again, with pauses that grow.
import network
import random
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


def report(value):
    sock = socket.socket()
    sock.settimeout(5)
    try:
        sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
        tls = context.wrap_socket(sock, server_hostname=HOST)
        tls.write(b'GET /v1/config?value=%d HTTP/1.0\r\nHost: api.example.com\r\n\r\n' % value)
        return tls.readline().strip().decode()
    finally:
        sock.close()


pause = 1
while True:
    try:
        print(report(20))
        break
    except OSError as error:
        # A fleet that came back after a power cut must not knock all at the same moment.
        wait = pause * 1000 + random.getrandbits(10)
        print(error, 'again in', pause, 's and a bit')
        time.sleep_ms(wait)
        pause = min(pause * 2, 60)
