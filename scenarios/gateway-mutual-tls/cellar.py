# Hands one reading to the gateway, and shows its certificate there.
import json
import network
import socket
import ssl
import time

GATEWAY = 'gateway.example.net'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/workshop.der')
context.load_cert_chain('/device.der', '/device-key.der')

time.sleep(4)
sock = socket.socket()
sock.settimeout(10)
sock.connect(socket.getaddrinfo(GATEWAY, 8883)[0][-1])
tls = context.wrap_socket(sock, server_hostname=GATEWAY)
tls.write(json.dumps({'temperature': 12.5}).encode() + b'\n')
print(tls.readline().strip().decode())
tls.close()
