# An access point of its own, and a TLS server that lets in devices of the fleet.
import network
import socket
import ssl

ap = network.WLAN(network.AP_IF)
ap.active(True)
ap.config(ssid='hub', key='only for sensors', authmode=network.AUTH_WPA2_PSK)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('/hub.der', '/hub-key.der')
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/fleet.der')

listener = socket.socket()
listener.bind(('', 8883))
listener.listen(1)
sock, peer = listener.accept()
tls = context.wrap_socket(sock, server_side=True)
print(peer[0], 'says', tls.readline().decode().strip())
tls.write(b'thanks\n')
tls.readline()  # until the sensor has closed
tls.close()
