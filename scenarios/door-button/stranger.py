# Calls the door without a certificate.
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
context.load_verify_locations(cafile='/root.der')

time.sleep(10)
sock = socket.socket()
sock.settimeout(20)
# There is no name service for devices: the address is agreed on, the name is what the certificate says.
sock.connect(('192.168.4.2', 4433))
try:
    tls = context.wrap_socket(sock, server_hostname='door.local')
    tls.write(b'open\n')
    print(tls.readline().strip().decode())
    tls.close()
except OSError as error:
    print('no answer:', error)
sock.close()
