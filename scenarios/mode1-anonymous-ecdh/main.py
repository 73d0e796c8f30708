# Asks for anonymous ECDH, and then takes what the firmware has.
import network
import socket
import time
import tls

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
context.verify_mode = tls.CERT_NONE
try:
    context.set_ciphers(['TLS-ECDH-ANON-WITH-AES-256-CBC-SHA'])
except OSError as error:
    print('set_ciphers:', error)

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    context.wrap_socket(sock, server_hostname=HOST)
except OSError as error:
    print('wrap_socket:', error)
sock.close()
