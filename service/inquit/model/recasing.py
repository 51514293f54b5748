"""Texts whose case tells nothing, with capitals where the model reads names.

Names are found by their capitals. In a text in CAPITALS, in lower case or in Title Case the model
says which words would have one; everything else stays as it is, and so do all offsets.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inquit.model.encoding import EncodedText
from inquit.model.heads import CapitalHead
from inquit.model.links import LinkScorer
from inquit.model.shapes import Shape

__all__ = ["case_tells", "recased"]

# Shorter texts show nothing of how they are written.
_FEWEST_WORDS = 6
# Of ordinary prose, 10 to 30 % of the words have a capital: the first of each sentence at least.
_LOWER, _CAPITALS, _TITLE = 0.01, 0.8, 0.8
_CAPITALISED = (Shape.CAPITALISED, Shape.UPPER, Shape.MIXED, Shape.INITIAL)
# Half the say has the place, half the word's mean over the text; chosen on training articles.
_PLACE = 0.5
_LEAST = -0.7
"""Of log odds."""
_SMALLEST = 1e-6
_EDGES = ".,;:!?…“”\"'‘’«»„()[]"


def recased(encoded: EncodedText, links: LinkScorer | None, head: CapitalHead | None) -> str:
    """Return the text, where its case tells nothing with capitals for its names; of the same length."""
    if links is None or head is None or case_tells(encoded):
        return encoded.text
    firsts = np.flatnonzero(encoded.word_starts)
    chances = links.capitals(head, firsts).clip(_SMALLEST, 1 - _SMALLEST)
    odds = np.log(chances / (1 - chances))
    named = _PLACE * odds + (1 - _PLACE) * _means(_forms(encoded, firsts), odds) > _LEAST
    letters = [_small(c) for c in encoded.text]
    for place in encoded.starts[firsts[named]].tolist():
        letters[place] = _large(letters[place])
    return "".join(letters)


def _forms(encoded: EncodedText, firsts: NDArray[np.int64]) -> list[str]:
    """Return the words that begin at these tokens, without the marks around them."""
    edges = [*encoded.starts[firsts].tolist(), len(encoded.text)]
    return [encoded.text[a:b].strip().strip(_EDGES).casefold() for a, b in pairwise(edges)]


def _means(forms: list[str], odds: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return for each word the mean over all places of the same word."""
    _, which = np.unique(np.array(forms, dtype=object), return_inverse=True)
    means: NDArray[np.floating] = np.bincount(which, odds) / np.bincount(which)
    return means[which]


def case_tells(encoded: EncodedText) -> bool:
    """Whether capitals set some of the text's words apart."""
    shapes = encoded.shapes[encoded.word_starts]
    total = int(np.isin(shapes, (Shape.LOWER, *_CAPITALISED)).sum())
    if total < _FEWEST_WORDS:
        return True
    share = _count(shapes, *_CAPITALISED) / total
    return _LOWER <= share <= _TITLE and _count(shapes, Shape.UPPER) <= _CAPITALS * total


def _count(shapes: NDArray[np.int64], *wanted: Shape) -> int:
    return int(np.isin(shapes, wanted).sum())


def _small(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _large(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 else letter
