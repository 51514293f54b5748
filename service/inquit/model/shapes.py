"""How the words of a text are written, which an encoder of lower case does not see."""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shape", "word_shapes"]

IntArray = NDArray[np.int64]


class Shape(IntEnum):
    """How a word is written; the small encoders see lower case only."""

    OTHER = 0
    LOWER = 1
    CAPITALISED = 2
    UPPER = 3
    MIXED = 4
    INITIAL = 5
    DIGITS = 6
    ALPHANUMERIC = 7


_TABLE_SIZE = 0x3000
# Counts of upper-case letters, other letters and digits, side by side in one number.
_COUNT_BITS = 21


@cache
def _letter_table() -> IntArray:
    """Return for the code points below 0x3000 what each counts as: 1 in the field of its kind."""
    fields = {"Lu": 0, "Lt": 0, "Ll": 1, "Lm": 1, "Lo": 1, "Nd": 2}
    categories = [unicodedata.category(chr(i)) for i in range(_TABLE_SIZE)]
    return np.array([1 << _COUNT_BITS * fields[c] if c in fields else 0 for c in categories])


def word_shapes(
    points: NDArray[np.uint32], starts: IntArray, ends: IntArray, word_first: NDArray[np.bool_]
) -> IntArray:
    """Return the shape of each token's word, shape [tokens]."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    known = np.minimum(points, _TABLE_SIZE - 1)
    kinds = _letter_table()[known]
    counts = np.concatenate(([0], np.cumsum(kinds)))
    word = np.cumsum(word_first) - 1
    first = starts[word_first]
    last = np.maximum.reduceat(ends, np.flatnonzero(word_first))
    inside = counts[last] - counts[first]
    upper, lower, digits = (inside >> _COUNT_BITS * field & (1 << _COUNT_BITS) - 1 for field in range(3))
    first_upper = kinds[np.minimum(first, len(points) - 1)] == 1
    letters = upper + lower
    shape = np.full(len(first), Shape.OTHER, dtype=np.int64)
    shape[(letters > 0) & (upper == 0)] = Shape.LOWER
    shape[upper > 0] = Shape.MIXED
    shape[first_upper & (upper == 1)] = Shape.CAPITALISED
    shape[(letters > 1) & (lower == 0)] = Shape.UPPER
    shape[(letters == 1) & (upper == 1)] = Shape.INITIAL
    shape[(digits > 0) & (letters == 0)] = Shape.DIGITS
    shape[(digits > 0) & (letters > 0)] = Shape.ALPHANUMERIC
    return shape[word]
