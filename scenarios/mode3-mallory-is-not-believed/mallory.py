# Mallory says that she is Alice, and has no papers that say so.
import network
import socket
import ssl
import time

HOST = 'bob.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

time.sleep(10)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_NONE
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    tls = context.wrap_socket(sock, server_hostname=HOST)
    print('Bob listens')
except OSError as error:
    print('Bob hangs up:', error)
sock.close()
