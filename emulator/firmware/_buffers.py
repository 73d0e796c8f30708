# Python's values as the worker takes them: buffers as an address and a length in bytes, strings as strings.
from _esp32 import heap_largest
from uctypes import addressof

# What the garbage-collected heap has from the beginning; beyond that it takes blocks of the IDF heap.
_FIRST_AREA = 57344


def allocate(size):
    # A buffer to receive into. The interpreter below would have the memory, the board has not.
    if size > _FIRST_AREA and size > heap_largest():
        raise MemoryError("memory allocation failed, allocating %d bytes" % size)
    return bytearray(size)


def text(value):
    # What the port's C code takes as a string.
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str):
        return value
    raise TypeError("can't convert '%s' object to str implicitly" % type(value).__name__)


def source(data):
    # Something to send. Returns (object that keeps the bytes alive, address, length).
    if isinstance(data, str):
        data = data.encode()
    elif not isinstance(data, (bytes, bytearray)):
        data = bytes(data) if isinstance(data, memoryview) else bytes(memoryview(data))
    return data, addressof(data) if data else 0, len(data)


def part(data, limits):
    # What write(data, length) or write(data, offset, length) means.
    offset = limits[0] if len(limits) > 1 else 0
    return memoryview(data)[offset : offset + limits[-1]]


def sink(buffer, limit=-1):
    # Something to receive into. Returns (address, length).
    length = len(buffer)
    return addressof(buffer) if length else 0, length if limit < 0 else min(length, limit)


def writable(buffer):
    # Something that C may write into.
    if isinstance(buffer, (str, bytes)):
        raise TypeError("object with buffer protocol required")
    return buffer


def integer(value):
    if not isinstance(value, (int, bool)):
        raise TypeError("can't convert %s to int" % type(value).__name__)
    return int(value)


def check_arguments(arguments, keywords, least, most):
    # As a C type counts what it is made from.
    if keywords:
        raise TypeError("function doesn't take keyword arguments")
    count = len(arguments)
    if count < least:
        raise TypeError("function missing %d required positional arguments" % (least - count))
    if count > most:
        raise TypeError("function expected at most %d arguments, got %d" % (most, count))
