# Wi-Fi as the port's network module shows it.
from binascii import unhexlify as _unhexlify

import _esp32
from _buffers import sink as _sink, text as _text

STA_IF = 0
AP_IF = 1

STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202
STAT_BEACON_TIMEOUT = 200
STAT_ASSOC_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204

AUTH_OPEN = 0
AUTH_WEP = 1
AUTH_WPA_PSK = 2
AUTH_WPA2_PSK = 3
AUTH_WPA_WPA2_PSK = 4

_ENOMEM = 12

_hostname = "mpy-esp32"


def hostname(name=None):
    global _hostname
    if name is None:
        return _hostname
    _hostname = name


def _check(result):
    if result < 0:
        raise OSError(-result)
    return result


class WLAN:
    IF_STA = STA_IF
    IF_AP = AP_IF

    def __init__(self, interface=STA_IF):
        if interface != STA_IF:
            raise NotImplementedError("the sandbox simulates the station interface alone")

    def _status(self, field):
        _check(_esp32.wifi_status())
        return _esp32.wifi_get(field)

    def _need_active(self):
        if not self._status("active"):
            raise OSError("Wifi Not Started")

    def active(self, on=None):
        if on is not None:
            result = _esp32.wifi_active(bool(on))
            if result == -_ENOMEM:
                raise OSError("WiFi Out of Memory")
            _check(result)
        return bool(self._status("active"))

    def connect(self, ssid=None, key=None, *, bssid=None):
        self._need_active()
        if self._status("status") == STAT_CONNECTING:
            raise OSError("Wifi Internal State Error")
        _check(_esp32.wifi_connect(_text(ssid or ""), _text(key or "")))

    def disconnect(self):
        self._need_active()
        _check(_esp32.wifi_disconnect())

    def isconnected(self):
        return bool(self._status("connected"))

    def status(self, param=None):
        if param is None:
            return self._status("status")
        if param == "rssi":
            return self._status("rssi")
        raise ValueError("unknown status param")

    def ifconfig(self, settings=None):
        if settings is not None:
            raise NotImplementedError("the sandbox's station gets its address by DHCP alone")
        self._status("address")
        return tuple(
            _esp32.wifi_get(field) or "0.0.0.0" for field in ("address", "netmask", "gateway", "dns")
        )

    def config(self, *args, **kwargs):
        for name in kwargs:
            if name not in ("pm", "txpower", "reconnects", "dhcp_hostname", "hostname"):
                raise ValueError("unknown config param")
        if not args:
            return None
        if args[0] == "mac":
            data = bytearray(6)
            _esp32.unique_id(_sink(data)[0])
            return bytes(data)
        if args[0] in ("ssid", "essid"):
            return self._status("ssid")
        if args[0] in ("hostname", "dhcp_hostname"):
            return _hostname
        raise ValueError("unknown config param")

    def scan(self):
        self._need_active()
        count = _check(_esp32.wifi_scan())
        found = _esp32.wifi_found
        return [
            (
                found(i, "ssid").encode(),
                _unhexlify(found(i, "bssid")),
                found(i, "channel"),
                found(i, "rssi"),
                found(i, "security"),
                bool(found(i, "hidden")),
            )
            for i in range(count)
        ]
