# The port's C module `binascii`. The interpreter below has it, too, under its second name; of the first it has a Python
# module of another origin, with more functions and other errors.
from ubinascii import a2b_base64, b2a_base64, crc32, hexlify, unhexlify
