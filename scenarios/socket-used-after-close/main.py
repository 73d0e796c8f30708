# Asks twice on one connection, and has closed it in between.
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


def ask(path):
    tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    return tls.read().split(b'\r\n\r\n', 1)[1].decode()


print(ask(b'/v1/config'))
tls.close()
print(ask(b'/v1/config'))
