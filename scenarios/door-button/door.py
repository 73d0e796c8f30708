# A TLS server on a device: opens to those of the same authority.
import network
import socket
import ssl
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/device.der', '/device-key.der')
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

listener = socket.socket()
listener.bind(('', 4433))
listener.listen(1)
for _ in range(2):
    sock, peer = listener.accept()
    try:
        tls = context.wrap_socket(sock, server_side=True)
        print('asked to', tls.readline().strip().decode())
        tls.write(b'done\n')
        tls.readline()
        tls.close()
    except OSError as error:
        print('refused:', error)
    sock.close()
