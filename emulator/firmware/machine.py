# The board: identity, clock, reset. Pins keep the level a program gives them; nothing is wired to them.
from time import gmtime as _gmtime, mktime as _mktime

import _boot
import _esp32
from _buffers import sink as _sink, source as _source

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

PIN_WAKE = 2
EXT0_WAKE = 2
EXT1_WAKE = 3
TIMER_WAKE = 4
TOUCHPAD_WAKE = 5
ULP_WAKE = 6

SLEEP = 2
DEEPSLEEP = 4

# Seconds, where nothing ends a sleep.
_FOR_EVER = 4e9

# Bytes that RTC.memory() holds (MICROPY_HW_RTC_USER_MEM_MAX).
_RTC_MEMORY = 2048


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


def soft_reset():
    # As on the port a SystemExit on its way, which a program may catch.
    _boot.soft_reset_asked = True
    raise SystemExit


def reset_cause():
    return _esp32.reset_cause()


def wake_reason():
    return _esp32.wake_reason()


def deepsleep(sleep_ms=0):
    # Without a time nothing wakes the board: no pin of it is wired.
    _esp32.deepsleep(sleep_ms / 1000 if sleep_ms else -1)


def lightsleep(sleep_ms=0):
    _esp32.sleep(sleep_ms / 1000 if sleep_ms else _FOR_EVER)


sleep = lightsleep


def idle():
    _esp32.sleep(0.0)


class WDT:
    # One for the board; it goes on through a soft reset and cannot be stopped.
    _timeout = 0

    def __init__(self, id=0, timeout=5000):
        if id != 0:
            raise ValueError
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        WDT._timeout = timeout
        self.feed()

    def feed(self):
        _esp32.watchdog_feed(WDT._timeout)


class RTC:
    def __init__(self, id=0):
        if id != 0:
            raise ValueError("RTC(%d) doesn't exist" % id)

    def memory(self, data=None):
        if data is None:
            data = bytearray(_esp32.rtc_memory_length())
            if data:
                _esp32.rtc_memory_read(_sink(data)[0])
            return bytes(data)
        _keep, address, length = _source(data)
        if length > _RTC_MEMORY:
            raise ValueError("buffer too long")
        _esp32.rtc_memory_write(address, length)

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
