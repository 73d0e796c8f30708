# Fetches a new program over TLS from the one server it knows, and installs it if the hash fits.
import binascii
import hashlib
import json
import network
import os
import socket
import ssl
import time

HOST = 'updates.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
with open('/pin.der', 'rb') as file:
    PIN = file.read()


def fetch(path):
    sock = socket.socket()
    sock.settimeout(20)
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    tls = context.wrap_socket(sock, server_hostname=HOST)
    if tls.getpeercert(True) != PIN:
        tls.close()
        raise OSError('another certificate than the pinned one')
    tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    while tls.readline() != b'\r\n':
        pass
    return tls


def download(path, target):
    tls = fetch(path)
    digest = hashlib.sha256()
    buffer = bytearray(1024)
    with open(target, 'wb') as file:
        while True:
            count = tls.readinto(buffer)
            if not count:
                break
            digest.update(memoryview(buffer)[:count])
            file.write(memoryview(buffer)[:count])
    tls.close()
    return binascii.hexlify(digest.digest()).decode()


try:
    manifest = json.loads(fetch(b'/manifest.json').read())
    if download(b'/program.py', '/program.new') == manifest['sha256']:
        os.rename('/program.new', '/program.py')
        print('installed version', manifest['version'])
        import program
    else:
        os.remove('/program.new')
        print('the hash does not fit: not installed')
except OSError as error:
    print('no update:', error)
