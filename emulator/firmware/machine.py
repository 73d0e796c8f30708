# The board: identity, clock, reset. Pins keep the level a program gives them; nothing is wired to them.
from time import gmtime as _gmtime, mktime as _mktime

import _esp32
from _buffers import sink as _sink

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5


def unique_id():
    data = bytearray(6)
    _esp32.unique_id(_sink(data)[0])
    return bytes(data)


def freq(hertz=None):
    if hertz is None:
        return _esp32.cpu_frequency()
    if hertz not in (20000000, 40000000, 80000000, 160000000, 240000000):
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    if hertz != _esp32.cpu_frequency():
        raise NotImplementedError("the sandbox's board runs at one frequency")


def reset():
    _esp32.exit("reset", 0)


soft_reset = reset


def reset_cause():
    return _esp32.reset_cause()


def idle():
    _esp32.sleep(0.0)


class RTC:
    def __init__(self, id=0):
        pass

    def datetime(self, fields=None):
        # (year, month, day, weekday, hours, minutes, seconds, microseconds)
        if fields is not None:
            year, month, day, _, hours, minutes, seconds, microseconds = fields
            whole = _mktime((year, month, day, hours, minutes, seconds, 0, 0))
            _esp32.rtc_set(whole + microseconds / 1000000)
            return None
        now = _esp32.rtc()
        year, month, day, hours, minutes, seconds, weekday, _ = _gmtime(now)
        return year, month, day, weekday, hours, minutes, seconds, int((now - int(now)) * 1000000)

    init = datetime


class Pin:
    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_UP = 2
    PULL_DOWN = 1
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, id, mode=-1, pull=-1, *, value=0):
        if not isinstance(id, int) or not 0 <= id < 40:
            raise ValueError("invalid pin")
        self._id = id
        self._value = 1 if value else 0

    def __repr__(self):
        return "Pin(%d)" % self._id

    def value(self, level=None):
        if level is None:
            return self._value
        self._value = 1 if level else 0

    __call__ = value

    def on(self):
        self._value = 1

    def off(self):
        self._value = 0

    def irq(self, *args, **kwargs):
        raise NotImplementedError("nothing is wired to the sandbox's pins, so none interrupts")
