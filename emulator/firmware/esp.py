# The port's older module for the chip's flash and its messages.
import _esp32

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


def flash_read(offset, buffer):
    raise NotImplementedError("the sandbox's flash has files and no raw blocks")


def flash_write(offset, buffer):
    raise NotImplementedError("the sandbox's flash has files and no raw blocks")


def flash_erase(sector):
    raise NotImplementedError("the sandbox's flash has files and no raw blocks")
