# Tries each certificate of the chain as the one to trust.
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


def connect(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile='/' + name)
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    try:
        context.wrap_socket(sock, server_hostname=HOST).close()
        return 'good'
    except ValueError as error:
        return str(error).strip()
    finally:
        sock.close()


for name in ('new-root.der', 'old-root.der', 'issuing.der', 'api.der'):
    print(name + ':', connect(name))
