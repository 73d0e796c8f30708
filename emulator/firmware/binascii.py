# binascii in C, as the port has it. The interpreter below would prefer one in Python that takes no text.
from ubinascii import a2b_base64, b2a_base64, crc32, hexlify, unhexlify
