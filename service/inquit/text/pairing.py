"""Pairing the marks of one paragraph, from left to right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from inquit.text.directions import DOUBLE_FAMILIES, SINGLE_FAMILIES, Mark
from inquit.text.segments import Segment

__all__ = ["MarkStyle", "PairedParagraph", "QuotedString", "pair_marks"]


class MarkStyle(Enum):
    """The family of marks around a quoted string."""

    DOUBLE = "double"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class QuotedString:
    """A string in quotation marks; offsets in code points, half open.

    `text[start:end]` includes the marks, `text[inner_start:inner_end]` does not. A string
    without its closing mark has `inner_end == end`, one without its opening mark
    `inner_start == start`.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    style: MarkStyle
    level: int
    """1 for the outermost, 2 for a string within a string."""
    paragraph: int
    """Index into the paragraphs of the text."""
    continues: bool = False
    """Left open because the quotation goes on in the next paragraph."""

    @property
    def opened(self) -> bool:
        """Whether the opening mark is there."""
        return self.inner_start > self.start

    @property
    def closed(self) -> bool:
        """Whether the closing mark is there."""
        return self.inner_end < self.end


_SENTENCE_PUNCTUATION = ".,!?;:…—–-)"
# Marks that are looked at for a partner; more only come in texts made to be slow.
_LOOK_AHEAD = 200
_SENTENCE_STOP = re.compile(r"[.!?]\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class PairedParagraph:
    """What one paragraph's marks were read as."""

    strings: tuple[QuotedString, ...]
    odd: tuple[int, ...]
    """Offsets of marks without a partner."""
    left_open: int | None
    """Start of a string in double marks still open at the end."""


def pair_marks(
    text: str, segment: Segment, number: int, marks: Sequence[Mark], *, entered_open: bool
) -> PairedParagraph:
    """Pair the marks of paragraph `number`; `entered_open`: it begins inside a quoted string."""
    return _Pairing(text, segment, number, entered_open=entered_open).pair(marks)


class _Pairing:
    """Reads the marks of one paragraph from left to right."""

    def __init__(self, text: str, segment: Segment, number: int, *, entered_open: bool) -> None:
        self._text = text
        self._segment = segment
        self._number = number
        self._entered_open = entered_open
        self._strings: list[QuotedString] = []
        self._odd: list[int] = []
        self._last_odd = segment.start

    def pair(self, marks: Sequence[Mark]) -> PairedParagraph:
        left_open = self._read_doubles([m for m in marks if m.family in DOUBLE_FAMILIES])
        self._read_singles([m for m in marks if m.family in SINGLE_FAMILIES])
        return PairedParagraph(tuple(self._strings), tuple(self._odd), left_open)

    def _read_doubles(self, marks: list[Mark]) -> int | None:
        stack: list[Mark] = []
        entered = self._entered_open
        for index, mark in enumerate(marks):
            if self._opens(mark, stack, entered=entered):
                if stack and not self._nests(marks, index, stack):
                    # The one before was never closed: it ends where the new one begins.
                    self._odd.append(stack[-1].start)
                    self._add_open(stack.pop(), self._trim_before(mark.start))
                stack.append(mark)
            elif stack:
                opened = stack.pop()
                self._add(opened.start, opened.end, mark.start, mark.end, MarkStyle.DOUBLE)
            elif entered:
                start = self._segment.start
                self._add(start, start, mark.start, mark.end, MarkStyle.DOUBLE)
                entered = False
            else:
                self._odd.append(mark.start)
                self._add_closed(mark)
                self._last_odd = mark.end
        if not stack:
            return None
        for opened in stack[:-1]:
            self._odd.append(opened.start)
        outer = stack[0]
        self._add_open(outer, self._segment.end)
        return outer.start

    def _opens(self, mark: Mark, stack: list[Mark], *, entered: bool) -> bool:
        inside = bool(stack) or entered
        if mark.family == "„":
            return True
        if mark.family == "«":
            # French opens with «, Danish and old German with »: the first one met tells.
            if not stack:
                return mark.can_open or self._looks_opening(mark)
            return self._text[mark.start] == self._text[stack[-1].start]
        if mark.sure:
            if mark.can_open and stack and stack[-1].family == "„":
                return False  # German „…“
            if mark.can_close and not inside:
                return self._looks_opening(mark)  # Swedish ”…”, or a wrong key
            return mark.can_open
        if inside:
            return mark.can_open and not mark.can_close
        # `said,"Yes."`: with nothing open, a mark glued to the word after it opens.
        glued = mark.end < self._segment.end and self._text[mark.end].isalnum()
        return mark.can_open or not mark.can_close or glued

    def _looks_opening(self, mark: Mark) -> bool:
        before = self._text[mark.start - 1] if mark.start > self._segment.start else " "
        after = self._text[mark.end] if mark.end < self._segment.end else " "
        return (before.isspace() or before in "([—–") and not after.isspace() and after not in ".,"

    def _nests(self, marks: list[Mark], index: int, stack: list[Mark]) -> bool:
        """Whether enough closing marks follow for both the open string and this one."""
        outer, inner = stack[-1], marks[index]
        if (
            len(stack) == 1
            and outer.start == self._segment.start
            and not outer.sure
            and inner.sure
            and index + 1 < len(marks)
            and marks[index + 1].sure
            and marks[index + 1].can_close
        ):
            # Straight marks around a paragraph that goes on in the next, curly ones inside.
            return True
        closers = 0
        for mark in marks[index + 1 : index + 1 + _LOOK_AHEAD]:
            if mark.can_close and not (mark.can_open and not mark.sure):
                closers += 1
                if closers > len(stack):
                    return True
            elif mark.can_open and mark.family == stack[-1].family:
                closers -= 1
                if closers < -1:
                    return False
        return False

    def _trim_before(self, end: int) -> int:
        while end > self._segment.start and self._text[end - 1].isspace():
            end -= 1
        return end

    def _add(self, start: int, inner_start: int, inner_end: int, end: int, style: MarkStyle) -> None:
        if inner_end > inner_start:
            self._strings.append(QuotedString(start, end, inner_start, inner_end, style, 1, self._number))

    def _add_open(self, mark: Mark, end: int) -> None:
        self._add(mark.start, mark.end, end, end, MarkStyle.DOUBLE)

    def _add_closed(self, mark: Mark) -> None:
        """Read a lone closing mark back to the start of its sentence, or to the last string."""
        start = max(self._strings[-1].end, self._last_odd) if self._strings else self._last_odd
        for stop in _SENTENCE_STOP.finditer(self._text, start, max(start, mark.start - 1)):
            start = stop.end()
        while start < mark.start and self._text[start].isspace():
            start += 1
        self._add(start, start, mark.start, mark.end, MarkStyle.DOUBLE)

    def _read_singles(self, marks: list[Mark]) -> None:
        regions = self._regions(marks)
        index = 0
        while index < len(marks):
            mark = marks[index]
            partner = self._single_partner(marks, regions, index) if mark.can_open else None
            if partner is None:
                index += 1
                continue
            closing = marks[partner]
            self._add(mark.start, mark.end, closing.start, closing.end, MarkStyle.SINGLE)
            index = partner + 1

    def _regions(self, marks: list[Mark]) -> list[int]:
        """Return for each mark the innermost string in double marks around it, -1 for none."""
        doubles = sorted((s.start, s.end) for s in self._strings)
        found: list[int] = []
        around: list[int] = []
        following = 0
        for mark in marks:
            while following < len(doubles) and doubles[following][0] < mark.start:
                while around and doubles[around[-1]][1] <= doubles[following][0]:
                    around.pop()
                around.append(following)
                following += 1
            while around and doubles[around[-1]][1] <= mark.start:
                around.pop()
            found.append(around[-1] if around else -1)
        return found

    def _single_partner(self, marks: list[Mark], regions: list[int], index: int) -> int | None:
        """Return the mark that closes a single one: apostrophes of plurals are passed over."""
        first: int | None = None
        for other in range(index + 1, min(len(marks), index + 1 + _LOOK_AHEAD)):
            mark = marks[other]
            if regions[other] != regions[index]:
                if regions[other] < regions[index]:
                    break  # past the end of the string that it stands in
                continue
            if not mark.can_close:
                if mark.can_open and first is not None:
                    break
                continue
            before = self._text[mark.start - 1]
            if before in _SENTENCE_PUNCTUATION or before in '”"':
                return other
            if before not in "sS":
                return other if first is None else first
            # `the boys' coats` or the end of a quoted word: decided by what comes later.
            first = other if first is None else first
        return first
