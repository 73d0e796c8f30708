# The client of umqtt.simple that connects again when the connection breaks, for ever, and repeats the call.
import time

from . import simple


class MQTTClient(simple.MQTTClient):
    DELAY = 2  # seconds
    DEBUG = False

    def delay(self, i):
        time.sleep(self.DELAY)

    def log(self, in_reconnect, e):
        if self.DEBUG:
            print("mqtt reconnect: %r" % e if in_reconnect else "mqtt: %r" % e)

    def reconnect(self):
        attempt = 0
        while True:
            try:
                return self.connect(False)
            except OSError as error:
                self.log(True, error)
            attempt += 1
            self.delay(attempt)

    def publish(self, topic, msg, retain=False, qos=0):
        while True:
            try:
                return super().publish(topic, msg, retain, qos)
            except OSError as error:
                self.log(False, error)
            self.reconnect()

    def wait_msg(self):
        while True:
            try:
                return super().wait_msg()
            except OSError as error:
                self.log(False, error)
            self.reconnect()

    def check_msg(self, attempts=2):
        while attempts:
            self.sock.setblocking(False)
            try:
                return super().wait_msg()
            except OSError as error:
                self.log(False, error)
            self.reconnect()
            attempts -= 1
