# Wakes, reports, sleeps; the RTC memory counts.
import machine
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

memory = machine.RTC().memory()
count = int(memory or b'0') + 1
machine.RTC().memory(str(count).encode())

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)
tls.write(b'GET /v1/config?count=%d HTTP/1.0\r\nHost: api.example.com\r\n\r\n' % count)
print(count, machine.reset_cause() == machine.DEEPSLEEP_RESET, tls.readline().strip().decode())
tls.close()
machine.deepsleep(60_000)
