"""What can be told of a message's bytes without making a message of them.

A parsed document takes some hundred bytes, its shortest form two: a few megabytes could fill the memory.
"""

from __future__ import annotations

__all__ = ["has_more_than"]

_LENGTH_DELIMITED = 2
_SIZES = {1: 8, 5: 4}
"""Bytes of the fixed wire types."""


def has_more_than(message: bytes, field: int, most: int) -> bool:
    """Tell whether a message has more than `most` entries of a field that holds messages or strings.

    Bytes that are no message are left to the parser.
    """
    place, found = 0, 0
    while place < len(message) and found <= most:
        tag, place = _number(message, place)
        kind = tag & 7
        if kind == _LENGTH_DELIMITED:
            size, place = _number(message, place)
            place += size
            found += tag >> 3 == field
        elif kind in _SIZES:
            place += _SIZES[kind]
        elif kind == 0:
            _, place = _number(message, place)
        else:
            return False
    return found > most


def _number(message: bytes, place: int) -> tuple[int, int]:
    """Return a base-128 number and the place behind it."""
    value = shift = 0
    while place < len(message):
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80 or shift > 63:
            break
    return value, place
