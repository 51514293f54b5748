"""Variants of a text of the same length: other marks, lost paragraphs, lost case.

Every change keeps the number of characters, so that all offsets of the annotation hold.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from inquit.text.marks import MarkStyle, read_marks

__all__ = ["Augmentation", "vary"]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Probability of each change for one text in one epoch."""

    marks: float = 0.3
    paragraphs: float = 0.06
    case: float = 0.03


_STYLES = (
    ("“", "”", "‘", "’"),
    ('"', '"', "'", "'"),
    ("‘", "’", "“", "”"),
    ("'", "'", '"', '"'),
    ("«", "»", "“", "”"),
    ("„", "“", "‚", "‘"),
)
_WEIGHTS = (4, 4, 2, 1, 1, 1)


def vary(text: str, settings: Augmentation, source: random.Random) -> str:
    """Return the text or a variant of it, of the same length."""
    if source.random() < settings.marks:
        text = _with_marks(text, *source.choices(_STYLES, _WEIGHTS)[0])
    if source.random() < settings.paragraphs:
        text = text.replace("\n", " ").replace("\r", " ")
    if source.random() < settings.case:
        folded = text.lower() if source.random() < 0.5 else text.upper()
        text = folded if len(folded) == len(text) else text
    return text


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
