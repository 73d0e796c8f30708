# Asks for the time three times, and does not connect without it.
import errno
import network
import ntptime
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

for attempt in range(3):
    try:
        ntptime.settime()
        break
    except OSError as error:
        print('no time:', errno.errorcode.get(error.errno, error.errno))
        time.sleep(2)

if time.gmtime()[0] < 2026:
    print('no time, no connection')
else:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile='/root.der')

    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
    tls = context.wrap_socket(sock, server_hostname=HOST)
    print('connected')
    tls.close()
