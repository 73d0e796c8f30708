# What getaddrinfo says, and how long it takes to say it.
import network
import socket
import time


def resolve(name, label):
    start = time.ticks_ms()
    try:
        answer = socket.getaddrinfo(name, 80)[0][-1][0]
    except OSError as error:
        answer = repr(error)
    print(label, answer, 'after', time.ticks_diff(time.ticks_ms(), start) // 1000, 's')


resolve('api.example.com', 'offline')

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

for host in ('api', 'typo', 'broken', 'slow'):
    resolve(host + '.example.com', host + '.example.com')
