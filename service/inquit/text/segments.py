"""Paragraphs and sentences as spans over the original string.

Rules, not a model: they must be cheap, and what depends on them (features, distances,
the reach of a quotation) bears a wrong break now and then.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

__all__ = ["WRAP_LIMIT", "Segment", "paragraphs", "sentences"]


class Segment(NamedTuple):
    """A half-open stretch of the text, in code points, without surrounding white space."""

    start: int
    end: int


_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
WRAP_LIMIT = 120
"""Width beyond which a line is a paragraph of its own rather than wrapped prose."""
_WRAP_FLOOR = 40
_LIST_ITEM = re.compile(r"\s*(?:[-*•–—]\s|\d{1,3}[.)]\s|>)")
_SPEECH = re.compile(r"\s*[“\"«„]")
# Lines of a wrapped text for each empty one at most, where empty lines part its paragraphs.
_LINES_A_GAP = 12

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms messrs mx dr prof rev hon sen sens rep reps gov lt col gen maj capt cmdr sgt cpl
    pvt adm st mt ft no nos vs v etc inc corp co ltd bros dept univ assn jan feb mar apr jun jul
    aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun ave blvd rd approx est fig
    eds ed vol pp supt det insp msgr fr sr jr esq
    """.split()
)
# After these a capital usually goes on with the same sentence: `Sen. Warren`, `St. Louis`.
_BEFORE_NAMES = frozenset(
    """
    mr mrs ms messrs mx dr prof rev hon sen sens rep reps gov lt col gen maj capt cmdr sgt cpl pvt
    adm del st mt ft no nos vs v supt det insp msgr fr
    """.split()
)
# Possessive, and tried only at the first stop of a run: linear for any text.
_STOP = re.compile(
    r"""
    (?<![.!?…。！？])
    (?P<stop>[.!?…。！？]++)
    (?P<closers>[\"'”’»«›)\]]*+)
    (?P<gap>\s++|(?<=[”\"])(?=[A-Z“]))
    """,
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)$")
_OPENERS = "\"'“‘«„‹([ "


def paragraphs(text: str) -> list[Segment]:
    """Return the paragraphs in order.

    A blank line always parts; a single line break does too, unless the text is
    hard-wrapped: lines of nearly equal width that break where the next word would not fit.
    A wrapped line that begins with a mark begins a paragraph too, unless empty lines part them.
    """
    lines = _lines(text)
    width = _wrap_width(text, lines)
    parted = width is not None and _empty_lines(text, lines) * _LINES_A_GAP > len(lines)
    found: list[Segment] = []
    start: int | None = None
    end = 0
    for number, (a, b) in enumerate(lines):
        segment = _strip(text, a, b)
        if segment is None:
            if start is not None:
                found.append(Segment(start, end))
                start = None
            continue
        joins = (
            start is not None
            and width is not None
            and not _LIST_ITEM.match(text, a, b)
            and (parted or not _SPEECH.match(text, a, b))
            and _fills(text, lines[number - 1], (a, b), width)
        )
        if start is not None and not joins:
            found.append(Segment(start, end))
            start = None
        if start is None:
            start = segment.start
        end = segment.end
    if start is not None:
        found.append(Segment(start, end))
    return found


def sentences(text: str, paragraph: Segment) -> list[Segment]:
    """Return the sentences of one paragraph in order."""
    found: list[Segment] = []
    start = paragraph.start
    for match in _STOP.finditer(text, paragraph.start, paragraph.end):
        if not _ends_sentence(text, match, paragraph.end):
            continue
        found.append(Segment(start, match.end("closers")))
        start = match.end()
    if start < paragraph.end:
        found.append(Segment(start, paragraph.end))
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    found = []
    start = 0
    for match in _LINE_BREAK.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(text)))
    return found


def _strip(text: str, start: int, end: int) -> Segment | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Segment(start, end) if end > start else None


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> int | None:
    """Return the width at which the lines were wrapped, or None for one line a paragraph."""
    width = max((b - a for a, b in lines), default=0)
    if not _WRAP_FLOOR <= width <= WRAP_LIMIT:
        return None
    inner = [
        _fills(text, first, second, width)
        for first, second in pairwise(lines)
        if text[first[0] : first[1]].strip() and text[second[0] : second[1]].strip()
    ]
    return width if inner and sum(inner) >= 0.6 * len(inner) else None


def _empty_lines(text: str, lines: list[tuple[int, int]]) -> int:
    return sum(not text[a:b].strip() for a, b in lines[1:-1])


def _fills(text: str, line: tuple[int, int], following: tuple[int, int], width: int) -> bool:
    """Whether the next line's first word would not have fitted on this one (with some slack)."""
    words = text[following[0] : following[1]].split(None, 1)
    first_word = len(words[0]) if words else 0
    return (line[1] - line[0]) + 1 + first_word > 0.9 * width


def _ends_sentence(text: str, match: re.Match[str], limit: int) -> bool:
    following = match.end()
    if following >= limit:
        return False
    after = text[following]
    probe = following
    while probe < limit - 1 and text[probe] in _OPENERS:
        probe += 1
    starts_upper = text[probe].isupper() or text[probe].isdigit() or after in "“«„‘\"'"
    stop = match["stop"]
    if not starts_upper:
        return False
    if stop != "." or match["closers"]:
        # `“Really?” Smith asked` goes on; a capital after the mark is told apart by no rule,
        # and a break there costs little.
        return True
    word = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
    if word is None:
        return True
    bare = word[1].casefold()
    if bare in _BEFORE_NAMES:
        return False
    if bare in _ABBREVIATIONS:
        return not text[probe].isdigit()
    if len(bare) == 1 and word[1].isupper():
        return False  # an initial: `John F. Kennedy`
    # `U.S. Senate` goes on, `in the U.S. The` does not; the commoner reading wins.
    return "." not in bare
