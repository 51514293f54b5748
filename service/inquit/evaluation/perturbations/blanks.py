"""Blanks that are not the space bar's, and characters without width."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["no_break_spaces", "zero_width"]

_WIDE = ("\u00a0", "\u00a0", "\u202f", "\u2009", "\u2003")
_LONG_WORD = re.compile(r"(?<![^\W_])[a-z]{8,}(?![^\W_])")


def no_break_spaces(page: Page, random: Random) -> list[Edit]:
    """Make one blank of three a no-break, thin or wide one."""
    return [
        Edit(place, place + 1, random.choice(_WIDE))
        for place, letter in enumerate(page.text)
        if letter == " " and random.random() < 1 / 3
    ]


def zero_width(page: Page, random: Random) -> list[Edit]:
    """Put zero-width spaces beside blanks and marks, soft hyphens into long words, a byte order mark first."""
    edits = [Edit(0, 0, "\ufeff")]
    for mark in page.marks:
        if mark.start > 0 and random.random() < 0.2:
            edits.append(Edit(mark.start, mark.start, random.choice("\u200b\u2060\u200e")))
        if random.random() < 0.2:
            edits.append(Edit(mark.end, mark.end, "\u200b"))
    for place, letter in enumerate(page.text):
        if letter == " " and random.random() < 0.05 and not page.in_mark(place + 1):
            edits.append(Edit(place + 1, place + 1, "\u200b"))
    for word in _LONG_WORD.finditer(page.text):
        if random.random() < 0.2:
            middle = (word.start() + word.end()) // 2
            edits.append(Edit(middle, middle, "\u00ad"))
    return edits
