# A device whose other parts hold most of its memory connects to a server that it checks.
import network
import ntptime
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    tls = context.wrap_socket(sock, server_hostname=HOST)
except OSError as error:
    sock.close()
    print('no connection:', error)
else:
    print('connected', tls.cipher()[0])
    tls.close()
