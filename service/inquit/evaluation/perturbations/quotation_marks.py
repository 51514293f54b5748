"""The quotation marks of a text and which way each faces.

Straight double marks face as the gold strings tell, others by their neighbours. The text layer is
not asked: it is part of what the perturbations try.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inquit.evaluation.rows import Offsets

__all__ = ["FoundMark", "find_marks"]

_DOUBLE = re.compile(r"``|''|[“”\"„«»]")
# Within double marks: a string in single ones, not the apostrophes of its words.
_INNER = re.compile(r"(?<![\w'’])[‘'’](?=\w)(?P<words>[^\n“”\"]{2,200}?)[’'](?!\w)")
_OPENING = frozenset(("“", "„", "«", "``"))
_CLOSING = frozenset(("”", "»"))


@dataclass(frozen=True, slots=True)
class FoundMark:
    """One mark; offsets in code points."""

    start: int
    end: int
    opens: bool
    inner: bool = False
    """A single mark within double ones."""


def find_marks(text: str, strings: Iterable[Offsets]) -> tuple[FoundMark, ...]:
    """Return the marks in order; single marks only where they stand within a string."""
    known = tuple(strings)
    opening = {string.start for string in known}
    closing = {string.end for string in known}
    found = [
        FoundMark(*match.span(), opens=_opens(text, match, opening=opening, closing=closing))
        for match in _DOUBLE.finditer(text)
    ]
    for string in known:
        for match in _INNER.finditer(text, string.start + 1, string.end - 1):
            if match["words"].endswith("s") and " " in match["words"] and text[match.end() - 1] == "'":
                continue  # likelier the apostrophe of a plural
            found.append(FoundMark(match.start(), match.start() + 1, opens=True, inner=True))
            found.append(FoundMark(match.end() - 1, match.end(), opens=False, inner=True))
    ordered = sorted(set(found), key=lambda mark: (mark.start, mark.end))
    kept: list[FoundMark] = []
    for mark in ordered:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _opens(text: str, match: re.Match[str], *, opening: set[int], closing: set[int]) -> bool:
    if match[0] in _OPENING or match[0] in _CLOSING:
        return match[0] in _OPENING
    if (match.start() in opening) != (match.end() in closing):
        return match.start() in opening
    before = text[match.start() - 1 : match.start()] or " "
    after = text[match.end() : match.end() + 1] or " "
    return (before.isspace() or before in "([—–-") and not after.isspace()
