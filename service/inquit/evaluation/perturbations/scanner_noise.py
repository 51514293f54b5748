"""What optical character recognition makes of a page: letters that look alike, lost and doubled ones.

Quotation marks, punctuation and line breaks stay: what becomes of marks is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["ScannerNoise"]

_CONFUSED = {
    "m": ("rn",), "w": ("vv",), "d": ("cl",),
    "l": ("1", "I"), "I": ("l", "1"), "1": ("l", "I"), "i": ("l",), "t": ("f",), "f": ("t",),
    "O": ("0",), "0": ("O",), "o": ("c",), "e": ("c",), "c": ("e",), "h": ("b",), "b": ("h",),
    "n": ("u",), "u": ("n",), "a": ("o",), "S": ("5",), "5": ("S",), "B": ("8",), "8": ("B",), "g": ("q",),
}  # fmt: skip
_CONFUSED_PAIRS = {"rn": "m", "cl": "d", "vv": "w", "ii": "u"}


@dataclass(frozen=True, slots=True)
class ScannerNoise:
    """A share of the letters, digits and blanks is read wrongly."""

    share: float

    def __call__(self, page: Page, random: Random) -> list[Edit]:
        """Misread the page."""
        text = page.text
        edits: list[Edit] = []
        place = 0
        while place < len(text):
            edit = None
            if random.random() < self.share and not page.in_mark(place):
                edit = _joined(page, place) if text[place] == " " else _misread(page, place, random)
            if edit is not None:
                edits.append(edit)
            place = max(place + 1, edit.end if edit is not None else 0)
        return edits


def _joined(page: Page, place: int) -> Edit | None:
    between = 0 < place < len(page.text) - 1
    if not between or not (page.text[place - 1].isalnum() and page.text[place + 1].isalnum()):
        return None  # a blank beside a mark tells which way the mark faces
    return Edit(place, place + 1, "")


def _misread(page: Page, place: int, random: Random) -> Edit | None:
    text = page.text
    letter, pair = text[place], text[place : place + 2]
    if not letter.isalnum():
        return None
    way = random.random()
    if way < 0.7:
        if pair in _CONFUSED_PAIRS:
            return Edit(place, place + 2, _CONFUSED_PAIRS[pair])
        if letter in _CONFUSED:
            return Edit(place, place + 1, random.choice(_CONFUSED[letter]))
    inside = place > 0 and text[place - 1].isalnum()
    if not inside:
        return Edit(place, place + 1, letter * 2)
    way = random.random()
    if way < 0.4:
        return Edit(place, place + 1, "")
    return Edit(place, place + 1, letter * 2) if way < 0.7 else Edit(place, place, " ")
