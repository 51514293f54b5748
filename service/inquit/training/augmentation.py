"""Variants of a text of the same length: other marks, lost paragraphs, misread letters, lost case.

Every change keeps the number of characters, so that all offsets of the annotation hold.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from inquit.text.marks import MarkStyle, read_marks

__all__ = ["Augmentation", "Variant", "recased_variant", "vary"]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Probability of each change for one text in one epoch."""

    marks: float = 0.3
    paragraphs: float = 0.06
    noise: float = 0.05
    """Letters misread, as a scanner does."""
    case: float = 0.12
    """All lower case, all capitals, or Each Word With A Capital."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A text as it is read, and as it was before letters and case were lost."""

    text: str
    clean: str
    """Of the same length; it tells which words are names."""
    is_recased: bool = False

    @classmethod
    def same(cls, text: str) -> Variant:
        """Return the text as it is."""
        return cls(text, text)


_STYLES = (
    ("“", "”", "‘", "’"),
    ('"', '"', "'", "'"),
    ("‘", "’", "“", "”"),
    ("'", "'", '"', '"'),
    ("«", "»", "“", "”"),
    ("„", "“", "‚", "‘"),
)
_WEIGHTS = (4, 4, 2, 1, 1, 1)
# Share of the letters that are misread in a text with noise.
_LEAST_NOISE, _MOST_NOISE = 0.005, 0.05
_MISREAD = {
    "a": "oeu",
    "b": "h6",
    "c": "eo",
    "e": "coa",
    "f": "t",
    "g": "q9",
    "h": "bn",
    "i": "l1j",
    "l": "1iI",
    "m": "n",
    "n": "uhr",
    "o": "0ca",
    "r": "nt",
    "s": "5a",
    "t": "lf",
    "u": "vn",
    "v": "yu",
    "y": "vg",
    "z": "2",
    "B": "8R",
    "D": "O0",
    "E": "F",
    "G": "C6",
    "I": "l1",
    "O": "0QD",
    "S": "5",
    "Z": "2",
}
# A word and the letters within it: `don’t` has one capital, not two.
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")


def vary(text: str, settings: Augmentation, source: random.Random) -> Variant:
    """Return the text or a variant of it, of the same length."""
    if source.random() < settings.marks:
        text = _with_marks(text, *source.choices(_STYLES, _WEIGHTS)[0])
    if source.random() < settings.paragraphs:
        text = text.replace("\n", " ").replace("\r", " ")
    clean = text
    if source.random() < settings.noise:
        text = _misread(text, source.uniform(_LEAST_NOISE, _MOST_NOISE), source)
    if source.random() < settings.case:
        recased = recased_variant(text, source)
        return Variant(recased.text, clean, recased.is_recased)
    return Variant(text, clean)


def recased_variant(text: str, source: random.Random) -> Variant:
    """Return the text in lower case, in capitals or in title case; itself where that has another length."""
    folded = source.choices(_FOLDS, _FOLD_WEIGHTS)[0](text)
    return Variant(folded, text, is_recased=True) if len(folded) == len(text) else Variant.same(text)


def _titled(text: str) -> str:
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text)


_FOLDS: tuple[Callable[[str], str], ...] = (str.lower, str.upper, _titled)
_FOLD_WEIGHTS = (2, 2, 1)


def _misread(text: str, rate: float, source: random.Random) -> str:
    letters = list(text)
    for place, letter in enumerate(letters):
        if letter in _MISREAD and source.random() < rate:
            letters[place] = source.choice(_MISREAD[letter])
    return "".join(letters)


def _with_marks(text: str, opening: str, closing: str, inner_open: str, inner_close: str) -> str:
    letters = list(text)
    for string in read_marks(text).strings:
        if string.style is not MarkStyle.DOUBLE and string.level == 1:
            continue
        first, last = (opening, closing) if string.level == 1 else (inner_open, inner_close)
        if string.inner_start - string.start == 1:
            letters[string.start] = first
        if string.end - string.inner_end == 1:
            letters[string.inner_end] = last
    return "".join(letters)
