# Has an old password.
import network
import ssl
import time
from umqtt.simple import MQTTClient, MQTTException

HOST = 'broker.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

client = MQTTClient('sensor-0001', HOST, user='sensor-0001', password='blue fox', keepalive=60, ssl=context)
try:
    client.connect()
    client.publish('home/temperature', '20.5', qos=1)
    client.disconnect()
    print('published')
except MQTTException as error:
    print('refused by the broker:', error)
