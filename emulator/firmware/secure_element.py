# Driver of the board's secure element, an ATECC608 or the like: a P-256 key that signs and cannot be read. On a board
# that has none there is no such module. It stands for the driver that comes with real hardware, such as se05x.
import _esp32
from _buffers import sink as _sink, source as _source

if not _esp32.has_secure_element():
    raise ImportError("no module named 'secure_element'")

_DIGEST = 32
_LONGEST_SIGNATURE = 72


def public_key():
    # The point, uncompressed: 65 bytes. None when the element holds no key.
    point = bytearray(65)
    return bytes(point) if _esp32.element_public_key(_sink(point)[0]) else None


def sign(digest):
    # ECDSA, DER-encoded, as ecdsa_sign_callback returns it. Of a longer digest the leftmost 32 bytes count, as
    # for every signature on P-256 (FIPS 186-4 section 6.4).
    _keep, address, length = _source(digest)
    if length < _DIGEST:
        raise ValueError("digest must have 32 bytes at least")
    signature = bytearray(_LONGEST_SIGNATURE)
    length = _esp32.element_sign(address, _sink(signature)[0])
    if length == 0:
        raise OSError(19)  # ENODEV: nothing in the key slot
    return bytes(signature[:length])
