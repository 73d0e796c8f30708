# What the port's module esp32 offers beyond the hardware: non-volatile storage, the heap, the partitions.
import _esp32
from _buffers import sink as _sink, source as _source, text as _text

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True

# ESP-IDF's MALLOC_CAP_8BIT and MALLOC_CAP_EXEC.
HEAP_DATA = 4
HEAP_EXEC = 1

# ESP-IDF's codes, as check_esp_err() raises them: negative, with their name.
_NVS_NOT_FOUND = -0x1102
_NVS_INVALID_LENGTH = -0x110C
_NVS_KEY_TOO_LONG = -0x1109
_NVS_INVALID_NAME = -0x1106

# Of ESP-IDF's esp_err.h and esp_ota_ops.h; which call fails with which is in esp_ota_ops.c and partition.c.
_INVALID_ARG = -0x102
_INVALID_SIZE = -0x104
_NOT_FOUND = -0x105
_NOT_VALID = -0x1503

# Bytes that are erased at once.
_BLOCK = 4096

# Bytes of a namespace or key.
_LONGEST_NAME = 15


class NVS:
    def __init__(self, namespace):
        namespace = _text(namespace)
        if not 0 < len(namespace) <= _LONGEST_NAME:
            raise OSError(_NVS_INVALID_NAME, "ESP_ERR_NVS_INVALID_NAME")
        self._namespace = namespace

    def __repr__(self):
        return "<NVS namespace>"

    def set_i32(self, key, value):
        if not -0x80000000 <= value <= 0x7FFFFFFF:
            raise OverflowError("overflow converting long int to machine word")
        _esp32.nvs_set_i32(self._namespace, _key(key), value)

    def get_i32(self, key):
        if _esp32.nvs_type(self._namespace, _key(key)) != "i32":
            _not_found()
        return _esp32.nvs_get_i32(self._namespace, key)

    def set_blob(self, key, value):
        _keep, address, length = _source(value)
        _esp32.nvs_set_blob(self._namespace, _key(key), address, length)

    def get_blob(self, key, buffer):
        if _esp32.nvs_type(self._namespace, _key(key)) != "blob":
            _not_found()
        count = _esp32.nvs_get_blob(self._namespace, key, *_sink(buffer))
        if count < 0:
            raise OSError(_NVS_INVALID_LENGTH, "ESP_ERR_NVS_INVALID_LENGTH")
        return count

    def erase_key(self, key):
        if not _esp32.nvs_erase(self._namespace, _key(key)):
            _not_found()

    def commit(self):
        pass  # what is set is in the flash at once, as with ESP-IDF


def _key(key):
    key = _text(key)
    if len(key) > _LONGEST_NAME:
        raise OSError(_NVS_KEY_TOO_LONG, "ESP_ERR_NVS_KEY_TOO_LONG")
    return key


def _not_found():
    raise OSError(_NVS_NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")


def idf_heap_info(capabilities):
    # (bytes, free, largest free block, least that was ever free) of each region; an estimate by the board's model.
    if capabilities not in (HEAP_DATA, HEAP_EXEC):
        return []
    text = _esp32.heap_regions()
    return [tuple([int(number) for number in region.split(" ")]) for region in text.split(",")]


_CHIP = _esp32.machine_name().split(" ")[-1]

# Pins that the part of the chip which stays awake can see; nothing is wired to them, so they wake nobody.
_WAKING_PINS = {
    "ESP32": (0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39),
    "ESP32S3": tuple(range(22)),
    "ESP32C6": tuple(range(8)),
}
_ext0_pin = None
_on_touch = False


def _waking_pin(pin):
    number = pin if isinstance(pin, int) else pin._id
    if number not in _WAKING_PINS[_CHIP]:
        raise ValueError("invalid pin")
    return number


def _need_no(other):
    # ext0 and the touch pads share what wakes the chip.
    if other:
        raise ValueError("no resources")


if _CHIP in ("ESP32", "ESP32S3"):

    def wake_on_touch(wake):
        global _on_touch
        _need_no(_ext0_pin is not None)
        _on_touch = bool(wake)

    def wake_on_ulp(wake):
        _need_no(_ext0_pin is not None)

    def wake_on_ext0(pin=None, level=False):
        global _ext0_pin
        _need_no(_on_touch)
        _ext0_pin = None if pin is None else _waking_pin(pin)


if _CHIP in _WAKING_PINS:

    def wake_on_ext1(pins=None, level=False):
        for pin in pins or ():
            _waking_pin(pin)


def gpio_deep_sleep_hold(enable):
    pass


if _CHIP == "ESP32":

    def raw_temperature():
        # Degrees Fahrenheit of a chip at 53 degrees Celsius: nothing here warms it.
        return 128

else:

    def mcu_temperature():
        return 53


class Partition:
    BOOT = 0
    RUNNING = 1
    TYPE_APP = 0
    TYPE_DATA = 1

    def __init__(self, which):
        if isinstance(which, int):
            if which not in (Partition.BOOT, Partition.RUNNING):
                raise ValueError
            if which == Partition.BOOT:
                raise OSError(2)  # said by an otadata partition, which the stock image has not
            which = "factory"
        found = [row for row in _table() if row[4] == _text(which)]
        if not found:
            raise OSError(2)
        self._info = found[0]

    def __repr__(self):
        return "<Partition type=%u, subtype=%u, address=%u, size=%u, label=%s, encrypted=%u>" % self._info

    @staticmethod
    def find(type=TYPE_APP, subtype=0xFF, label=None, block_size=4096):
        return [
            Partition(row[4])
            for row in _table()
            if row[0] == type and subtype in (0xFF, row[1]) and label in (None, row[4])
        ]

    def info(self):
        return self._info

    def ioctl(self, command, argument):
        if command == 4:
            return self._info[3] // _BLOCK
        if command == 5:
            return _BLOCK
        if command in (1, 2, 3):
            return 0
        if command == 6:
            self._erase(argument * _BLOCK, _BLOCK)
            return 0
        return None

    def readblocks(self, block, buffer, offset=0):
        address, length = _sink(buffer)
        _esp32.flash_read(self._place(block * _BLOCK + offset, length), address, length)

    def writeblocks(self, block, buffer, offset=None):
        # Only without an offset is the flash erased before.
        _keep, address, length = _source(buffer)
        if offset is None:
            self._erase(block * _BLOCK, length)
        place = self._place(block * _BLOCK + (offset or 0), length)
        _esp32.flash_write(place, address, length)

    def _erase(self, offset, length):
        place = self._place(offset, length)
        if length % _BLOCK:
            raise OSError(_INVALID_SIZE, "ESP_ERR_INVALID_SIZE")
        _esp32.flash_erase(place, length)

    def _place(self, offset, length):
        # In the flash, as esp_partition_read() and its like check it.
        if self._info[4] == "vfs":
            raise NotImplementedError("the sandbox keeps the file system's files and no raw blocks of it")
        if not 0 <= offset <= self._info[3]:
            raise OSError(_INVALID_ARG, "ESP_ERR_INVALID_ARG")
        if offset + length > self._info[3]:
            raise OSError(_INVALID_SIZE, "ESP_ERR_INVALID_SIZE")
        return self._info[2] + offset

    def set_boot(self):
        if self._info[0] != Partition.TYPE_APP:
            raise OSError(_NOT_VALID, "ESP_ERR_OTA_VALIDATE_FAILED")
        _no_ota_data()

    @classmethod
    def mark_app_valid_cancel_rollback(cls):
        _no_ota_data()

    def get_next_update(self):
        raise OSError(2)  # the stock image has one application and no room for another


def _no_ota_data():
    # The stock image boots its one application and has no partition that would say which.
    raise OSError(_NOT_FOUND, "ESP_ERR_NOT_FOUND")


def _table():
    # The stock image's: (type, subtype, address, size, label, encrypted).
    size, files = _esp32.flash_size(), _esp32.flash_file_system()
    return [
        (1, 2, 0x9000, 0x6000, "nvs", False),
        (1, 1, 0xF000, 0x1000, "phy_init", False),
        (0, 0, 0x10000, size - files - 0x10000, "factory", False),
        (1, 129, size - files, files, "vfs", False),
    ]
