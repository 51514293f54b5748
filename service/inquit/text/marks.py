"""Quoted strings: which quotation marks of a text belong together.

Marks are read one paragraph at a time, since news and fiction reopen a quotation at every
paragraph and close it once, and since an odd mark must not spoil more than its paragraph.
Nothing here decides whether a quoted string is speech: that is the model's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from inquit.text.segments import Segment, paragraphs

__all__ = ["MarkReading", "MarkStyle", "QuotedString", "read_marks"]


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


@dataclass(frozen=True, slots=True)
class MarkReading:
    """Every quoted string of a text in order of start, and the marks left without a partner."""

    strings: tuple[QuotedString, ...]
    unpaired: tuple[int, ...]
    """Offsets of marks that were given a reading without a partner."""


_DOUBLE = "“”\"„‟«»＂〝〞"
_SINGLE = "‘’'‚‛‹›"
_ALL = frozenset(_DOUBLE + _SINGLE)
_ANY_MARK = re.compile(f"``|''|[{_DOUBLE}{_SINGLE}]")
# Words that begin with an apostrophe, and decades.
_ELISION = re.compile(
    r"(?:\d0s\b|\d\d\b|tis\b|twas\b|twere\b|twill\b|em\b|til\b|till\b|cause\b|cos\b|bout\b|round\b"
    r"|n\b|neath\b|gainst\b|fraid\b|nother\b|kay\b|s\b|tude\b|burbs\b|hood\b)",
    re.IGNORECASE,
)
_SENTENCE_PUNCTUATION = ".,!?;:…—–-)"


@dataclass(slots=True)
class _Mark:
    start: int
    end: int
    can_open: bool
    can_close: bool
    sure: bool
    """The character itself tells its direction."""
    family: str


@dataclass(slots=True)
class _Open:
    mark: _Mark
    style: MarkStyle


def read_marks(text: str, segments: list[Segment] | None = None) -> MarkReading:
    """Pair the quotation marks of a text; `segments` are its paragraphs, if known already."""
    segments = paragraphs(text) if segments is None else segments
    strings: list[QuotedString] = []
    unpaired: list[int] = []
    carried = False
    for number, segment in enumerate(segments):
        marks = _marks(text, segment)
        if not marks and not carried:
            continue
        follows = segments[number + 1] if number + 1 < len(segments) else None
        reading = _Paragraph(text, segment, number, marks, entered_open=carried)
        found, odd, left_open = reading.read()
        carried = False
        if left_open is not None:
            goes_on = follows is not None and _reopens(text, follows)
            runs_on = not goes_on and follows is not None and _closes_first(text, follows)
            carried = runs_on
            if goes_on or runs_on:
                found = [_continued(s) if s.start == left_open else s for s in found]
            else:
                odd.append(left_open)
        strings.extend(found)
        unpaired.extend(odd)
    strings.sort(key=lambda s: (s.start, -s.end))
    return MarkReading(tuple(_levelled(strings)), tuple(sorted(unpaired)))


def _continued(string: QuotedString) -> QuotedString:
    return QuotedString(
        string.start,
        string.end,
        string.inner_start,
        string.inner_end,
        string.style,
        string.level,
        string.paragraph,
        continues=True,
    )


def _levelled(strings: list[QuotedString]) -> list[QuotedString]:
    found: list[QuotedString] = []
    around: list[int] = []
    for s in strings:
        while around and around[-1] <= s.start:
            around.pop()
        found.append(
            QuotedString(
                s.start,
                s.end,
                s.inner_start,
                s.inner_end,
                s.style,
                len(around) + 1,
                s.paragraph,
                s.continues,
            )
        )
        around.append(s.end)
    return found


def _reopens(text: str, segment: Segment) -> bool:
    return text[segment.start] in "“\"„«‘'" or text.startswith("``", segment.start)


def _closes_first(text: str, segment: Segment) -> bool:
    marks = [m for m in _marks(text, segment) if m.family not in {"'", "‘", "‹"}]
    return bool(marks) and marks[0].can_close and not marks[0].can_open


def _marks(text: str, segment: Segment) -> list[_Mark]:
    """Return the marks of a paragraph with what their neighbours allow; apostrophes left out."""
    found: list[_Mark] = []
    for match in _ANY_MARK.finditer(text, segment.start, segment.end):
        a, b = match.span()
        char = match[0]
        before = text[a - 1] if a > segment.start else " "
        after = text[b] if b < segment.end else " "
        spaced_before = before.isspace() or before in "([{—–-/>…" or before in _ALL
        spaced_after = after.isspace() or after in ".,!?;:)]}—–-/<…" or after in _ALL
        word_before = before.isalnum()
        word_after = after.isalnum()
        if char in {"“", "‟", "〝", "``"}:
            found.append(_Mark(a, b, True, False, True, "“"))
        elif char in {"„"}:
            found.append(_Mark(a, b, True, False, True, "„"))
        elif char in {"”", "〞"}:
            found.append(_Mark(a, b, False, True, True, "“"))
        elif char in {'"', "＂", "''"}:
            opens = not (word_before or before in ".,!?") or (spaced_before and not spaced_after)
            closes = not (before.isspace() and not after.isspace()) and not (
                spaced_before and word_after and not before in _ALL
            )
            if before.isdigit() and not found:
                continue  # inches
            found.append(_Mark(a, b, opens and not after.isspace() or not closes, closes, False, '"'))
        elif char in {"«", "»"}:
            found.append(_Mark(a, b, char == "«", char == "»", False, "«"))
        elif char == "‹" or char == "›":
            found.append(_Mark(a, b, char == "‹", char == "›", False, "‹"))
        elif char == "‚":
            # A low mark is a comma in all but a few texts: it opens only with a space before.
            if before.isspace() and word_after:
                found.append(_Mark(a, b, True, False, True, "‘"))
        elif word_before and word_after:
            continue  # an apostrophe: don’t
        elif char in {"‘", "‛"}:
            if spaced_before and not _ELISION.match(text, b):
                found.append(_Mark(a, b, True, False, True, "‘"))
        elif char == "’":
            if not before.isspace() and not word_after:
                found.append(_Mark(a, b, False, True, True, "‘"))
        else:
            opens = spaced_before and not after.isspace() and not _ELISION.match(text, b)
            closes = not before.isspace() and not word_after
            if opens or closes:
                found.append(_Mark(a, b, opens and not (closes and not word_after), closes, False, "'"))
    return found


class _Paragraph:
    """Reads the marks of one paragraph from left to right."""

    def __init__(
        self, text: str, segment: Segment, number: int, marks: list[_Mark], *, entered_open: bool
    ) -> None:
        self._text = text
        self._segment = segment
        self._number = number
        self._marks = marks
        self._entered_open = entered_open
        self._strings: list[QuotedString] = []
        self._odd: list[int] = []

    def read(self) -> tuple[list[QuotedString], list[int], int | None]:
        """Return the strings, the odd marks, and the start of a string left open at the end."""
        doubles = [m for m in self._marks if m.family in {"“", '"', "„", "«"}]
        singles = [m for m in self._marks if m.family in {"‘", "'", "‹"}]
        left_open = self._read_doubles(doubles)
        self._read_singles(singles)
        return self._strings, self._odd, left_open

    def _read_doubles(self, marks: list[_Mark]) -> int | None:
        stack: list[_Mark] = []
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
        if not stack:
            return None
        for opened in stack[:-1]:
            self._odd.append(opened.start)
        outer = stack[0]
        self._add_open(outer, self._segment.end)
        return outer.start

    def _opens(self, mark: _Mark, stack: list[_Mark], *, entered: bool) -> bool:
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
        return mark.can_open or not mark.can_close

    def _looks_opening(self, mark: _Mark) -> bool:
        before = self._text[mark.start - 1] if mark.start > self._segment.start else " "
        after = self._text[mark.end] if mark.end < self._segment.end else " "
        return (before.isspace() or before in "([—–") and not after.isspace() and after not in ".,"

    def _nests(self, marks: list[_Mark], index: int, stack: list[_Mark]) -> bool:
        """Whether enough closing marks follow for both the open string and this one."""
        closers = 0
        for mark in marks[index + 1 :]:
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
            self._strings.append(
                QuotedString(start, end, inner_start, inner_end, style, 1, self._number)
            )

    def _add_open(self, mark: _Mark, end: int) -> None:
        self._add(mark.start, mark.end, end, end, MarkStyle.DOUBLE)

    def _add_closed(self, mark: _Mark) -> None:
        """A lone closing mark: read back to the start of its sentence, or to the last string."""
        start = max(
            (s.end for s in self._strings if s.end <= mark.start), default=self._segment.start
        )
        stops = [
            m.end() for m in re.finditer(r"[.!?]\s+(?=[A-Z])", self._text[start : mark.start - 1])
        ]
        if stops:
            start += stops[-1]
        while start < mark.start and self._text[start].isspace():
            start += 1
        self._add(start, start, mark.start, mark.end, MarkStyle.DOUBLE)

    def _read_singles(self, marks: list[_Mark]) -> None:
        index = 0
        while index < len(marks):
            mark = marks[index]
            if not mark.can_open:
                index += 1
                continue
            partner = self._single_partner(marks, index)
            if partner is None:
                index += 1
                continue
            closing = marks[partner]
            self._add(mark.start, mark.end, closing.start, closing.end, MarkStyle.SINGLE)
            index = partner + 1

    def _single_partner(self, marks: list[_Mark], index: int) -> int | None:
        """Return the mark that closes a single one: apostrophes of plurals are passed over."""
        opening = marks[index]
        limit = self._enclosing_end(opening.start)
        first: int | None = None
        for other in range(index + 1, len(marks)):
            mark = marks[other]
            if mark.start >= limit:
                break
            if not mark.can_close:
                if mark.can_open and first is not None:
                    break
                continue
            before = self._text[mark.start - 1]
            if before in _SENTENCE_PUNCTUATION or before in "”\"":
                return other
            if before not in "sS":
                return other if first is None else first
            # `the boys' coats` or the end of a quoted word: decided by what comes later.
            first = other if first is None else first
        return first

    def _enclosing_end(self, start: int) -> int:
        """A single string inside a double one ends inside it too."""
        return min(
            (s.end for s in self._strings if s.style is MarkStyle.DOUBLE and s.start < start < s.end),
            default=self._segment.end,
        )
