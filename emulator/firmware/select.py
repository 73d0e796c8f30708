# Waiting for several streams in virtual time. Sockets are asked in one system call; a TLS socket is its
# socket plus what it has decrypted already; any other stream is asked through its ioctl.
import _esp32
from time import ticks_add, ticks_diff, ticks_ms

POLLIN = 1
POLLOUT = 4
POLLERR = 8
POLLHUP = 16
_POLLNVAL = 32

_MP_STREAM_POLL = 3
_MP_STREAM_GET_FILENO = 10

# A stream that is no socket cannot wake anybody: it is looked at this often, in seconds.
_INTERVAL = 0.001


def _fileno(stream):
    try:
        return stream.ioctl(_MP_STREAM_GET_FILENO, 0)
    except (AttributeError, OSError):
        return -1


class _Poll:
    def __init__(self):
        self._entries = {}  # id of the stream -> [stream, mask, descriptor]

    def register(self, stream, mask=POLLIN | POLLOUT):
        if not hasattr(stream, "ioctl"):
            raise OSError("stream operation not supported")
        self._entries[id(stream)] = [stream, mask, _fileno(stream)]

    def modify(self, stream, mask):
        if id(stream) not in self._entries:
            raise OSError(2)
        self._entries[id(stream)][1] = mask

    def unregister(self, stream):
        del self._entries[id(stream)]

    def poll(self, timeout=-1):
        return self._wait(timeout, False)

    def ipoll(self, timeout=-1, flags=0):
        return iter(self._wait(timeout, flags & 1))

    def _wait(self, timeout, once):
        timeout = -1 if timeout is None else timeout
        deadline = ticks_add(ticks_ms(), timeout) if timeout > 0 else 0
        while True:
            ready = self._ready()
            if ready or timeout == 0:
                break
            left = -1 if timeout < 0 else ticks_diff(deadline, ticks_ms())
            if timeout > 0 and left <= 0:
                break
            self._sleep(left)
        if once:
            for stream, _ in ready:
                self._entries[id(stream)][1] = 0
        return ready

    def _ready(self):
        ready = []
        for stream, mask, _ in self._entries.values():
            events = stream.ioctl(_MP_STREAM_POLL, mask)
            if events:
                ready.append((stream, events))
        return ready

    def _sleep(self, milliseconds):
        seconds = -1 if milliseconds < 0 else milliseconds / 1000
        sockets = ["%d:%d" % (fd, mask) for _, mask, fd in self._entries.values() if fd >= 0]
        if len(sockets) < len(self._entries):
            seconds = _INTERVAL if seconds < 0 else min(seconds, _INTERVAL)
        if sockets:
            _esp32.sock_poll(" ".join(sockets), seconds)
        else:
            _esp32.sleep(seconds)


poll = _Poll


def select(readers, writers, errors, timeout=-1):
    poller = _Poll()
    masks = {}
    for streams, mask in ((readers, POLLIN), (writers, POLLOUT), (errors, POLLERR)):
        for stream in streams:
            masks[id(stream)] = masks.get(id(stream), 0) | mask
            poller.register(stream, masks[id(stream)])
    milliseconds = -1 if timeout is None or timeout < 0 else int(timeout * 1000)
    result = ([], [], [])
    for stream, events in poller.poll(milliseconds):
        mask = masks[id(stream)]
        if mask & POLLIN and events & ~POLLOUT:
            result[0].append(stream)
        if mask & POLLOUT and events & ~POLLIN:
            result[1].append(stream)
        if mask & POLLERR and events & (POLLERR | POLLHUP | _POLLNVAL):
            result[2].append(stream)
    return result
