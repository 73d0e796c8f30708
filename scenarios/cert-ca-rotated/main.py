# Asks the API; when its authority is unknown, fetches the next root over what is still trusted.
import network
import ntptime
import os
import socket
import ssl
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()


def get(host, path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile='/root.der')
    sock = socket.socket()
    try:
        sock.connect(socket.getaddrinfo(host, 443)[0][-1])
        tls = context.wrap_socket(sock, server_hostname=host)
        tls.write(b'GET ' + path + b' HTTP/1.0\r\nHost: ' + host.encode() + b'\r\n\r\n')
        return tls.read().split(b'\r\n\r\n', 1)[1]
    finally:
        sock.close()


def get_config():
    return get('api.example.com', b'/v1/config').decode()


try:
    print(get_config())
except ValueError as error:
    print('refused:', str(error).strip())
    with open('/next.der', 'wb') as file:
        file.write(get('updates.example.com', b'/ca/next.der'))
    os.rename('/next.der', '/root.der')
    print(get_config())
