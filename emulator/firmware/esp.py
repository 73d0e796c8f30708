# The port's older module for the chip's flash and its messages.
import _esp32
from _buffers import sink as _sink, source as _source

_SECTOR = 4096
_EIO = 5

LOG_NONE = 0
LOG_ERROR = 1
LOG_WARNING = 2
LOG_INFO = 3
LOG_DEBUG = 4
LOG_VERBOSE = 5


def osdebug(level=LOG_ERROR, *args):
    pass  # ESP-IDF has nothing to say here


def flash_size():
    return _esp32.flash_size()


def flash_user_start():
    return _esp32.flash_size() - _esp32.flash_file_system()


def _checked(offset, length):
    # The file system is kept as files: it has no bytes of its own to read or write.
    if not 0 <= offset <= offset + length <= flash_size():
        raise OSError(_EIO)
    if offset + length > flash_user_start():
        raise NotImplementedError("the sandbox keeps the file system's files and no raw blocks of it")


def flash_read(offset, length_or_buffer):
    wanted = isinstance(length_or_buffer, int)
    buffer = bytearray(length_or_buffer) if wanted else length_or_buffer
    address, length = _sink(buffer)
    _checked(offset, length)
    _esp32.flash_read(offset, address, length)
    return bytes(buffer) if wanted else None


def flash_write(offset, buffer):
    _keep, address, length = _source(buffer)
    _checked(offset, length)
    _esp32.flash_write(offset, address, length)


def flash_erase(sector):
    _checked(sector * _SECTOR, _SECTOR)
    _esp32.flash_erase(sector * _SECTOR, _SECTOR)
