# A sensor reports by MQTT over mutual TLS: its certificate is its identity, no password is needed.
import network
import ntptime
import ssl
import time
from umqtt.simple import MQTTClient

HOST = 'broker.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
context.load_cert_chain('/device.der', '/device-key.der')


def on_message(topic, message):
    print(topic.decode(), message.decode())


# The name that is verified is the one that is connected to.
client = MQTTClient('sensor-0001', HOST, keepalive=60, ssl=context)
client.set_callback(on_message)
client.set_last_will('home/sensor-0001/status', 'lost', retain=True, qos=1)
client.connect()
client.subscribe('home/sensor-0001/interval', qos=1)
client.wait_msg()
for value in (20.5, 21.0):
    client.publish('home/sensor-0001/temperature', str(value), qos=1)
    time.sleep(10)
client.disconnect()
print('published')
