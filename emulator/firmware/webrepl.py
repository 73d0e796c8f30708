# The port's frozen `webrepl`: the prompt by a websocket. Clients are taken between two calls of the program, by
# the callbacks of setsockopt.
import _webrepl
import network
import os
import socket
import websocket
from binascii import b2a_base64
from hashlib import sha1

static_host = "https://micropython.org/webrepl/"

# RFC 6455, 1.3.
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CALLBACK = 20

listen_s = None
client_s = None


def server_handshake(client):
    # False for who wants no websocket.
    stream = client.makefile("rwb", 0)
    stream.readline()
    headers = {}
    while True:
        line = stream.readline()
        if not line:
            return False
        if line == b"\r\n":
            break
        name, value = line.split(b":", 1)
        headers[name.strip()] = value.strip()
    key = headers.get(b"Sec-WebSocket-Key")
    asked = headers.get(b"Upgrade") == b"websocket" and b"Upgrade" in headers.get(b"Connection", b"")
    if not key or not asked:
        return False
    accept = b2a_base64(sha1(key + _GUID).digest())[:-1]
    client.send(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return True


def send_html(client):
    page = '<base href="%s"></base>\r\n<script src="webrepl_content.js"></script>\r\n' % static_host
    client.send(b"HTTP/1.0 200 OK\r\n\r\n" + page.encode())
    client.close()


def setup_conn(port, accept_handler):
    global listen_s
    listen_s = socket.socket()
    listen_s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listen_s.bind(socket.getaddrinfo("0.0.0.0", port)[0][4])
    listen_s.listen(1)
    if accept_handler:
        listen_s.setsockopt(socket.SOL_SOCKET, _CALLBACK, accept_handler)
    addresses = [address for address in [_address(i) for i in (network.AP_IF, network.STA_IF)] if address]
    for address in addresses:
        print("WebREPL server started on http://%s:%d/" % (address, port))
    if not addresses:
        print("WebREPL no active interface")
    return listen_s


def _address(interface):
    # None: it is off, or, with the computer for its network, the board has none.
    try:
        wlan = network.WLAN(interface)
        return wlan.ifconfig()[0] if wlan.active() else None
    except OSError:
        return None


def accept_conn(listener):
    global client_s
    client, address = listener.accept()
    if not server_handshake(client):
        send_html(client)
        return False
    present = os.dupterm(None)
    os.dupterm(present)
    if present:
        print("\nConcurrent WebREPL connection from", address, "rejected")
        client.close()
        return False
    print("\nWebREPL connection from:", address)
    client_s = client
    stream = _webrepl._webrepl(websocket.websocket(client, True))
    client.setblocking(False)
    client.setsockopt(socket.SOL_SOCKET, _CALLBACK, os.dupterm_notify)
    os.dupterm(stream)
    return True


def stop():
    global listen_s, client_s
    os.dupterm(None)
    for sock in (client_s, listen_s):
        if sock:
            sock.close()
    listen_s = client_s = None


def start(port=8266, password=None, accept_handler=accept_conn):
    global static_host
    stop()
    secret = password
    if secret is None:
        try:
            import webrepl_cfg

            secret = webrepl_cfg.PASS
            static_host = getattr(webrepl_cfg, "BASE", static_host)
        except Exception:
            print("WebREPL is not configured, run 'import webrepl_setup'")
    _webrepl.password(secret)
    listener = setup_conn(port, accept_handler)
    if accept_handler is None:
        print("Starting webrepl in foreground mode")
        while not accept_conn(listener):
            pass
    elif password is None:
        print("Started webrepl in normal mode")
    else:
        print("Started webrepl in manual override mode")


def start_foreground(port=8266, password=None):
    start(port, password, None)
