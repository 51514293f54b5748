"""Quoted strings: which quotation marks of a text belong together.

Marks are read one paragraph at a time, since news and fiction reopen a quotation at every
paragraph and close it once, and since an odd mark must not spoil more than its paragraph.
Nothing here decides whether a quoted string is speech: that is the model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from inquit.text.directions import DOUBLE_FAMILIES, facing_marks
from inquit.text.pairing import MarkStyle, QuotedString, pair_marks
from inquit.text.segments import Segment, paragraphs

__all__ = ["MarkReading", "MarkStyle", "QuotedString", "read_marks"]


# Paragraphs over which a string may run without a mark.
_LONGEST_RUN = 5


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
        unpaired.extend(reading.odd)
        if carried and not any(m.family in DOUBLE_FAMILIES for m in marks):
            # All of the paragraph stands between marks that open before it and close after it.
            a, b = segment
            found.append(QuotedString(a, b, a, b, MarkStyle.DOUBLE, 1, number, continues=True))
            strings.extend(found)
            continue
        carried = False
        if left_open is not None:
            follows = segments[number + 1] if number + 1 < len(segments) else None
            goes_on = follows is not None and _reopens(text, follows)
            carried = not goes_on and _closes_first(text, segments[number + 1 : number + 1 + _LONGEST_RUN])
            if goes_on or carried:
                found = [replace(s, continues=True) if s.start == left_open else s for s in found]
            else:
                unpaired.append(left_open)
        strings.extend(found)
    strings.extend(_singles_left_open(text, segments, strings))
    strings.sort(key=lambda s: (s.start, -s.end))
    return MarkReading(tuple(_levelled(strings)), tuple(sorted(unpaired)))


def _singles_left_open(
    text: str, segments: Sequence[Segment], strings: Sequence[QuotedString]
) -> list[QuotedString]:
    """Return paragraphs that a single mark opens, none closes and the next one reopens."""
    starts = {s.start for s in strings}
    return [
        QuotedString(
            segment.start,
            segment.end,
            segment.start + 1,
            segment.end,
            MarkStyle.SINGLE,
            1,
            number,
            continues=True,
        )
        for number, (segment, follows) in enumerate(pairwise(segments))
        if segment.start not in starts
        and text[segment.start] in "‘'"
        and text[follows.start] == text[segment.start]
        and any(m.start == segment.start and m.can_open for m in facing_marks(text, segment)[:1])
        and not any(segment.start < s < segment.end for s in starts)
    ]


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


def _closes_first(text: str, following: Sequence[Segment]) -> bool:
    """Whether the first mark of the next paragraphs is a closing one."""
    for segment in following:
        for mark in facing_marks(text, segment):
            if mark.family in DOUBLE_FAMILIES:
                return mark.can_close and not mark.can_open
    return False
