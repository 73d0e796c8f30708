# Waiting for several streams in virtual time. Sockets are asked in one system call, in which the device also
# waits; a TLS socket is its socket plus what it has decrypted already; any other stream is asked through its
# ioctl, which for those in C (RingIO, BytesIO, files) the interpreter's own poll does.
from _esp32 import sleep as _sleep, sock_poll as _sock_poll
from _stdio import ConsoleStream
from _sys import host as _host
from socket import socket
from time import ticks_add, ticks_diff, ticks_ms
from _tls_socket import SSLSocket

POLLIN = 1
POLLOUT = 4
POLLERR = 8
POLLHUP = 16
_POLLNVAL = 32

# The poll of the interpreter itself, whose waiting is real: it is only asked.
_c_poll = _host.modules["_host_select"].poll

# What the system call knows the serial console by.
_CONSOLE = 0

_ENOENT = 2

_MP_STREAM_POLL = 3
_MP_STREAM_GET_FILENO = 10

# A stream that is no socket cannot wake anybody: it is looked at this often, in seconds.
_INTERVAL = 0.001

# Where there is nothing to wake for at all, in seconds.
_FOR_EVER = 3600.0


def _is_console(stream):
    # `sys.stdin` or its `buffer`; the command `micropython` has the computer's.
    return stream is _host.stdin or (isinstance(stream, ConsoleStream) and stream._number == _CONSOLE)


def _fileno(stream):
    # Nobody else's stream is asked: on the port it would not be.
    if _is_console(stream):
        return _CONSOLE
    if not isinstance(stream, (socket, SSLSocket)):
        return -1
    try:
        return stream.ioctl(_MP_STREAM_GET_FILENO, 0)
    except (AttributeError, OSError):
        return -1  # TLS over something else


class _Entry:
    def __init__(self, stream, mask):
        self.stream = stream
        self.mask = mask
        self.fd = _fileno(stream)
        # A plain socket is what the system call says of its descriptor; any other stream knows better.
        self.plain = type(stream) is socket or _is_console(stream)
        self.in_c = not (self.plain or hasattr(stream, "ioctl"))
        if self.in_c:
            _c_poll().register(stream, mask)  # raises for what is no stream

    def question(self):
        # What TLS waits for may differ from what it is asked for: a handshake before the first byte to send.
        return "%d:%d" % (self.fd, getattr(self.stream, "_waits_for", 0) or self.mask)


class _Poll:
    def __init__(self):
        self._entries = {}  # by id of the stream

    def register(self, stream, mask=POLLIN | POLLOUT):
        self._entries[id(stream)] = _Entry(stream, mask)

    def modify(self, stream, mask):
        if id(stream) not in self._entries:
            raise OSError(_ENOENT)
        self._entries[id(stream)].mask = mask

    def unregister(self, stream):
        self._entries.pop(id(stream), None)

    def poll(self, timeout=-1):
        return self._wait(timeout, False)

    def ipoll(self, timeout=-1, flags=0):
        return iter(self._wait(timeout, flags & 1))

    def _wait(self, timeout, once):
        timeout = -1 if timeout is None else timeout
        deadline = ticks_add(ticks_ms(), timeout) if timeout > 0 else 0
        ready = self._ask(0)
        while not ready and timeout:
            left = -1 if timeout < 0 else ticks_diff(deadline, ticks_ms())
            if timeout > 0 and left <= 0:
                break
            ready = self._ask(left)
        if once:
            for stream, _ in ready:
                self._entries[id(stream)].mask = 0
        return ready

    def _ask(self, milliseconds):
        # Waits until something may have happened, then asks every stream.
        entries = list(self._entries.values())
        sockets = [entry for entry in entries if entry.fd >= 0]
        seconds = self._patience(milliseconds, len(sockets) < len(entries))
        answers = {}
        if sockets and (seconds or any([entry.plain for entry in sockets])):
            masks = _sock_poll(" ".join([entry.question() for entry in sockets]), seconds).split(" ")
            answers = {entry.fd: int(mask) for entry, mask in zip(sockets, masks)}
        elif seconds:
            _sleep(_FOR_EVER if seconds < 0 else seconds)
        ready = []
        for entry in entries:
            events = self._events(entry, answers)
            if events:
                ready.append((entry.stream, events))
        return ready

    def _patience(self, milliseconds, other_streams):
        if milliseconds and other_streams:
            return _INTERVAL
        return -1 if milliseconds < 0 else milliseconds / 1000

    def _events(self, entry, answers):
        if entry.plain and entry.fd in answers:
            # Closed while it was registered: the descriptor may be another's by now.
            return answers[entry.fd] if _fileno(entry.stream) == entry.fd else _POLLNVAL
        if entry.in_c:
            return _poll_in_c(entry)
        events = entry.stream.ioctl(_MP_STREAM_POLL, entry.mask)
        if events < 0:
            raise OSError(-events)
        return events


def _poll_in_c(entry):
    poller = _c_poll()
    poller.register(entry.stream, entry.mask)
    ready = poller.poll(0)
    return ready[0][1] if ready else 0


poll = _Poll


def select(readers, writers, errors, timeout=-1):
    poller = _Poll()
    masks = {}
    for streams, mask in ((readers, POLLIN), (writers, POLLOUT), (errors, POLLERR | POLLHUP)):
        for stream in streams:
            masks[id(stream)] = masks.get(id(stream), 0) | mask
            poller.register(stream, masks[id(stream)])
    result = ([], [], [])
    for stream, events in poller.poll(-1 if timeout is None or timeout < 0 else int(timeout * 1000)):
        if events & POLLIN:
            result[0].append(stream)
        if events & POLLOUT:
            result[1].append(stream)
        if events & ~(POLLIN | POLLOUT):
            result[2].append(stream)
    return result
