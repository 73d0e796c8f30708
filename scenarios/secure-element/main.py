# Mutual TLS with a key that is not in flash.
import network
import secure_element
import socket
import time
import tls

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)


def sign(key, digest):
    # `key` is the placeholder from flash; the element signs with the one that never leaves it.
    return secure_element.sign(digest)


context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
with open('/root.der', 'rb') as file:
    context.load_verify_locations(file.read())
with open('/device.der', 'rb') as certificate, open('/placeholder.der', 'rb') as placeholder:
    context.load_cert_chain(certificate.read(), placeholder.read())
context.ecdsa_sign_callback = sign

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
stream = context.wrap_socket(sock, server_hostname=HOST)
stream.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
print(stream.read().split(b'\r\n\r\n', 1)[1].decode())
stream.close()
