"""Edits of a text, and where each offset goes.

A perturbation is a list of edits; the new text and the map of offsets both follow from it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import NamedTuple

from inquit.evaluation.rows import Offsets

__all__ = ["Edit", "EditedText", "replaced_characters"]


class Edit(NamedTuple):
    """`replacement` in the place of `text[start:end]`; an insertion where both are the same."""

    start: int
    end: int
    replacement: str


class EditedText:
    """A text after its edits, which may touch but not overlap (a ValueError otherwise)."""

    def __init__(self, original: str, edits: Iterable[Edit]) -> None:
        self.original = original
        self.edits = tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))
        pieces: list[str] = []
        done = 0
        for start, end, replacement in self.edits:
            if not done <= start <= end <= len(original):
                raise ValueError(f"an edit of {start} to {end} overlaps another, or is out of the text")
            pieces += (original[done:start], replacement)
            done = end
        self.text = "".join([*pieces, original[done:]])
        self._starts = [edit.start for edit in self.edits]
        self._ends = [edit.end for edit in self.edits]
        growth = (len(edit.replacement) - (edit.end - edit.start) for edit in self.edits)
        self._shifts = list(accumulate(growth, initial=0))
        shifted = list(zip(self.edits, self._shifts, strict=False))
        self._new_starts = [edit.start + shift for edit, shift in shifted]
        self._new_ends = [edit.start + shift + len(edit.replacement) for edit, shift in shifted]

    def span(self, span: Offsets) -> Offsets:
        """Return where a span of the original stands now.

        What is inserted at its edges stays outside; an edge within an edited stretch goes out to
        that stretch's edge.
        """
        start = self._start(span.start)
        return Offsets(start, max(start, self._end(span.end)))

    def original_span(self, span: Offsets) -> Offsets:
        """Return the stretch of the original that a span of the new text came from.

        What was deleted at its edges is part of it, as the first letter of a word may be.
        """
        inside = bisect_left(self._new_starts, span.start)
        start = span.start - self._shifts[inside]
        if inside and self._new_ends[inside - 1] > span.start:
            start = self._starts[inside - 1]
        before = bisect_right(self._new_ends, span.end)
        end = span.end - self._shifts[before]
        if before < len(self.edits) and self._new_starts[before] < span.end:
            end = self._ends[before]
        return Offsets(start, max(start, end))

    def _start(self, offset: int) -> int:
        before = bisect_right(self._ends, offset)
        if before < len(self.edits) and self._starts[before] < offset:
            return self._new_starts[before]
        return offset + self._shifts[before]

    def _end(self, offset: int) -> int:
        # Edits that begin before the offset: an insertion at it is none of them.
        before = bisect_left(self._starts, offset)
        if before and self._ends[before - 1] > offset:
            return self._new_ends[before - 1]
        return offset + self._shifts[before]


def replaced_characters(text: str, change: Callable[[str], str]) -> list[Edit]:
    """Return an edit for each character that the change makes another one, or several, or none of."""
    return [
        Edit(place, place + 1, changed)
        for place, character in enumerate(text)
        if (changed := change(character)) != character
    ]
