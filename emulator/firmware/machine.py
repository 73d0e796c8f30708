# The board: identity, clock, reset. Pins keep the level a program gives them; nothing is wired to them.
from time import gmtime as _gmtime, mktime as _mktime

import _boot
import _esp32
from _buffers import sink as _sink, source as _source
from _sys import sys as _sys

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
    if hertz // 1000000 not in (20, 40, 80, 160, 240):
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    _esp32.cpu_frequency_set(hertz // 1000000 * 1000000)


def reset():
    _esp32.exit("reset", 0)


def _bootloader(timeout_ms=0):
    _esp32.exit("bootloader", 0)


def __getattr__(name):
    # Chips with a register that sends them to the ROM's download mode.
    if name == "bootloader" and _esp32.machine_name().endswith(("ESP32S3", "ESP32C3")):
        return _bootloader
    raise AttributeError("'module' object has no attribute '%s'" % name)


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


def disable_irq():
    # Callbacks of timers wait; returns what enable_irq() takes.
    return _esp32.irq_set(0)


def enable_irq(state):
    _esp32.irq_set(state)


def idle():
    _esp32.sleep(0.0)


# By number; virtual timers have numbers of their own from the port's number on.
_timers = {}
_HARDWARE_TIMERS = 4


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __new__(cls, id, **kwargs):
        if id == -1:
            return object.__new__(cls)
        if not 0 <= id < _HARDWARE_TIMERS:
            raise ValueError("invalid Timer number, max %d" % _HARDWARE_TIMERS)
        return _timers.get(id) or object.__new__(cls)

    def __init__(self, id, **kwargs):
        if not hasattr(self, "_number"):
            self._id = id
            self._number = id if id >= 0 else max(_HARDWARE_TIMERS, *[n + 1 for n in _timers], 0)
            self._seconds = self._started = 0
            self._mode = Timer.PERIODIC
            self._callback = None
            _timers[self._number] = self
        if kwargs:
            self.init(**kwargs)

    def __repr__(self):
        mode = "PERIODIC" if self._mode else "ONE_SHOT"
        return "Timer(%d, mode=%s, period=%d)" % (self._id, mode, self._seconds * 1000)

    def init(self, *, mode=PERIODIC, callback=None, period=0xFFFFFFFF, tick_hz=1000, freq=None, hard=False):
        if hard:
            raise ValueError("hard Timers are not implemented")
        self._seconds = 1 / freq if freq is not None else period / tick_hz
        self._mode = mode
        self._callback = callback
        self._started = _esp32.uptime()
        _esp32.on_timer(_fire)
        _esp32.timer_start(self._number, self._seconds, bool(mode))

    def value(self):
        # Milliseconds since the timer was started, or was last due.
        elapsed = _esp32.uptime() - self._started
        if self._mode and self._seconds:
            elapsed %= self._seconds
        return int(elapsed * 1000)

    def deinit(self):
        _esp32.timer_stop(self._number)


def _fire(number):
    timer = _timers[number]
    if timer._callback is None:
        return
    try:
        timer._callback(timer)
    except BaseException as error:
        # As the port's scheduler does: it is printed, and the program goes on.
        _sys.print_exception(error)


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
    WAKE_LOW = 4
    WAKE_HIGH = 5
    DRIVE_0 = 0
    DRIVE_1 = 1
    DRIVE_2 = 2
    DRIVE_3 = 3

    # By number: the same pin is the same object.
    _pins = {}

    def __new__(cls, id, *args, **kwargs):
        if not isinstance(id, int) or id not in _ENABLED[_chip()]:
            raise ValueError("invalid pin")
        return Pin._pins.get(id) or object.__new__(cls)

    def __init__(self, id, mode=-1, pull=-1, **kwargs):
        if id not in Pin._pins:
            self._id = id
            self._value = 0
            self._output = False
            Pin._pins[id] = self
        if mode != -1 or pull != -1 or kwargs:
            self.init(mode, pull, **kwargs)

    def __repr__(self):
        return "Pin(%d)" % self._id

    def init(self, mode=-1, pull=-1, *, value=None, drive=0, hold=None):
        if mode not in (-1, None):
            if mode != Pin.IN and self._id in _INPUT_ONLY.get(_chip(), ()):
                raise ValueError("pin can only be input")
            self._output = mode != Pin.IN
        if value is not None:
            self._value = 1 if value else 0
        elif not self._output and pull not in (-1, None):
            # Nothing is wired to a pin: an input is where its resistor pulls it.
            self._value = 1 if pull == Pin.PULL_UP else 0

    def value(self, level=None):
        if level is None:
            return self._value
        if self._output:
            self._value = 1 if level else 0

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def toggle(self):
        self.value(not self._value)

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING, wake=None):
        # It may be set, and never comes: no level changes from outside.
        return None


# What the port's machine_pin.h enables in the stock image: C3 and C6 keep those of their USB console, the S3
# that of its external memory.
_ENABLED = {
    "ESP32": list(range(24)) + [25, 26, 27] + list(range(32, 40)),
    "ESP32S3": list(range(22)) + list(range(33, 49)),
    "ESP32C3": list(range(14)) + [20, 21],
    "ESP32C6": list(range(12)) + list(range(14, 24)),
}
_INPUT_ONLY = {"ESP32": range(34, 40)}


def _chip():
    return _esp32.machine_name().split(" ")[-1]


class Signal:
    def __init__(self, pin, *args, invert=False, **kwargs):
        self._pin = pin if isinstance(pin, Pin) else Pin(pin, *args, **kwargs)
        self._invert = invert

    def value(self, level=None):
        if level is None:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(level) ^ self._invert)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)


def time_pulse_us(pin, level, timeout_us=1000000):
    # -2: the pin never had the level; -1: it never lost it again.
    _esp32.sleep(timeout_us / 1000000)
    return -1 if pin.value() == level else -2


class _NotThere:
    # A peripheral of the chip that the sandbox has not.
    def __init__(self, *args, **kwargs):
        raise NotImplementedError("the sandbox's board has no %s" % type(self).__name__)


class ADC(_NotThere):
    pass


class ADCBlock(_NotThere):
    pass


class DAC(_NotThere):
    pass


class I2C(_NotThere):
    pass


class SoftI2C(_NotThere):
    pass


class I2S(_NotThere):
    pass


class PWM(_NotThere):
    pass


class SDCard(_NotThere):
    pass


class SPI(_NotThere):
    pass


class SoftSPI(_NotThere):
    pass


class TouchPad(_NotThere):
    pass


class UART(_NotThere):
    pass
