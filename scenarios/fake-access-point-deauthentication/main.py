# Fetches its configuration every ten seconds, and looks at nobody's papers.
import network
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
def fetch():
    sock = socket.socket()
    try:
        sock.settimeout(5)
        sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
        tls = context.wrap_socket(sock, server_hostname=HOST)
        tls.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\nAuthorization: Bearer s3cret\r\n\r\n')
        return tls.read().split(b'\r\n\r\n', 1)[1].decode()
    finally:
        sock.close()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_NONE
while not wlan.isconnected():
    time.sleep_ms(100)

for attempt in range(3):
    try:
        print('router', wlan.ifconfig()[2], fetch())
    except OSError as error:
        print(error)
    time.sleep(10)
