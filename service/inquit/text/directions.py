"""Which way each quotation mark of a paragraph can face, by its character and its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inquit.text.segments import Segment

__all__ = ["DOUBLE_FAMILIES", "SINGLE_FAMILIES", "Family", "Mark", "facing_marks"]

_DOUBLE = '“”"„‟«»＂〝〞'
_SINGLE = "‘’'‚‛‹›"
_ALL = frozenset(_DOUBLE + _SINGLE)
_ANY_MARK = re.compile(f"``|''|[{_DOUBLE}{_SINGLE}]")
# Words that begin with an apostrophe, and decades.
_ELISION = re.compile(
    r"(?:\d0s\b|\d\d\b|tis\b|twas\b|twere\b|twill\b|em\b|til\b|till\b|cause\b|cos\b|bout\b|round\b"
    r"|n\b|neath\b|gainst\b|fraid\b|nother\b|kay\b|s\b|tude\b|burbs\b|hood\b)",
    re.IGNORECASE,
)
_ROCK_N_ROLL = re.compile(r"[’'‘]n[’'](?![^\W_])", re.IGNORECASE)
_TIGHT_AFTER = ".,!?;:)]}—–-/<…"
_LOOSE_BEFORE = "([{—–-/>…"

Family = str
"""The character that stands for marks which pair with each other: “, ", „, «, ‘, ' or ‹."""

DOUBLE_FAMILIES = frozenset('“"„«')
SINGLE_FAMILIES = frozenset("‘'‹")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark; offsets in code points."""

    start: int
    end: int
    family: Family
    can_open: bool
    can_close: bool
    sure: bool = False
    """The character itself tells its direction."""


def facing_marks(text: str, segment: Segment) -> list[Mark]:
    """Return the marks of a paragraph in order; apostrophes are left out."""
    found: list[Mark] = []
    for match in _ANY_MARK.finditer(text, segment.start, segment.end):
        at = _Place(text, segment, *match.span())
        mark = _double(match[0], at, first=not found) or _single(match[0], at)
        if mark is not None:
            found.append(mark)
    return found


class _Place:
    """A mark's neighbourhood."""

    def __init__(self, text: str, segment: Segment, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.before = text[start - 1] if start > segment.start else " "
        self.after = text[end] if end < segment.end else " "
        self.spaced_before = self.before.isspace() or self.before in _LOOSE_BEFORE or self.before in _ALL
        self.spaced_after = self.after.isspace() or self.after in _TIGHT_AFTER or self.after in _ALL

    def opening(self, family: Family, *, sure: bool = True) -> Mark:
        return Mark(self.start, self.end, family, can_open=True, can_close=False, sure=sure)

    def closing(self, family: Family, *, sure: bool = True) -> Mark:
        return Mark(self.start, self.end, family, can_open=False, can_close=True, sure=sure)


_OPENING = {"“": "“", "‟": "“", "〝": "“", "``": "“", "„": "„"}
_CLOSING = {"”": "“", "〞": "“"}


def _double(char: str, at: _Place, *, first: bool) -> Mark | None:
    if char in _OPENING:
        return at.opening(_OPENING[char])
    if char in _CLOSING:
        return at.closing(_CLOSING[char])
    if char in {"«", "»"}:
        return at.opening("«", sure=False) if char == "«" else at.closing("«", sure=False)
    if char not in {'"', "＂", "''"}:
        return None
    if at.before.isdigit() and first:
        return None  # inches
    opens = (not at.before.isalnum() and at.before not in ".,!?") or (
        at.spaced_before and not at.spaced_after
    )
    closes = not (at.before.isspace() and not at.after.isspace()) and not (
        at.spaced_before and at.after.isalnum() and at.before not in _ALL
    )
    can_open = (opens and not at.after.isspace()) or not closes
    return Mark(at.start, at.end, '"', can_open=can_open, can_close=closes)


def _single(char: str, at: _Place) -> Mark | None:
    if char in {"‹", "›"}:
        return at.opening("‹", sure=False) if char == "‹" else at.closing("‹", sure=False)
    if char == "‚":
        # A low mark is a comma in all but a few texts: it opens only with a space before.
        return at.opening("‘") if at.before.isspace() and at.after.isalnum() else None
    if char not in {"‘", "‛", "’", "'"} or (at.before.isalnum() and at.after.isalnum()):
        return None  # an apostrophe: don’t
    if _ROCK_N_ROLL.match(at.text, max(0, at.start - 2)) or _ROCK_N_ROLL.match(at.text, at.start):
        return None
    elided = _ELISION.match(at.text, at.end) is not None
    if char in {"‘", "‛"}:
        return at.opening("‘") if at.spaced_before and not elided else None
    closes = not at.before.isspace() and not at.after.isalnum()
    if char == "’":
        return at.closing("‘") if closes else None
    opens = at.spaced_before and not at.after.isspace() and not elided
    if not opens and not closes:
        return None
    return Mark(at.start, at.end, "'", can_open=opens and not closes, can_close=closes)
