# Takes values in from sensors, and hands them on together.
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

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/gateway.der', '/gateway-key.der')
upstream = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
upstream.verify_mode = ssl.CERT_REQUIRED
upstream.load_verify_locations(cafile='/root.der')

values = []
listener = socket.socket()
listener.bind(('', 4433))
listener.listen(2)
while len(values) < 2:
    sock, peer = listener.accept()
    tls = context.wrap_socket(sock, server_side=True)
    values.append(json.loads(tls.readline()))
    tls.write(b'ok\n')
    tls.readline()
    tls.close()
    sock.close()
listener.close()

body = json.dumps(values).encode()
sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = upstream.wrap_socket(sock, server_hostname=HOST)
tls.write(b'POST /v1/values HTTP/1.0\r\nHost: %s\r\nContent-Length: %d\r\n\r\n' % (HOST.encode(), len(body)))
tls.write(body)
print(len(values), 'values:', tls.readline().strip().decode())
tls.close()
