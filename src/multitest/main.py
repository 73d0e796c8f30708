# What every device of a test has in its flash: it is on the network before the test begins.
import network
import time

nic = network.WLAN(network.STA_IF)
nic.active(True)
nic.connect("workshop", "correct horse")
while not nic.isconnected():
    time.sleep_ms(50)
