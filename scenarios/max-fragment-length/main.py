# Connects on a heap in small pieces.
import esp32
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

blocks = esp32.idf_heap_info(esp32.HEAP_DATA)
print('largest block below 16717:', max(block[2] for block in blocks) < 16717)
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    context.wrap_socket(sock, server_hostname=HOST)
except OSError as error:
    print('no connection:', error)
sock.close()
