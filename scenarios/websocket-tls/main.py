# A WebSocket client by hand: the upgrade, masked frames, the end.
import binascii
import hashlib
import network
import os
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

key = binascii.b2a_base64(os.urandom(16)).strip()
tls.write(
    b'GET /live HTTP/1.1\r\nHost: ' + HOST.encode() + b'\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    b'Sec-WebSocket-Key: ' + key + b'\r\nSec-WebSocket-Version: 13\r\n\r\n'
)
print(tls.readline().strip().decode())
accept = None
while True:
    field = tls.readline().strip()
    if not field:
        break
    if field.startswith(b'Sec-WebSocket-Accept: '):
        accept = field[22:]
digest = hashlib.sha1(key + b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest()
print('understood the key:', accept == binascii.b2a_base64(digest).strip())


def send(opcode, payload):
    # RFC 6455, section 5.3: what a client sends is masked.
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    tls.write(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)


def receive():
    opcode, length = tls.read(2)
    return opcode & 0x0F, tls.read(length)


for text in (b'door open', b'door closed'):
    send(1, text)
    print(receive()[1].decode())
send(8, b'\x03\xe8')
print('closed:', receive() == (8, b'\x03\xe8'))
tls.close()
