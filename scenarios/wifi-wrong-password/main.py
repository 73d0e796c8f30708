# Joining with a limit, and a reason when it does not work.
import network
import time

REASONS = {
    network.STAT_WRONG_PASSWORD: 'wrong password',
    network.STAT_NO_AP_FOUND: 'no such network',
}

wlan = network.WLAN(network.STA_IF)
wlan.active(True)


def join(ssid, password, seconds=15):
    wlan.disconnect()
    wlan.connect(ssid, password)
    for _ in range(seconds * 10):
        if wlan.isconnected():
            return 'connected'
        if wlan.status() in REASONS:
            return REASONS[wlan.status()]
        time.sleep_ms(100)
    return 'no answer'


for ssid, password in (('workshop', 'correct mouse'), ('workshopp', 'correct horse'), ('workshop', 'correct horse')):
    print(ssid + ': ' + join(ssid, password))
