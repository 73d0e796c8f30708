# Virtual time. The port's epoch is 2000-01-01; the interpreter below counts from 1970, which is
# corrected here and nowhere else.
from sys import modules as _modules

from _esp32 import rtc as _rtc, sleep as _sleep, sleep_ms as _sleep_ms, ticks_cpu, ticks_ms, ticks_us

_host = _modules["_host_time"]
_EPOCH = 946684800

ticks_add = _host.ticks_add
ticks_diff = _host.ticks_diff


def time():
    return int(_rtc())


def time_ns():
    return int(_rtc() * 1000000) * 1000


def gmtime(seconds=None):
    if seconds is None:
        seconds = time()
    return _host.gmtime(int(seconds) + _EPOCH)[:8]


localtime = gmtime


def mktime(fields):
    return int(_host.mktime(fields)) - _EPOCH


def sleep(seconds):
    _slept(_sleep(seconds + 0.0))


def sleep_ms(milliseconds):
    _slept(_sleep_ms(milliseconds))


def sleep_us(microseconds):
    _slept(_sleep(microseconds / 1000000))


def _slept(result):
    # Ctrl-C ends a sleep early. The interpreter raises KeyboardInterrupt at the next jump in bytecode, which
    # has to be inside the call.
    if result:
        pass
