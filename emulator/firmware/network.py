# Wi-Fi as the port's network module shows it: station and access point. Texts of exceptions are the port's.
from binascii import unhexlify as _unhexlify

import _esp32
from _buffers import source as _source, text as _text

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

# Parameters of config() that only the access point has, by the names that the world has for them.
_AP_FIELDS = {
    "ssid": "ssid",
    "essid": "ssid",
    "hidden": "hidden",
    "security": "authmode",
    "authmode": "authmode",
    "key": "password",
    "password": "password",
    "max_clients": "maxStations",
}

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
        return _status(STA_IF, "dns") or "0.0.0.0"
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


def _status(interface, field):
    _check(_esp32.wifi_status(interface))
    return _esp32.wifi_get(field)


def _ap_active():
    return _esp32.wifi_status(AP_IF) >= 0 and _esp32.wifi_get("active")


def _invalid_argument():
    raise RuntimeError("Wifi Unknown Error 0x0102")  # ESP_ERR_INVALID_ARG


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

    # The values ESP-IDF begins with. Modem sleep begins when a program asks for it: docs/network.md says why.
    _kept = {"txpower": 20.0, "protocol": PROTOCOL_DEFAULT, "pm": PM_PERFORMANCE}
    _reconnects = -1

    def __init__(self, interface=STA_IF):
        if interface not in (STA_IF, AP_IF):
            raise ValueError("invalid WLAN interface identifier")
        self._interface = interface

    def _status(self, field):
        return _status(self._interface, field)

    def _need(self, interface):
        if self._interface != interface:
            raise OSError("STA required" if interface == STA_IF else "AP required")

    def _need_active(self):
        if not _status(STA_IF, "active"):
            raise OSError("Wifi Invalid Mode" if _ap_active() else "Wifi Not Started")

    def active(self, *on):
        if on:
            result = _esp32.wifi_active(self._interface, bool(on[0]))
            if result == -_ENOMEM:
                raise OSError("WiFi Out of Memory")
            _check(result)
        return bool(self._status("active"))

    # As on the port, the access point's object connects the station, too.
    def connect(self, ssid=None, key=None, *, bssid=None):
        self._need_active()
        if _status(STA_IF, "joining"):
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
        return bool(self._status("connected"))

    def status(self, *param):
        if not param:
            return _status(STA_IF, "status") if self._interface == STA_IF else None
        if param[0] == "stations":
            self._need(AP_IF)
            if not self._status("active"):
                raise OSError("Wifi Invalid Mode")
            stations = self._status("stations")
            return [(_unhexlify(mac),) for mac in stations.split(",")] if stations else []
        if param[0] != "rssi":
            raise ValueError("unknown status param")
        self._need(STA_IF)
        if not _status(STA_IF, "rssi"):
            raise OSError("Wifi Not Connected")
        return _status(STA_IF, "rssi")

    def ifconfig(self, *settings):
        if not settings:
            self._status("address")
            return tuple(
                [_esp32.wifi_get(field) or "0.0.0.0" for field in ("address", "netmask", "gateway", "dns")]
            )
        if not isinstance(settings[0], (tuple, list)):
            if _text(settings[0]) != "dhcp" or self._interface != STA_IF:
                raise ValueError("invalid arguments")
            _check(_esp32.wifi_address(STA_IF, "", "", ""))
            return
        if len(settings[0]) != 4:
            raise ValueError("requested length 4 but object has length %d" % len(settings[0]))
        address, mask, gateway, dns = settings[0]
        mask = _mask(mask) if isinstance(mask, int) else _address(mask)
        address, gateway, dns = _address(address), _address(gateway), _address(dns)
        _check(_esp32.wifi_address(self._interface, address, mask, gateway))
        if self._interface == STA_IF:
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
                return bool(self._status("dhcp"))
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
            _check(_esp32.wifi_address(self._interface, address, mask, gateway))
        elif self._interface == STA_IF and not self._status("dhcp"):
            _check(_esp32.wifi_address(STA_IF, "", "", ""))

    def config(self, *args, **kwargs):
        if kwargs:
            if args:
                raise TypeError("either pos or kw args are allowed")
            wanted = {}
            for name, value in kwargs.items():
                self._set(name, value, wanted)
            if wanted:
                self._set_access_point(wanted)
            return
        if len(args) != 1:
            raise TypeError("can query only one param")
        return self._get(args[0])

    def _set(self, name, value, wanted):
        # What the access point is to become is collected in `wanted`: it is one change.
        if name == "mac":
            self._set_mac(value)
        elif name == "channel":
            if not 1 <= value <= 14:
                _invalid_argument()
            if self._interface == AP_IF:
                wanted[name] = value
            else:
                _check(_esp32.wifi_channel(value))
        elif name == "reconnects":
            self._need(STA_IF)
            _check(_esp32.wifi_reconnects(int(value)))
            WLAN._reconnects = int(value)
        elif name in ("hostname", "dhcp_hostname"):
            hostname(value)
        elif name == "txpower":
            WLAN._kept[name] = int(value * 4) / 4
        elif name == "pm":
            if not WLAN.PM_NONE <= value <= WLAN.PM_POWERSAVE:
                _invalid_argument()
            _check(_esp32.wifi_power_save(int(value)))
            WLAN._kept[name] = int(value)
        elif name in WLAN._kept:
            WLAN._kept[name] = int(value)
        elif name in _AP_FIELDS:
            self._need(AP_IF)
            wanted[_AP_FIELDS[name]] = value
        else:
            raise ValueError("unknown config param")

    def _set_mac(self, value):
        kept, address, length = _source(value)
        if length != 6:
            raise ValueError("invalid buffer length")
        if kept[0] & 1:
            raise OSError("Wifi Invalid MAC Address")
        _check(_esp32.wifi_mac(self._interface, address))

    def _set_access_point(self, wanted):
        old = self._status
        password = _text(wanted.get("password", old("password")))[:63]
        authmode = int(wanted.get("authmode", old("authmode")))
        if authmode in (AUTH_WEP, AUTH_WPA2_ENTERPRISE) or not 0 <= authmode <= AUTH_WPA3_EXT_PSK:
            _invalid_argument()  # no access point of ESP-IDF has these
        if authmode != AUTH_OPEN and len(password) < 8:
            raise OSError("Wifi Invalid Password")
        ssid = _text(wanted.get("ssid", old("ssid")))[:32]
        hidden = bool(wanted.get("hidden", old("hidden")))
        channel = wanted.get("channel", old("ownChannel"))
        clients = int(wanted.get("maxStations", old("maxStations")))
        _check(_esp32.ap_configure(ssid, password, authmode, channel, hidden, clients))

    def _get(self, name):
        if name == "mac":
            return _unhexlify(self._status("mac"))
        if name in ("ssid", "essid"):
            return self._status("ssid")
        if name == "channel":
            return self._status("channel")
        if name in ("hostname", "dhcp_hostname"):
            self._need(STA_IF)
            return hostname()
        if name == "reconnects":
            self._need(STA_IF)
            return WLAN._reconnects
        if name in WLAN._kept:
            return WLAN._kept[name]
        if name == "max_clients":
            return self._status("maxStations")  # 0 on the station: the port does not look which it is
        if name in ("security", "authmode", "hidden"):
            self._need(AP_IF)
            value = self._status(_AP_FIELDS[name])
            return bool(value) if name == "hidden" else value
        raise ValueError("unknown config param")

    def scan(self):
        if not _status(STA_IF, "active"):
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
