"""What is read of a text: without remains of HTML, entities, odd blanks and characters without width.

Everything behind it reads that text; `Readable` knows the way back, so that what is returned lies in
the caller's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inquit.text.entities import decoded_entities
from inquit.text.rewriting import Edit, Rewriting
from inquit.text.segments import Segment
from inquit.text.stamps import has_stamps, without_stamps
from inquit.text.tags import without_data_marks, without_tags
from inquit.text.typescript import is_spaced_out, joined_lines
from inquit.text.wrapping import may_be_wrapped, unwrapped_lines

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Readable"]

_NO_WIDTH = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_BLANKS = "\t\x1f\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LINE_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_REMAINS = re.compile(f"[<&`{_NO_WIDTH}{_BLANKS}{_LINE_ENDS}]")
_DROPPED = re.compile(f"[{_NO_WIDTH}]+|\r(?=\n)")
_PLAIN = str.maketrans(dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_LINE_ENDS, "\n"))
# Possessive: a run of blanks is looked at once.
_LOOSE_BLANKS = re.compile(r" ++(?=\n|\Z)|(?:(?<=\n)|\A) ++|  ++")
# A single backtick opens before a word, with a mark that can close it before the next backtick.
_LATEX_MARKS = re.compile(
    r"``|(?<!\w)`(?=[^\W_])(?=(?:[^`'\n]|``|\n(?!\s*\n)|(?<=\w)'(?=\w)){1,600}+')|'{2,3}",
)


@dataclass(frozen=True, slots=True, eq=False)
class Readable:
    """A text as it is read, and the way between its offsets and those of the caller's text."""

    text: str
    _starts: NDArray[np.int64] | None = None
    """What each character stands for in the caller's text begins here, shape [characters]; None: itself."""
    _ends: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Read over what is no part of the text; a clean one is given back as it is."""
        if _is_clean(text):
            return cls(text)
        rewriting = Rewriting(text)
        if "<" in text:
            rewriting.edit(without_data_marks(text))
            rewriting.edit(without_tags(rewriting.text))
        if "&" in text:
            before = rewriting.text.count("<")
            rewriting.edit(decoded_entities(rewriting.text))
            if rewriting.text.count("<") > before:  # `&lt;p&gt;`: a page that was escaped as a whole
                rewriting.edit(without_tags(rewriting.text))
        rewriting.edit(Edit(*match.span(), "") for match in _DROPPED.finditer(rewriting.text))
        rewriting.translate(_PLAIN)
        if "`" in rewriting.text:
            rewriting.edit(_latex_marks(rewriting.text))
        if is_spaced_out(rewriting.text):
            rewriting.edit(joined_lines(rewriting.text))
        rewriting.edit(
            Edit(*match.span(), " " if _is_inner(rewriting.text, match) else "")
            for match in _LOOSE_BLANKS.finditer(rewriting.text)
        )
        if may_be_wrapped(rewriting.text):
            rewriting.edit(unwrapped_lines(rewriting.text))
        if has_stamps(rewriting.text):
            rewriting.edit(without_stamps(rewriting.text))
        return cls(rewriting.text, rewriting.starts, rewriting.ends)

    def original(self, segment: Segment) -> Segment:
        """Return the stretch of the caller's text that a stretch of this one stands for.

        What was left out at its edges is no part of it.
        """
        if self._starts is None or self._ends is None:
            return segment
        start, end = segment
        if start >= end:
            place = int(self._starts[start]) if start < len(self._starts) else self._length_read()
            return Segment(place, place)
        return Segment(int(self._starts[start]), int(self._ends[end - 1]))

    def readable(self, segment: Segment) -> Segment:
        """Return the stretch of this text that stands for a stretch of the caller's."""
        if self._starts is None or self._ends is None:
            return segment
        start = int(np.searchsorted(self._ends, segment.start, side="right"))
        end = int(np.searchsorted(self._starts, segment.end, side="left"))
        return Segment(start, max(start, end))

    def originals(self, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the characters at offsets of this text begin in the caller's."""
        return offsets if self._starts is None else self._starts[offsets]

    def words(self, segment: Segment) -> str:
        """Return a stretch of this text on one line, its words parted by single blanks."""
        return " ".join(self.text[segment.start : segment.end].split())

    def _length_read(self) -> int:
        return 0 if self._ends is None or not len(self._ends) else int(self._ends[-1])


def _is_clean(text: str) -> bool:
    return not (
        _REMAINS.search(text)
        or "  " in text
        or " \n" in text
        or "\n " in text
        or text.startswith(" ")
        or text.endswith(" ")
        or is_spaced_out(text)
        or may_be_wrapped(text)
        or has_stamps(text)
    )


def _is_inner(text: str, match: re.Match[str]) -> bool:
    """Whether a run of blanks stands within a line."""
    start, end = match.span()
    return start > 0 and end < len(text) and text[start - 1] != "\n" and text[end] != "\n"


def _latex_marks(text: str) -> Iterator[Edit]:
    """Yield ` ``…'' ` and `` `…' `` as curly marks."""
    # Two single marks close what two backticks open; elsewhere they may be anything.
    closed = "``" in text
    within_single = False
    for match in _LATEX_MARKS.finditer(text):
        start, end = match.span()
        if match[0][0] == "`":
            within_single = match[0] == "`"
            yield Edit(start, end, "‘" if within_single else "“")
        elif closed and end - start == len("''"):
            yield Edit(start, end, "”")
        elif closed:  # the string within is closed first
            parted = end - len("''") if within_single else start + len("''")
            yield Edit(start, parted, "’" if within_single else "”")
            yield Edit(parted, end, "”" if within_single else "’")
