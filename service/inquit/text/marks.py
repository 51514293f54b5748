"""Quoted strings: which quotation marks of a text belong together.

Marks are read one paragraph at a time, since news and fiction reopen a quotation at every
paragraph and close it once, and since an odd mark must not spoil more than its paragraph.
Nothing here decides whether a quoted string is speech: that is the model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inquit.text.directions import DOUBLE_FAMILIES, facing_marks
from inquit.text.pairing import MarkStyle, QuotedString, pair_marks
from inquit.text.segments import Segment, paragraphs

__all__ = ["MarkReading", "MarkStyle", "QuotedString", "read_marks"]


@dataclass(frozen=True, slots=True)
class MarkReading:
    """Every quoted string of a text in order of start, and the marks left without a partner."""

    strings: tuple[QuotedString, ...]
    unpaired: tuple[int, ...]
    """Offsets of marks that were given a reading without a partner."""


def read_marks(text: str, segments: Sequence[Segment] | None = None) -> MarkReading:
    """Pair the quotation marks of a text; `segments` are its paragraphs, if known already."""
    segments = paragraphs(text) if segments is None else segments
    strings: list[QuotedString] = []
    unpaired: list[int] = []
    carried = False
    for number, segment in enumerate(segments):
        marks = facing_marks(text, segment)
        if not marks and not carried:
            continue
        reading = pair_marks(text, segment, number, marks, entered_open=carried)
        found, left_open = list(reading.strings), reading.left_open
        carried = False
        unpaired.extend(reading.odd)
        if left_open is not None:
            follows = segments[number + 1] if number + 1 < len(segments) else None
            goes_on = follows is not None and _reopens(text, follows)
            carried = not goes_on and follows is not None and _closes_first(text, follows)
            if goes_on or carried:
                found = [replace(s, continues=True) if s.start == left_open else s for s in found]
            else:
                unpaired.append(left_open)
        strings.extend(found)
    strings.sort(key=lambda s: (s.start, -s.end))
    return MarkReading(tuple(_levelled(strings)), tuple(sorted(unpaired)))


def _levelled(strings: list[QuotedString]) -> list[QuotedString]:
    found: list[QuotedString] = []
    around: list[int] = []
    for string in strings:
        while around and around[-1] <= string.start:
            around.pop()
        found.append(replace(string, level=len(around) + 1))
        around.append(string.end)
    return found


def _reopens(text: str, segment: Segment) -> bool:
    return text[segment.start] in "“\"„«‘'" or text.startswith("``", segment.start)


def _closes_first(text: str, segment: Segment) -> bool:
    first = next((m for m in facing_marks(text, segment) if m.family in DOUBLE_FAMILIES), None)
    return first is not None and first.can_close and not first.can_open
