# `errno` with the port's numbers. The compiler of the interpreter below puts the numbers of its own built-in
# module into the bytecode where a program says `errno.NAME`, and OSError takes the names in its text from
# there: no module in its place could change that, so the table itself is rewritten.
from uctypes import bytearray_at

# Those of newlib and lwIP that differ.
_NUMBERS = {
    "EADDRINUSE": 112,
    "EALREADY": 120,
    "ECONNABORTED": 113,
    "EHOSTUNREACH": 118,
    "EINPROGRESS": 119,
    "ENOTCONN": 128,
}

_WORD = 4


def renumber(errno):
    # id() of a name is the word that stands for it in a table.
    names = {id(name): name for name in _NUMBERS}
    for key, entry in _entries(_word(id(errno) + _WORD)):
        number = _NUMBERS.get(names.get(key))
        if number is not None:
            _set(entry + _WORD, number)
    for _, entry in _entries(id(errno.errorcode)):
        number = _NUMBERS.get(names.get(_word(entry + _WORD)))
        if number is not None:
            _set(entry, number)


def _entries(dictionary):
    # Key and address of each: a dict is its type, two words of size and a pointer to pairs.
    table = _word(dictionary + 3 * _WORD)
    for index in range(_word(dictionary + 2 * _WORD)):
        entry = table + 2 * _WORD * index
        yield _word(entry), entry


def _word(address):
    return int.from_bytes(bytearray_at(address, _WORD), "little")


def _set(address, number):
    # A small integer carries a one in its lowest bit.
    bytearray_at(address, _WORD)[:] = (number << 1 | 1).to_bytes(_WORD, "little")
