# Sockets for a program that names addresses itself: socket.connect((ADDRESS, PORT)), sendto. The port's socket is C and
# cannot be given another connect(); this one stands before it, and hands it to ssl, so that TLS has the port's own.
import io
import select

# Stream protocol (py/stream.h).
_POLL = 3
_CLOSE = 4
_EINVAL = 22

# What stands for the board itself or for everybody: it leads to no peer.
_OWN = ("", "0.0.0.0", "127.0.0.1", "localhost", "255.255.255.255")


def bare(sock):
    # The port's own socket, for C that wants one.
    return getattr(sock, "_tls_sandbox_bare", sock)


class Ways:
    # Which end points of the computer stand for which of the scenario. `ask` says (port, address) for a name and a port.
    def __init__(self, host, ask):
        self._host = host
        self._ask = ask
        self._meant = {}

    def to(self, name, port):
        real, address = self._ask(name, port)
        self._meant[(self._host, real)] = (address, port)
        return real

    def real(self, address):
        # What is no address is for the port to refuse.
        if not isinstance(address, (tuple, list)) or len(address) != 2:
            return address
        name, port = address
        if not isinstance(name, str) or not isinstance(port, int) or name in _OWN:
            return address
        if (name, port) in self._meant:
            return address
        return (self._host, self.to(name, port))

    def meant(self, address):
        return self._meant.get(address, address) if isinstance(address, tuple) else address


def socket_class(real, ways):
    class socket(getattr(io, "IOBase", object)):
        def __init__(self, *args, **named):
            self._tls_sandbox_bare = real.socket(*args, **named)

        def __getattr__(self, name):
            if name == "_tls_sandbox_bare":
                raise AttributeError(name)
            return getattr(self._tls_sandbox_bare, name)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.close()

        def connect(self, address):
            return self._tls_sandbox_bare.connect(ways.real(address))

        def sendto(self, data, *rest):
            return self._tls_sandbox_bare.sendto(data, *rest[:-1], ways.real(rest[-1]))

        def recvfrom(self, *args):
            data, address = self._tls_sandbox_bare.recvfrom(*args)
            return data, ways.meant(address)

        # As a stream, for C that takes any.

        def readinto(self, *args):
            return self._tls_sandbox_bare.readinto(*args)

        def write(self, *args):
            return self._tls_sandbox_bare.write(*args)

        def ioctl(self, request, argument):
            if request == _POLL:
                poller = select.poll()
                poller.register(self._tls_sandbox_bare, argument)
                ready = poller.poll(0)
                return ready[0][1] if ready else 0
            if request == _CLOSE:
                self._tls_sandbox_bare.close()
                return 0
            return -_EINVAL

    return socket


def unwrapping(ssl):
    # Lets ssl.SSLContext.wrap_socket() take such sockets; returns what undoes it. A context that is C takes them as streams.
    wrap = ssl.SSLContext.wrap_socket

    def wrap_socket(self, sock, *args, **named):
        return wrap(self, bare(sock), *args, **named)

    try:
        ssl.SSLContext.wrap_socket = wrap_socket
    except (AttributeError, TypeError):
        return lambda: None

    def undo():
        ssl.SSLContext.wrap_socket = wrap

    return undo
