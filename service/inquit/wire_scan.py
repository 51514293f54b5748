"""What can be told of a message's bytes without making a message of them.

A parsed document takes some hundred bytes, its shortest form two: a few megabytes could fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["GroupFound", "fields_of"]

_VARINT, _LENGTH_DELIMITED = 0, 2
_GROUPS = {3, 4}
_SIZES = {1: 8, 5: 4}
"""Bytes of the fixed wire types."""


class GroupFound(Exception):
    """A group stands at the top of a message: proto3 has none, and its end can only be found by parsing it."""


def fields_of(message: bytes) -> Iterator[int]:
    """Yield the number of each field at the top of a message, as often as it is there; raise GroupFound.

    Bytes that are no message are left to the parser, which refuses them whole.
    """
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        kind = tag & 7
        if kind in _GROUPS:
            raise GroupFound
        if kind == _LENGTH_DELIMITED:
            size, place = _number(message, place)
            place += size
        elif kind in _SIZES:
            place += _SIZES[kind]
        elif kind == _VARINT:
            _, place = _number(message, place)
        else:
            return
        yield tag >> 3


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
