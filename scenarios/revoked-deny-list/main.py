# Fetches a list of certificates that must not be used, and hangs up on a server that shows one.
import binascii
import hashlib
import network
import ntptime
import socket
import ssl
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()


def connect(host, ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile=ca)
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(host, 443)[0][-1])
    return context.wrap_socket(sock, server_hostname=host)


def get(tls, host, path):
    tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + host.encode() + b'\r\n\r\n')
    head, body = tls.read().split(b'\r\n\r\n', 1)
    tls.close()
    if b' 200 ' not in head:
        raise OSError(head.split(b'\r\n')[0].decode())
    return body.decode()


# Pinned: nobody but the server of the list has the key to this certificate.
denied = get(connect('lists.example.com', '/lists.der'), 'lists.example.com', b'/denied').split()

tls = connect('api.example.com', '/root.der')
fingerprint = binascii.hexlify(hashlib.sha256(tls.getpeercert(True)).digest()).decode()
if fingerprint in denied:
    tls.close()
    raise ValueError('the certificate is on the deny-list')
print(get(tls, 'api.example.com', b'/v1/config'))
