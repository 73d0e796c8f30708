# Python's buffers as the worker takes them: an address and a length in bytes.
from uctypes import addressof


def source(data):
    # Something to send. Returns (object that keeps the bytes alive, address, length).
    if isinstance(data, str):
        data = data.encode()
    elif not isinstance(data, (bytes, bytearray)):
        data = bytes(data) if isinstance(data, memoryview) else bytes(memoryview(data))
    return data, addressof(data) if data else 0, len(data)


def sink(buffer, limit=-1):
    # Something to receive into. Returns (address, length).
    length = len(buffer)
    return addressof(buffer) if length else 0, length if limit < 0 else min(length, limit)
