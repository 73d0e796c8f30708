# Joins the hub's network and hands it a reading; each shows the other a certificate.
import network
import socket
import ssl
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('hub', 'only for sensors')
while not wlan.isconnected():
    time.sleep_ms(100)
address, _, hub, _ = wlan.ifconfig()
print('address', address)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/fleet.der')
context.load_cert_chain('/sensor.der', '/sensor-key.der')

sock = socket.socket()
sock.connect((hub, 8883))  # the router of this network is the hub itself
tls = context.wrap_socket(sock, server_hostname='hub.fleet.example')
tls.write(b'21.5\n')
print('hub says', tls.readline().decode().strip())
tls.close()
