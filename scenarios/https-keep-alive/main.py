# Three values on one connection.
import json
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

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)


def post(value):
    body = json.dumps({'temperature': value}).encode()
    tls.write(b'POST /v1/values HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n' % (HOST.encode(), len(body)))
    tls.write(body)
    status = tls.readline().strip().decode()
    length = 0
    while True:
        field = tls.readline()
        if field == b'\r\n':
            break
        if field.lower().startswith(b'content-length:'):
            length = int(field[15:])
    return status, tls.read(length).decode()


for value in (20.5, 20.75, 21.0):
    start = time.ticks_ms()
    print(*post(value), time.ticks_diff(time.ticks_ms(), start) < 200)
    time.sleep(5)
tls.close()
