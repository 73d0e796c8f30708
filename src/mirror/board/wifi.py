# Joins the Wi-Fi network, sees which of the computer's addresses answers, and leaves the network again.
import socket
import time


def _name(network, status):
    for name in dir(network):
        if name.startswith("STAT_") and getattr(network, name) == status:
            return name
    return str(status)


# Milliseconds after which these are believed; the driver tries again before.
_BELIEVED = 6000
_HOPELESS = ("STAT_WRONG_PASSWORD", "STAT_NO_AP_FOUND")


def join(ssid, password, patience, stays):
    # `stays`: a board that is on a network already remains there.
    import network

    wlan = network.WLAN(network.STA_IF)
    if stays and wlan.isconnected():
        return wlan, "was"
    # The board's own program may be on the way into some network: a fresh start.
    wlan.active(False)
    wlan.active(True)
    try:
        wlan.config(reconnects=3)
    except (ValueError, TypeError, OSError, AttributeError):
        pass
    wlan.connect(ssid, password)
    begun = time.ticks_ms()
    while not wlan.isconnected():
        waited = time.ticks_diff(time.ticks_ms(), begun)
        status = _name(network, wlan.status())
        if waited > patience or (waited > _BELIEVED and status in _HOPELESS):
            print("status", status)
            wlan.disconnect()
            wlan.active(False)
            return wlan, ""
        time.sleep_ms(100)
    print("joined", time.ticks_diff(time.ticks_ms(), begun))
    return wlan, "joined"


def reach(addresses, port):
    for address in addresses:
        sock = socket.socket()
        try:
            sock.settimeout(3)
            begun = time.ticks_us()
            sock.connect(socket.getaddrinfo(address, port)[0][-1])
            trip = time.ticks_diff(time.ticks_us(), begun)
            sock.write(b"hello\n")
            if sock.readline().strip() == b"welcome":
                print("reaches", address)
                print("trip", trip)
                return
        except OSError as error:
            print("unreachable", address, error)
        finally:
            sock.close()
