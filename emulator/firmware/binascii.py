# The port's C module `binascii`: what the interpreter below has of that name is Python of another origin, with more
# functions and other errors.

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SEXTETS = {byte: value for value, byte in enumerate(_ALPHABET)}
_PAD = ord("=")

# CRC-32 of ISO/IEC 3309, reflected.
_POLYNOMIAL = 0xEDB88320
_crc_table = []


def hexlify(data, *separator):
    return bytes(_octets(data)).hex(*separator).encode()


def unhexlify(text):
    return bytes.fromhex(text)


def b2a_base64(data, newline=True):
    data = bytes(_octets(data))
    missing = -len(data) % 3
    data += bytes(missing)
    text = bytearray()
    for at in range(0, len(data), 3):
        group = data[at] << 16 | data[at + 1] << 8 | data[at + 2]
        for shift in (18, 12, 6, 0):
            text.append(_ALPHABET[group >> shift & 63])
    if missing:
        text[-missing:] = b"=" * missing
    return bytes(text) + (b"\n" if newline else b"")


def a2b_base64(text):
    # What is not of the alphabet is skipped; the text ends with its padding.
    data = bytearray()
    bits = pending = 0
    padded = False
    for byte in _octets(text):
        if byte == _PAD:
            if bits == 2 or (bits == 4 and padded):
                bits = 0
                break
            padded = True
        sextet = _SEXTETS.get(byte)
        if sextet is None:
            continue
        padded = False
        pending = (pending << 6 | sextet) & 0x3FFF
        bits += 6
        if bits >= 8:
            bits -= 8
            data.append(pending >> bits & 255)
    if bits:
        raise ValueError("incorrect padding")
    return bytes(data)


def crc32(data, crc=0):
    if not _crc_table:
        _crc_table.extend([_remainder(byte) for byte in range(256)])
    crc = crc & 0xFFFFFFFF ^ 0xFFFFFFFF
    for byte in _octets(data):
        crc = _crc_table[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _remainder(value):
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


def _octets(data):
    # Anything with a buffer, as C sees it.
    return data.encode() if isinstance(data, str) else bytes(memoryview(data))
