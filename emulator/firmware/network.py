# Wi-Fi as the port's network module shows it: the station interface. Texts of exceptions are the port's.
from binascii import unhexlify as _unhexlify

import _esp32
from _buffers import sink as _sink, text as _text

STA_IF = 0
AP_IF = 1

MODE_11B = 1
MODE_11G = 2
MODE_11N = 4
MODE_LR = 8

AUTH_OPEN = 0
AUTH_WEP = 1
AUTH_WPA_PSK = 2
AUTH_WPA2_PSK = 3
AUTH_WPA_WPA2_PSK = 4
AUTH_WPA2_ENTERPRISE = 5
AUTH_WPA3_PSK = 6
AUTH_WPA2_WPA3_PSK = 7
AUTH_WAPI_PSK = 8
AUTH_OWE = 9
AUTH_WPA3_ENT_192 = 10
AUTH_WPA3_EXT_PSK = 11

STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_BEACON_TIMEOUT = 200
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202
STAT_ASSOC_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204
STAT_NO_AP_FOUND_W_COMPATIBLE_SECURITY = 210
STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD = 211
STAT_NO_AP_FOUND_IN_RSSI_THRESHOLD = 212

_ENOMEM = 12
_HOSTNAME_LENGTH = 32

_settings = {"hostname": "mpy-esp32", "country": "XX"}


def hostname(*args):
    if not args:
        return _settings["hostname"]
    if len(_text(args[0])) > _HOSTNAME_LENGTH:
        raise ValueError
    _settings["hostname"] = _text(args[0])


def country(*args):
    if not args:
        return _settings["country"]
    if len(_text(args[0])) != 2:
        raise ValueError
    _settings["country"] = _text(args[0])


def phy_mode(mode=None):
    return None  # the port takes it and does nothing


def ipconfig(*args, **kwargs):
    if not kwargs:
        if len(args) != 1:
            raise TypeError("must query one param")
        if args[0] != "dns":
            raise ValueError("unexpected key")
        return _status("dns") or "0.0.0.0"
    if args:
        raise TypeError("can't specify pos and kw args")
    for name, value in kwargs.items():
        if name != "dns":
            raise ValueError("unexpected key")
        if not _is_address(value):
            raise ValueError("invalid arguments as dns server")
        _check(_esp32.wifi_dns(value))


def _check(result):
    if result < 0:
        raise OSError(-result)
    return result


def _status(field):
    _check(_esp32.wifi_status())
    return _esp32.wifi_get(field)


def _is_address(text):
    parts = _text(text).split(".")
    return len(parts) == 4 and all([part.isdigit() and int(part) < 256 for part in parts])


def _address(text):
    if not _is_address(text):
        raise ValueError("invalid arguments")
    return ".".join([str(int(part)) for part in text.split(".")])


def _mask(bits):
    value = (0xFFFFFFFF << (32 - bits)) & 0xFFFFFFFF
    return ".".join([str((value >> shift) & 255) for shift in (24, 16, 8, 0)])


class WLAN:
    IF_STA = STA_IF
    IF_AP = AP_IF

    SEC_OPEN = AUTH_OPEN
    SEC_WEP = AUTH_WEP
    SEC_WPA = AUTH_WPA_PSK
    SEC_WPA2 = AUTH_WPA2_PSK
    SEC_WPA_WPA2 = AUTH_WPA_WPA2_PSK
    SEC_WPA2_ENT = AUTH_WPA2_ENTERPRISE
    SEC_WPA3 = AUTH_WPA3_PSK
    SEC_WPA2_WPA3 = AUTH_WPA2_WPA3_PSK
    SEC_WAPI = AUTH_WAPI_PSK
    SEC_OWE = AUTH_OWE

    PROTOCOL_DEFAULT = MODE_11B | MODE_11G | MODE_11N
    PROTOCOL_LR = MODE_LR

    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2

    # What config() keeps and nothing here depends on; the values ESP-IDF begins with.
    _kept = {"txpower": 20.0, "protocol": PROTOCOL_DEFAULT, "pm": PM_PERFORMANCE}
    _reconnects = -1

    def __init__(self, interface=STA_IF):
        if interface == AP_IF:
            raise NotImplementedError("the sandbox simulates the station interface alone")
        if interface != STA_IF:
            raise ValueError("invalid WLAN interface identifier")

    def _need_active(self):
        if not _status("active"):
            raise OSError("Wifi Not Started")

    def active(self, *on):
        if on:
            result = _esp32.wifi_active(bool(on[0]))
            if result == -_ENOMEM:
                raise OSError("WiFi Out of Memory")
            _check(result)
        return bool(_status("active"))

    def connect(self, ssid=None, key=None, *, bssid=None):
        self._need_active()
        if _status("joining"):
            raise OSError("Wifi Internal State Error")
        address = ""
        if bssid is not None:
            if len(bssid) != 6:
                raise ValueError
            address = ":".join(["%02x" % byte for byte in bytes(bssid)])
        _check(_esp32.wifi_connect(_text(ssid or ""), _text(key or ""), address, hostname()))

    def disconnect(self):
        self._need_active()
        _check(_esp32.wifi_disconnect())

    def isconnected(self):
        return bool(_status("connected"))

    def status(self, *param):
        if not param:
            return _status("status")
        if param[0] == "stations":
            raise OSError("AP required")
        if param[0] != "rssi":
            raise ValueError("unknown status param")
        if not _status("rssi"):
            raise OSError("Wifi Not Connected")
        return _status("rssi")

    def ifconfig(self, *settings):
        if not settings:
            _status("address")
            return tuple(
                [_esp32.wifi_get(field) or "0.0.0.0" for field in ("address", "netmask", "gateway", "dns")]
            )
        if not isinstance(settings[0], (tuple, list)):
            if _text(settings[0]) != "dhcp":
                raise ValueError("invalid arguments")
            _check(_esp32.wifi_address("", "", ""))
            return
        if len(settings[0]) != 4:
            raise ValueError("requested length 4 but object has length %d" % len(settings[0]))
        address, mask, gateway, dns = settings[0]
        mask = _mask(mask) if isinstance(mask, int) else _address(mask)
        address, gateway, dns = _address(address), _address(gateway), _address(dns)
        _check(_esp32.wifi_address(address, mask, gateway))
        _check(_esp32.wifi_dns(dns))

    def ipconfig(self, *args, **kwargs):
        if not kwargs:
            if len(args) != 1:
                raise TypeError("must query one param")
            address, mask, gateway, _ = self.ifconfig()
            if args[0] == "addr4":
                return address, mask
            if args[0] == "gw4":
                return gateway
            if args[0] == "dhcp4":
                return bool(_status("dhcp"))
            raise ValueError("unexpected key")
        if args:
            raise TypeError("can't specify pos and kw args")
        self._configure(kwargs)

    def _configure(self, wanted):
        address, mask, gateway, _ = self.ifconfig()
        for name, value in wanted.items():
            if name == "addr4":
                if isinstance(value, str):
                    value, slash, bits = value.partition("/")
                    mask = _mask(int(bits)) if slash else mask
                    address = _address(value)
                elif value is not None:
                    address, mask = _address(value[0]), _address(value[1])
            elif name == "gw4":
                gateway = _address(value)
            elif name != "dhcp4":
                raise ValueError("unexpected key")
        # Whoever gives an address wants no DHCP, whatever else was said.
        if "addr4" in wanted or "gw4" in wanted or not wanted["dhcp4"]:
            _check(_esp32.wifi_address(address, mask, gateway))
        elif not _status("dhcp"):
            _check(_esp32.wifi_address("", "", ""))

    def config(self, *args, **kwargs):
        if kwargs:
            if args:
                raise TypeError("either pos or kw args are allowed")
            for name, value in kwargs.items():
                self._set(name, value)
            return
        if len(args) != 1:
            raise TypeError("can query only one param")
        return self._get(args[0])

    def _set(self, name, value):
        if name == "reconnects":
            _check(_esp32.wifi_reconnects(int(value)))
            WLAN._reconnects = int(value)
        elif name in ("hostname", "dhcp_hostname"):
            hostname(value)
        elif name == "txpower":
            WLAN._kept[name] = int(value * 4) / 4
        elif name in WLAN._kept:
            WLAN._kept[name] = int(value)
        elif name in ("ssid", "essid", "hidden", "security", "authmode", "key", "password", "max_clients"):
            raise OSError("AP required")
        elif name in ("mac", "channel"):
            raise NotImplementedError("the sandbox's station keeps its %s" % name)
        else:
            raise ValueError("unknown config param")

    def _get(self, name):
        if name == "mac":
            data = bytearray(6)
            _esp32.unique_id(_sink(data)[0])
            return bytes(data)
        if name in ("ssid", "essid"):
            return _status("ssid")
        if name == "channel":
            return _status("channel")
        if name in ("hostname", "dhcp_hostname"):
            return hostname()
        if name == "reconnects":
            return WLAN._reconnects
        if name in WLAN._kept:
            return WLAN._kept[name]
        if name in ("hidden", "security", "authmode"):
            raise OSError("AP required")
        raise ValueError("unknown config param")

    def scan(self):
        if not _status("active"):
            raise OSError("STA must be active")
        count = _check(_esp32.wifi_scan())
        found = _esp32.wifi_found
        return [
            (
                found(i, "ssid").encode(),
                _unhexlify(found(i, "bssid")),
                found(i, "channel"),
                found(i, "rssi"),
                found(i, "security"),
                False,  # the port does not know either
            )
            for i in range(count)
        ]
