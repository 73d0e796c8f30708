# Says something to a server that gives everything back, over plain TCP.
import network
import socket
import time

HOST = 'echo.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

sock = socket.socket()
sock.settimeout(10)
sock.connect(socket.getaddrinfo(HOST, 7)[0][-1])
sock.write(b'the door is shut\n')
print(sock.readline().decode().strip())
sock.close()
