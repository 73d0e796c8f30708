# The library most programs use for HTTPS, and what it verifies: nothing. Then the same request with a context.
import network
import requests
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

# requests has no argument for a certificate authority; it accepts whoever answers.
response = requests.get('https://' + HOST + '/v1/config')
print('requests.get:', response.status_code, response.json())

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
try:
    context.wrap_socket(sock, server_hostname=HOST)
except ValueError as error:
    print('a context that verifies:', str(error).strip())
sock.close()
