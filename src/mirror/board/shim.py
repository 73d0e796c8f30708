# What stands between a scenario's program and the board it runs on, loaded before the program:
# names and ports lead to the computer that plays the peers, absolute paths into the scenario's folder, the scenario's
# Wi-Fi network to the one that is there. The program itself is not changed.
import sys

try:
    import gc
except ImportError:
    gc = None
import time

_MARK = "\x1e"
_END = "\x1f"

# lwIP's.
_EAI_FAIL = -202

_configuration = None


def tell(name, value=""):
    # To the computer, between marks that no program prints.
    data = str(value).encode()
    print(_MARK + name + " " + "".join(["%02x" % byte for byte in data]) + _END, end="")


def _ask(question):
    import socket

    real = getattr(socket, "_real", socket)
    sock = real.socket()
    try:
        sock.connect(real.getaddrinfo(_configuration["host"], _configuration["control"])[0][-1])
        sock.write(question.encode() + b"\n")
        answer = sock.readline()
    finally:
        sock.close()
    return answer.decode().strip()


class _Module:
    # A module with some of its names taken by ours.
    def __init__(self, real, **names):
        self._real = real
        for name in names:
            setattr(self, name, names[name])

    def __getattr__(self, name):
        return getattr(self._real, name)


# ---- names


def _way(name, port):
    # The computer's port that leads to the scenario's, and whose address the name was found to be.
    try:
        kind, value, *address = _ask("name %s %s" % (name, port)).split(" ")
    except OSError:
        raise OSError(_EAI_FAIL)  # as the port says it without a network
    if kind == "error":
        raise OSError(int(value))
    return int(value), address[0]


def _socket(real):
    def getaddrinfo(host, port, *rest):
        return real.getaddrinfo(_configuration["host"], _way(host, port)[0], *rest)

    return _Module(real, getaddrinfo=getaddrinfo)


def _addressed(real):
    # For a program that names addresses itself: its sockets are ours too.
    import tls_sandbox_sockets as sockets

    ways = sockets.Ways(_configuration["host"], _way)

    def getaddrinfo(host, port, *rest):
        return real.getaddrinfo(_configuration["host"], ways.to(host, port), *rest)

    return _Module(real, getaddrinfo=getaddrinfo, socket=sockets.socket_class(real, ways))


# ---- files


def _inside(path):
    folder = _configuration["folder"]
    if not isinstance(path, str) or not path.startswith("/") or (path + "/").startswith(folder + "/"):
        return path
    return folder if path == "/" else folder + path


def _open(real):
    def open(path, *rest, **named):
        return real(_inside(path), *rest, **named)

    return open


# What lies in the folder beside the scenario's files.
_OURS = (".tls-sandbox", "tls_sandbox_shim.py", "tls_sandbox_sockets.py")


def _os(real):
    def mapped(name):
        function = getattr(real, name)

        def call(*args):
            return function(*[_inside(arg) for arg in args])

        def listdir(*args):
            return [entry for entry in call(*args) if entry not in _OURS]

        def ilistdir(*args):
            return iter([entry for entry in call(*args) if entry[0] not in _OURS])

        return listdir if name == "listdir" else ilistdir if name == "ilistdir" else call

    names = {}
    for name in ("stat", "remove", "unlink", "rename", "mkdir", "rmdir", "listdir", "ilistdir", "statvfs", "chdir"):
        if hasattr(real, name):
            names[name] = mapped(name)
    return _Module(real, **names)


# ---- Wi-Fi


def _network(real):
    wifi = _configuration["wifi"]
    # The board is on its network already, and by it perhaps its console: there it stays.
    stays = wifi["real"] is None

    class WLAN:
        _begun = None

        def __init__(self, *args):
            self._real = real.WLAN(*args)

        def __getattr__(self, name):
            return getattr(self._real, name)

        def active(self, *args):
            return self._real.active() if stays else self._real.active(*args)

        def disconnect(self):
            return None if stays else self._real.disconnect()

        def connect(self, *args, **named):
            if stays:
                return None
            WLAN._begun = time.ticks_ms()
            ssid = args[0] if args else named.get("ssid")
            key = args[1] if len(args) > 1 else named.get("key")
            if ssid == wifi["scenario"][0]:
                # A wrong password stays a wrong one.
                key = wifi["real"][1] if key == wifi["scenario"][1] else key
                return self._real.connect(wifi["real"][0], key)
            return self._real.connect(*args, **named)

        def isconnected(self):
            connected = self._real.isconnected()
            if connected and WLAN._begun is not None:
                tell("wifi-join", time.ticks_diff(time.ticks_ms(), WLAN._begun))
                WLAN._begun = None
            return connected

        # An address of the scenario's is none here: the board keeps what it got.

        def ifconfig(self, *address):
            return None if address else self._real.ifconfig()

        def ipconfig(self, *what, **settings):
            return None if settings else self._real.ipconfig(*what)

    for name in dir(real.WLAN):
        if name[0] != "_" and name == name.upper():
            setattr(WLAN, name, getattr(real.WLAN, name))
    return _Module(real, WLAN=WLAN)


class _NoNetwork:
    # For a board that is on the network by itself and has no module to say so.
    STA_IF = 0
    AP_IF = 1

    class WLAN:
        IF_STA = 0
        IF_AP = 1

        def __init__(self, *args):
            pass

        def active(self, *args):
            return True

        def connect(self, *args, **named):
            pass

        def disconnect(self):
            pass

        def isconnected(self):
            return True

        def status(self, *args):
            return -50 if args else 1010

        def config(self, *args, **named):
            pass

        def ifconfig(self, *args):
            return (_configuration["address"], "255.255.255.0", "0.0.0.0", "0.0.0.0")


class _NoNtp:
    # For a board whose clock its program cannot set.
    host = "pool.ntp.org"

    @staticmethod
    def settime():
        import socket

        query = bytearray(48)
        query[0] = 0x1B  # RFC 5905: version 3, client
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.settimeout(3)
            sock.sendto(query, socket.getaddrinfo(_NoNtp.host, 123)[0][-1])
            sock.recv(48)
        finally:
            sock.close()


# ---- a board with `tls` and without `ssl`


def _ssl(tls):
    class SSLContext:
        def __init__(self, *args):
            self._context = tls.SSLContext(*args)
            self._context.verify_mode = tls.CERT_NONE

        @property
        def verify_mode(self):
            return self._context.verify_mode

        @verify_mode.setter
        def verify_mode(self, value):
            self._context.verify_mode = value

        def load_cert_chain(self, certfile, keyfile):
            self._context.load_cert_chain(_bytes(certfile), _bytes(keyfile))

        def load_verify_locations(self, cafile=None, cadata=None):
            self._context.load_verify_locations(_bytes(cafile) if cafile else cadata)

        def wrap_socket(self, sock, **options):
            return self._context.wrap_socket(sock, **options)

    return _Module(tls, SSLContext=SSLContext)


def _bytes(path):
    if not isinstance(path, str):
        return path
    with open(path, "rb") as file:
        return file.read()


# ---- the run


def _idf(which):
    try:
        import esp32

        return [region[which] for region in esp32.idf_heap_info(esp32.HEAP_DATA)]
    except (ImportError, AttributeError):
        return None


def _figures(when):
    if gc:
        gc.collect()
        tell("heap-" + when, gc.mem_free())
    free = _idf(1)
    if free:
        tell("idf-" + when, sum(free))
        tell("idf-block-" + when, max(_idf(2)))
        tell("idf-least-" + when, sum(_idf(3)))


def _install():
    # Returns what undoes it, for a board that cannot be reset.
    import builtins
    import os
    import socket

    modules = sys.modules
    taken = ("socket", "usocket", "os", "uos", "network", "ssl", "ntptime")
    before = [(name, modules.get(name)) for name in taken]
    # What boot.py has loaded, ntptime perhaps, has its socket already.
    holders = [module for module in modules.values() if getattr(module, "socket", None) is socket]
    real_open = builtins.open
    folder = os.getcwd()
    path = list(sys.path)
    undo_ssl = None

    def undo():
        if undo_ssl:
            undo_ssl()
        if "tls_sandbox_sockets" in modules:
            del modules["tls_sandbox_sockets"]
        builtins.open = real_open
        for module in holders:
            module.socket = socket
        for name, module in before:
            if module is not None:
                modules[name] = module
            elif name in modules:
                del modules[name]
        os.chdir(folder)
        sys.path[:] = path

    builtins.open = _open(builtins.open)
    os.chdir(_configuration["folder"] or "/")
    sys.path.insert(0, _configuration["folder"] or "/")
    addresses = _configuration["addresses"]
    modules["socket"] = modules["usocket"] = _addressed(socket) if addresses else _socket(socket)
    for module in holders:
        module.socket = modules["socket"]
    modules["os"] = modules["uos"] = _os(os)
    stood_in = []
    try:
        import network

        modules["network"] = _network(network)
    except ImportError:
        modules["network"] = _NoNetwork
        stood_in.append("network")
    try:
        import ssl
    except ImportError:
        try:
            import tls

            ssl = modules["ssl"] = _ssl(tls)
            stood_in.append("ssl")
        except ImportError:
            ssl = None
    try:
        import ntptime
    except ImportError:
        modules["ntptime"] = _NoNtp
        stood_in.append("ntptime")
    if addresses and ssl:
        undo_ssl = modules["tls_sandbox_sockets"].unwrapping(ssl)
    if stood_in:
        tell("stood-in", " ".join(stood_in))
    return undo


def _tell_exception(error):
    tell("exception", type(error).__name__)
    try:
        tell("text", str(error))
    except Exception:
        tell("text", repr(error))
    try:
        import io

        text = io.StringIO()
        sys.print_exception(error, text)
        tell("traceback", text.getvalue())
    except (ImportError, AttributeError):
        pass


def run(configuration):
    global _configuration
    _configuration = configuration
    clock = configuration["clock"]
    if clock:
        import machine

        machine.RTC().datetime(clock)
    undo = _install()
    with open("/" + configuration["main"]) as file:
        source = file.read()
    _figures("before")
    begun = time.ticks_ms()
    tell("begin")
    status = 0
    try:
        program = compile(source, configuration["main"], "exec")
        source = None
        exec(program, {"__name__": "__main__"})
    except SystemExit as error:
        status = error.args[0] if error.args else 0
        status = 0 if status is None else status if isinstance(status, int) else 1
    except BaseException as error:
        status = 1
        _tell_exception(error)
    tell("milliseconds", time.ticks_diff(time.ticks_ms(), begun))
    _figures("after")
    undo()
    tell("exit", status)
