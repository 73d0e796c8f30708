# Publishes one reading to the gateway.
import network
import ssl
import time
from umqtt.simple import MQTTClient

GATEWAY = 'gateway.example.net'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/workshop.der')
context.load_cert_chain('/device.der', '/device-key.der')

time.sleep(4)
# The client identifier is what a client likes to call itself; who it is, its certificate says.
client = MQTTClient('sensor-2', GATEWAY, port=8883, ssl=context)
client.connect()
client.publish('home/cellar/temperature', '12.5', qos=1)
print('published')
client.disconnect()
