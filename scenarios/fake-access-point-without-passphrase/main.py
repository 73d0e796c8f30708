# Waits half a minute for its network, and says what the driver says.
import network
import time

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
for attempt in range(30):
    if wlan.isconnected():
        break
    time.sleep(1)
print('connected:', wlan.isconnected(), 'status', wlan.status())
