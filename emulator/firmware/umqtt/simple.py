# MQTT 3.1.1 as the frozen package of micropython-lib has it: the same calls, the same exceptions, the same
# things left out (no QoS 2, no time-outs of its own, no check of what the broker granted but failure).
import socket
from struct import pack_into

# First bytes of packets; the lower half holds flags.
_CONNECT = 0x10
_CONNACK = 0x20
_PUBLISH = 0x30
_PUBACK = 0x40
_SUBSCRIBE = 0x82
_SUBACK = 0x90
_PINGREQ = b"\xc0\0"
_PINGRESP = 0xD0
_DISCONNECT = b"\xe0\0"

_FAILURE = 0x80

# CONNECT's flags.
_CLEAN = 0x02
_WILL = 0x04
_CREDENTIALS = 0xC0


class MQTTException(Exception):
    pass


class MQTTClient:
    def __init__(
        self,
        client_id,
        server,
        port=0,
        user=None,
        password=None,
        keepalive=0,
        ssl=None,
        ssl_params={},
    ):
        self.client_id = client_id
        self.sock = None
        self.server = server
        self.port = port or (8883 if ssl else 1883)
        self.ssl = ssl
        self.ssl_params = ssl_params
        self.pid = 0
        self.cb = None
        self.user = user
        self.pswd = password
        self.keepalive = keepalive
        self.lw_topic = None
        self.lw_msg = None
        self.lw_qos = 0
        self.lw_retain = False
        # For all that is short: a program runs for days, and garbage costs time.
        self._short = bytearray(8)

    def _send_number(self, number):
        pack_into("!H", self._short, 0, number)
        self.sock.write(self._short, 2)

    def _send_str(self, s):
        self._send_number(len(s))
        self.sock.write(s)

    def _send_header(self, first, length, *more):
        # Fixed header: the length in groups of seven bits, the lowest first. What is written at once is a TLS record
        # of its own; `more` goes with it, as upstream does it.
        self._short[0] = first
        size = 1
        while length > 0x7F:
            self._short[size] = length & 0x7F | 0x80
            length >>= 7
            size += 1
        self._short[size] = length
        for byte in more:
            size += 1
            self._short[size] = byte
        self.sock.write(self._short, size + 1)

    def _recv_len(self):
        number = shift = 0
        while True:
            byte = self.sock.read(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def _recv_number(self):
        data = self.sock.read(2)
        return data[0] << 8 | data[1]

    def set_callback(self, f):
        self.cb = f

    def set_last_will(self, topic, msg, retain=False, qos=0):
        assert 0 <= qos <= 2
        assert topic
        self.lw_topic = topic
        self.lw_msg = msg
        self.lw_qos = qos
        self.lw_retain = retain

    def connect(self, clean_session=True, timeout=None):
        if self.sock:
            # Upstream drops it, and a board's collector closes it; here no program lives to see a collection.
            self.sock.close()
        self.sock = socket.socket()
        self.sock.settimeout(timeout)
        self.sock.connect(socket.getaddrinfo(self.server, self.port)[0][-1])
        if self.ssl is True:
            # The older way: the parameters alone decide what is verified and whether a name is sent.
            import ssl

            self.sock = ssl.wrap_socket(self.sock, **self.ssl_params)
        elif self.ssl:
            self.sock = self.ssl.wrap_socket(self.sock, server_hostname=self.server)
        assert self.keepalive < 65536
        flags = _CLEAN if clean_session else 0
        payload = [self.client_id]
        if self.lw_topic:
            flags |= _WILL | self.lw_qos << 3 | self.lw_retain << 5
            payload += (self.lw_topic, self.lw_msg)
        if self.user:
            flags |= _CREDENTIALS
            payload += (self.user, self.pswd)
        self._send_header(_CONNECT, 10 + sum([2 + len(part) for part in payload]), 0)
        self.sock.write(b"\x04MQTT\x04" + bytes((flags, self.keepalive >> 8, self.keepalive & 0xFF)))
        for part in payload:
            self._send_str(part)
        answer = self.sock.read(4)
        assert answer[0] == _CONNACK and answer[1] == 2
        if answer[3] != 0:
            raise MQTTException(answer[3])
        return answer[2] & 1

    def disconnect(self):
        self.sock.write(_DISCONNECT)
        self.sock.close()

    def ping(self):
        self.sock.write(_PINGREQ)

    def publish(self, topic, msg, retain=False, qos=0):
        length = 2 + len(topic) + len(msg) + (2 if qos else 0)
        assert length < 2097152
        self._send_header(_PUBLISH | qos << 1 | retain, length)
        self._send_str(topic)
        if qos:
            self.pid += 1
            pid = self.pid
            self._send_number(pid)
        self.sock.write(msg)
        assert qos < 2
        while qos:
            if self.wait_msg() == _PUBACK:
                assert self.sock.read(1) == b"\x02"
                if self._recv_number() == pid:
                    return

    def subscribe(self, topic, qos=0):
        assert self.cb is not None, "Subscribe callback is not set"
        self.pid += 1
        pid = self.pid
        self._send_header(_SUBSCRIBE, 2 + 2 + len(topic) + 1, pid >> 8, pid & 0xFF)
        self._send_str(topic)
        self._short[0] = qos
        self.sock.write(self._short, 1)
        while self.wait_msg() != _SUBACK:
            pass
        answer = self.sock.read(4)
        assert answer[1] << 8 | answer[2] == pid
        if answer[3] == _FAILURE:
            raise MQTTException(answer[3])

    def wait_msg(self):
        # One packet: a message goes to the callback, what answers a call of ours is left to that call.
        first = self.sock.read(1)
        self.sock.setblocking(True)
        if first is None:
            return None
        if first == b"":
            raise OSError(-1)
        first = first[0]
        if first == _PINGRESP:
            assert self.sock.read(1)[0] == 0
            return None
        if first & 0xF0 != _PUBLISH:
            return first
        length = self._recv_len()
        topic_length = self._recv_number()
        topic = self.sock.read(topic_length)
        length -= topic_length + 2
        if first & 6:
            pid = self._recv_number()
            length -= 2
        self.cb(topic, self.sock.read(length))
        if first & 6 == 2:
            self._short[0] = _PUBACK
            self._short[1] = 2
            pack_into("!H", self._short, 2, pid)
            self.sock.write(self._short, 4)
        assert first & 6 != 4
        return first

    def check_msg(self):
        self.sock.setblocking(False)
        return self.wait_msg()
