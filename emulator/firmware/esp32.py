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


def wake_on_touch(wake):
    pass


def wake_on_ulp(wake):
    pass


def wake_on_ext0(pin=None, level=False):
    pass


def wake_on_ext1(pins=None, level=False):
    pass


def gpio_deep_sleep_hold(enable):
    pass


def raw_temperature():
    # Degrees Fahrenheit of a chip at 53 degrees Celsius: nothing here warms it.
    return 128


class Partition:
    BOOT = 0
    RUNNING = 1
    TYPE_APP = 0
    TYPE_DATA = 1

    def __init__(self, which):
        if isinstance(which, int):
            if which not in (Partition.BOOT, Partition.RUNNING):
                raise ValueError
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
            return self._info[3] // 4096
        if command == 5:
            return 4096
        if command in (1, 2, 3):
            return 0
        if command == 6:
            self.writeblocks(argument, b"")
        return None

    def readblocks(self, block, buffer, offset=0):
        raise NotImplementedError("the sandbox's flash has files and no raw blocks")

    def writeblocks(self, block, buffer, offset=0):
        raise NotImplementedError("the sandbox's flash has files and no raw blocks")

    def set_boot(self):
        if self._info[0] != Partition.TYPE_APP:
            raise OSError(-0x102, "ESP_ERR_INVALID_ARG")

    def get_next_update(self):
        raise OSError(2)  # the stock image has one application and no room for another


def _table():
    # The stock image's: (type, subtype, address, size, label, encrypted).
    size, files = _esp32.flash_size(), _esp32.flash_file_system()
    return [
        (1, 2, 0x9000, 0x6000, "nvs", False),
        (1, 1, 0xF000, 0x1000, "phy_init", False),
        (0, 0, 0x10000, size - files - 0x10000, "factory", False),
        (1, 129, size - files, files, "vfs", False),
    ]
