"""Apostrophes, ellipses and dashes of other keyboards."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["apostrophes", "dashes", "ellipses"]

_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)|(?<=s)['’](?=\s\w)")
_SWAPPED = {"'": "’", "’": "'"}
_ELLIPSIS = re.compile(r"…|\.\.\.+|\. \. \.(?: \.)*")
_ELLIPSES = ("…", "...", ". . .", ". . . .", " …", " ... ")
_DASH = re.compile(r"[^\S\n]*(?:[—―]|--+|(?<=\s)[–-](?=\s))[^\S\n]*")
_DASHES = ("—", " — ", " – ", "--", " -- ", " - ", "―", "⸺")
_INNER_BLANK = re.compile(r"(?<=[a-z]) (?=[a-z])")


def apostrophes(page: Page, _: Random) -> list[Edit]:
    """Write curly apostrophes straight and straight ones curly; quotation marks stay."""
    return [
        Edit(*match.span(), _SWAPPED[match[0]])
        for match in _APOSTROPHE.finditer(page.text)
        if not page.in_mark(match.start())
    ]


def ellipses(page: Page, random: Random) -> list[Edit]:
    """Write ellipses in another way, and leave out nothing, marked by one, in half of the longer strings."""
    edits = [
        Edit(*match.span(), random.choice([way for way in _ELLIPSES if way != match[0]]))
        for match in _ELLIPSIS.finditer(page.text)
    ]
    taken = {place for edit in edits for place in range(edit.start - 1, edit.end + 1)}
    for start, end in page.strings:
        blanks = list(_INNER_BLANK.finditer(page.text, start, end))
        if len(blanks) > 5 and random.random() < 0.5:
            blank = random.choice(blanks)
            if blank.start() not in taken:
                edits.append(Edit(*blank.span(), random.choice((" . . . ", "… ", " … ", "... "))))
                taken.add(blank.start())
    return edits


def dashes(page: Page, random: Random) -> list[Edit]:
    """Write each dash in another way, with or without blanks around it."""
    return [
        Edit(*match.span(), random.choice([way for way in _DASHES if way != match[0]]))
        for match in _DASH.finditer(page.text)
    ]
