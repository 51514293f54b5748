"""A text rewritten in stages, with the way back from each of its characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Edit", "Rewriting"]

IntArray = NDArray[np.int64]


class Edit(NamedTuple):
    """`replacement` in the place of `text[start:end]`, which is never empty: nothing is put in from nowhere."""

    start: int
    end: int
    replacement: str


class Rewriting:
    """A text, and for each of its characters the stretch of the first text that it stands for.

    Both ends of these stretches never go back from one character to the next.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: IntArray | None = None
        """Shape [characters]; None as long as nothing was edited."""
        self.ends: IntArray | None = None

    def edit(self, edits: Iterable[Edit]) -> None:
        """Make edits, which are in order and apart."""
        made = list(edits)
        if not made:
            return
        pieces: list[str] = []
        done = 0
        for start, end, replacement in made:
            if not done <= start < end:
                raise ValueError(f"the edit at {start} is out of order, or of nothing: this is a bug")
            pieces += (self.text[done:start], replacement)
            done = end
        pieces.append(self.text[done:])
        starts, ends = _stretches(made, np.array([len(p) for p in pieces], dtype=np.int64))
        self.text = "".join(pieces)
        if self.starts is not None and self.ends is not None:
            starts, ends = self.starts[starts], self.ends[ends - 1]
        self.starts, self.ends = starts, ends

    def translate(self, table: dict[int, str]) -> None:
        """Replace single characters by single characters, which moves nothing."""
        text = self.text.translate(table)
        if text == self.text:
            return
        if self.starts is None:
            self.starts = np.arange(len(text), dtype=np.int64)
            self.ends = self.starts + 1
        self.text = text


def _stretches(edits: list[Edit], lengths: IntArray) -> tuple[IntArray, IntArray]:
    """Return what each new character stands for; `lengths` are of the kept and new pieces in turn."""
    kept_starts = [0, *(edit.end for edit in edits)]
    first = np.zeros(len(lengths), dtype=np.int64)
    first[::2] = kept_starts
    first[1::2] = [edit.start for edit in edits]
    last = np.zeros(len(lengths), dtype=np.int64)
    last[1::2] = [edit.end for edit in edits]
    piece = np.repeat(np.arange(len(lengths)), lengths)
    new_starts = np.cumsum(lengths) - lengths
    inside = np.arange(len(piece), dtype=np.int64) - new_starts[piece]
    kept = piece % 2 == 0
    starts = first[piece] + np.where(kept, inside, 0)
    ends = np.where(kept, starts + 1, last[piece])
    return starts, ends
