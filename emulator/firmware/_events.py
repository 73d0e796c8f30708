# socket.setsockopt(…, 20, callback): who is told that a socket has something to read. As on the port all such sockets
# are looked at time and again, and the callback comes as long as there is something.
from _esp32 import sock_poll as _sock_poll
from _sys import sys as _sys

# Milliseconds between two looks.
_PERIOD = 20
_POLLIN = 1
_POLLHUP = 16
_READABLE = _POLLIN | _POLLHUP

_watched = []
_timer = None


def watch(sock, callback):
    _watched[:] = [entry for entry in _watched if entry[0] is not sock]
    if callback is not None:
        _watched.append((sock, callback))
        _begin()


def _begin():
    global _timer
    if _timer is None:
        from machine import Timer

        _timer = Timer(-1, period=_PERIOD, callback=_look)


def _look(timer):
    global _timer
    _watched[:] = [entry for entry in _watched if entry[0]._fd >= 0]
    if not _watched:
        timer.deinit()
        _timer = None
    for sock, callback in list(_watched):
        if sock._fd >= 0 and int(_sock_poll("%d:%d" % (sock._fd, _POLLIN), 0)) & _READABLE:
            try:
                callback(sock)
            except Exception as error:
                # As the port's scheduler does: it is printed, and the program goes on.
                _sys.print_exception(error)
