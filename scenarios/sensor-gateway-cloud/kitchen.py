# Reports to the gateway.
import json
import network
import socket
import ssl
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/workshop.der')

time.sleep(1)
sock = socket.socket()
sock.connect(('192.168.4.2', 4433))
tls = context.wrap_socket(sock, server_hostname='gateway.local')
tls.write(json.dumps({'sensor': 'kitchen', 'temperature': 21.5}).encode() + b'\n')
print(tls.readline().strip().decode())
tls.close()
