"""Typescripts: texts with an empty line after every line, so that paragraphs break mid sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from inquit.text.rewriting import Edit

__all__ = ["is_spaced_out", "joined_lines"]

# Characters for each line break, beyond which lines have no empty ones after them.
_MOST_A_BREAK = 65
_FEWEST_LINES = 3
_NARROWEST, _WIDEST = 30, 120
_LINE = re.compile(r"[^\n]+")
# What a line may end with whose sentence goes on.
_GOING_ON = ",-–—&"


class _Line(NamedTuple):
    """A line that is not empty; offsets in code points, blanks around it left out."""

    start: int
    end: int
    indent: int
    breaks: int
    """Line breaks right before it."""
    first_word: int
    """Length of its first word."""
    ends_inside: bool
    """No sentence ends with it."""
    starts_small: bool


def is_spaced_out(text: str) -> bool:
    """Whether a text has line breaks enough to be a typescript; cheap."""
    return text.count("\n") * _MOST_A_BREAK > len(text)


def joined_lines(text: str) -> Iterator[Edit]:
    """Yield the gaps between the lines of each paragraph as blanks, where the text is a typescript.

    It is where nearly all lines have empty ones between them, lines end mid sentence, and those that
    do end where the next word would not fit. Lines that are indented begin a paragraph.
    """
    lines = list(_lines(text))
    if len(lines) < _FEWEST_LINES:
        return
    usual, times = Counter(line.breaks for line in lines[1:]).most_common(1)[0]
    wide = sum(line.breaks >= 2 for line in lines[1:])
    if usual < 2 or times < 0.5 * len(lines) or wide < 0.9 * (len(lines) - 1):
        return
    widths = sorted(line.end - line.start for line in lines)
    width = widths[int(0.95 * (len(widths) - 1))]
    inside = [_fill(a, b, width) for a, b in pairwise(lines) if a.ends_inside]
    if not _NARROWEST <= width <= _WIDEST or len(inside) < 0.3 * len(lines):
        return
    if sum(fill > _NEARLY for fill in inside) < 0.8 * len(inside):
        return
    margin = Counter(line.indent for line in lines).most_common(1)[0][0]
    indents = any(line.indent > margin for line in lines)
    for line, following in pairwise(lines):
        if following.breaks > usual or following.indent > margin:
            continue
        goes_on = line.ends_inside or following.starts_small
        if _fill(line, following, width) > (_NEARLY if goes_on or indents else 1.0):
            yield Edit(line.end, following.start, " ")


# Share of the width that a line and the next word take at least where the line is full.
_NEARLY = 0.85


def _fill(line: _Line, following: _Line, width: int) -> float:
    return (line.end - line.start + 1 + following.first_word) / width


def _lines(text: str) -> Iterator[_Line]:
    done = 0
    for match in _LINE.finditer(text):
        line = match[0]
        bare = line.strip()
        if not bare:
            continue
        indent = len(line) - len(line.lstrip())
        start = match.start() + indent
        yield _Line(
            start,
            start + len(bare),
            indent,
            text.count("\n", done, start),
            len(bare.split(None, 1)[0]),
            bare[-1].isalnum() or bare[-1] in _GOING_ON,
            bare[0].islower(),
        )
        done = start + len(bare)
