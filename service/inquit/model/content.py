"""Content spans in the making: tags and quoted strings made to agree."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from inquit.text.marks import QuotedString
from inquit.text.segments import Segment
from inquit.types import QuoteKind

__all__ = [
    "Content",
    "Stretch",
    "kind_of",
    "merged",
    "outside",
    "snapped",
    "trimmed",
    "trimmed_source",
    "without_renounced",
    "without_roles",
]

Stretch = tuple[int, int]
"""A half-open range of code points."""


@dataclass(slots=True)
class Content:
    """A content span in the making, in code points."""

    start: int
    end: int
    confidence: float
    strings: list[QuotedString]


def without_renounced(found: list[Content], strings: list[QuotedString]) -> list[Content]:
    """Drop the content that is nothing but a quoted string which nobody utters."""
    starts = [s.start for s in strings]
    kept = []
    for content in found:
        first = max(0, bisect_right(starts, content.start) - 1)
        alone = any(
            s.start - 1 <= content.start and content.end <= s.end + 1 for s in strings[first : first + 2]
        )
        if not alone:
            kept.append(content)
    return kept


def merged(found: list[Content]) -> list[Content]:
    """Join content that overlaps: a quoted string that is speech is never part of two spans."""
    joined: list[Content] = []
    for content in sorted(found, key=lambda c: (c.start, -c.end)):
        last = joined[-1] if joined else None
        if last is None or content.start >= last.end:
            joined.append(content)
            continue
        last.end = max(last.end, content.end)
        if content.strings:
            # The strings were weighed with the tags in view, so their judgement counts.
            last.confidence = max(last.confidence, content.confidence) if last.strings else content.confidence
            last.strings = [*last.strings, *content.strings]
    return joined


_EDGE = " \u00a0\t\r\n,.;:!?—–-…"


def snapped(content: Content, text: str) -> Content:
    """Move the ends to the marks where only punctuation lies outside them."""
    if not content.strings:
        return content
    strings = sorted(content.strings, key=lambda s: s.start)
    start, end = content.start, content.end
    if not text[start : strings[0].start].strip(_EDGE):
        start = strings[0].start
    if not text[strings[-1].end : end].strip(_EDGE):
        end = strings[-1].end
    return Content(start, end, content.confidence, strings)


def without_roles(contents: list[Content], others: list[Stretch]) -> list[Content]:
    """Cut content that a quoted string drew over a source or cue outside the marks.

    `others` are the sources and cues in order of start.
    """
    starts = [a for a, _ in others]
    found = []
    for content in contents:
        near = others[max(0, bisect_right(starts, content.start) - 1) : bisect_right(starts, content.end)]
        inner = [
            (a, b)
            for a, b in near
            if content.start < b
            and a < content.end
            and not any(s.start <= a and b <= s.end for s in content.strings)
        ]
        if not inner or not content.strings:
            found.append(content)
            continue
        # Each stretch between the intruders is a content span of its own.
        edges = [content.start, *(x for span in inner for x in span), content.end]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            strings = [s for s in content.strings if start <= s.start and s.end <= end]
            if strings:
                found.append(Content(strings[0].start, strings[-1].end, content.confidence, strings))
    return found


def outside(spans: list[Stretch], contents: list[Content]) -> list[Stretch]:
    """Return the spans that overlap no content; both are in order of start."""
    ends = [c.end for c in contents]
    found = []
    for start, end in spans:
        place = bisect_right(ends, start)
        if place == len(contents) or contents[place].start >= end:
            found.append((start, end))
    return found


# A colon stays: annotators count it to the cue (`wrote:`).
_LEADING_OVER = ",; \u00a0\t\r\n"
_RELATIVES = ("who", "which", "that")
_DANGLING = (" of", " the", " a", " an", " and", " for", " with")


def trimmed(text: str, span: Stretch) -> Segment:
    """Return a span without the punctuation that leads over to the content."""
    start, end = span
    kept = text[start:end].rstrip(_LEADING_OVER)
    return Segment(start, start + len(kept)) if kept else Segment(start, end)


def trimmed_source(text: str, span: Stretch) -> Segment:
    """Return a speaker mention without a dangling end: `an official, who`, `Ada Brill of`."""
    start, end = trimmed(text, span)
    kept = text[start:end]
    for word in _RELATIVES:
        before = kept.removesuffix(word).rstrip(" \u00a0")
        if kept.endswith(word) and before.endswith(","):
            kept = before.rstrip(_LEADING_OVER)
    while kept.endswith(_DANGLING):
        kept = kept.rpartition(" ")[0].rstrip(_LEADING_OVER)
    return Segment(start, start + len(kept)) if kept else Segment(start, end)


def kind_of(parts: list[Content], text: str) -> QuoteKind:
    """Return how much of the content stands in quotation marks that are speech."""
    if not any(p.strings for p in parts):
        return QuoteKind.INDIRECT
    for part in parts:
        place = part.start
        for string in part.strings:
            if text[place : string.start].strip(_EDGE):
                return QuoteKind.MIXED
            place = max(place, string.end)
        if text[place : part.end].strip(_EDGE):
            return QuoteKind.MIXED
    return QuoteKind.DIRECT
