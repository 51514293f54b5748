"""From text to windows of token ids, with the features that a plain encoder lacks.

The whole document is tokenized once; windows are cut from its token sequence, so that a
token has the same id and offsets in every window that holds it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inquit.errors import ModelError
from inquit.model.files import panics_told
from inquit.model.shapes import Shape, word_shapes
from inquit.model.windows import SPECIAL_TOKENS, Break, cut_windows
from inquit.text.marks import MarkReading, MarkStyle, read_marks
from inquit.text.offsets import code_points
from inquit.text.segments import Segment, paragraphs, sentences

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "EncodedText",
    "MarkState",
    "Shape",
    "TextEncoder",
    "Window",
]

IntArray = NDArray[np.int64]


class MarkState(IntEnum):
    """Where a token stands to quotation marks."""

    OUTSIDE = 0
    INSIDE = 1
    INSIDE_SINGLE = 2
    NESTED = 3
    OPENING = 4
    CLOSING = 5


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the document's tokens, ready for the network; arrays have shape [length]."""

    start: int
    """Index of the first document token in it."""
    stop: int
    piece_ids: IntArray
    shapes: IntArray
    mark_states: IntArray
    breaks: IntArray

    @property
    def length(self) -> int:
        """Number of tokens, the two special ones included."""
        return len(self.piece_ids)


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A tokenized text; token arrays have shape [tokens]."""

    text: str
    piece_ids: IntArray
    starts: IntArray
    """Code point offset of each token."""
    ends: IntArray
    shapes: IntArray
    mark_states: IntArray
    breaks: IntArray
    paragraphs: tuple[Segment, ...]
    sentences: tuple[Segment, ...]
    marks: MarkReading
    _starts: list[int] = field(init=False, repr=False, compare=False)
    _ends: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Single offsets are looked up by the thousand: lists are several times as fast at that.
        object.__setattr__(self, "_starts", self.starts.tolist())
        object.__setattr__(self, "_ends", self.ends.tolist())

    def __len__(self) -> int:
        return len(self.piece_ids)

    @property
    def word_starts(self) -> NDArray[np.bool_]:
        """Shape [tokens]: whether a token begins a word."""
        return self.breaks != Break.PIECE

    def token_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the half-open range of tokens that overlap a range of code points, or None."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end)
        return (first, last) if first < last else None


class TextEncoder:
    """Tokenizes texts; safe to use from several threads."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        if first is None or last is None:
            first, last = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
        if first is None or last is None:
            raise ModelError("the tokenizer has neither [CLS] and [SEP] nor <s> and </s>")
        self.first_id: int = first
        self.last_id: int = last

    def encode(self, text: str) -> EncodedText:
        """Tokenize a text of any length and compute the features of its tokens."""
        parts = tuple(paragraphs(text))
        marks = read_marks(text, list(parts))
        with panics_told():
            encoding = self._tokenizer.encode(_tokenizable(text), add_special_tokens=False)
        piece_ids = np.array(encoding.ids, dtype=np.int64)
        edges = chain.from_iterable(encoding.offsets)
        offsets = np.fromiter(edges, np.int64, 2 * len(piece_ids)).reshape(-1, 2)
        words = np.array(encoding.word_ids, dtype=np.int64)
        starts, ends = offsets[:, 0], offsets[:, 1]
        points = code_points(text)
        parted = tuple(s for p in parts for s in sentences(text, p))
        word_first = np.ones(len(words), dtype=bool)
        word_first[1:] = words[1:] != words[:-1]
        return EncodedText(
            text=text,
            piece_ids=piece_ids,
            starts=starts,
            ends=ends,
            shapes=word_shapes(points, starts, ends, word_first),
            mark_states=_mark_states(len(points), marks)[starts],
            breaks=_breaks(points, offsets, word_first, parts, parted),
            paragraphs=parts,
            sentences=parted,
            marks=marks,
        )

    def windows(self, encoded: EncodedText, length: int, overlap: int) -> tuple[Window, ...]:
        """Cut the tokens into windows of at most `length` that share `overlap` or more; see `cut_windows`."""
        return tuple(
            self.window(encoded, start, stop)
            for start, stop in cut_windows(encoded.breaks, length - SPECIAL_TOKENS, overlap)
        )

    def window(self, encoded: EncodedText, start: int, stop: int) -> Window:
        """Return the window over the document tokens [start, stop), with special tokens."""
        inside = slice(start, stop)
        return Window(
            start=start,
            stop=stop,
            piece_ids=_framed(encoded.piece_ids[inside], self.first_id, self.last_id),
            shapes=_framed(encoded.shapes[inside], Shape.OTHER, Shape.OTHER),
            mark_states=_framed(encoded.mark_states[inside], MarkState.OUTSIDE, MarkState.OUTSIDE),
            breaks=_framed(encoded.breaks[inside], Break.NONE, Break.NONE),
        )


def _framed(values: IntArray, first: int, last: int) -> IntArray:
    framed = np.empty(len(values) + SPECIAL_TOKENS, dtype=np.int64)
    framed[0], framed[1:-1], framed[-1] = first, values, last
    return framed


def _tokenizable(text: str) -> str:
    """Return the text with lone surrogates replaced, of the same length: for the tokenizer only."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def _mark_states(length: int, marks: MarkReading) -> IntArray:
    """Return the mark state of each character, shape [characters + 1]."""
    states = np.full(length + 1, MarkState.OUTSIDE, dtype=np.int64)
    for s in marks.strings:
        inside = MarkState.INSIDE if s.style is MarkStyle.DOUBLE else MarkState.INSIDE_SINGLE
        states[s.inner_start : s.inner_end] = inside if s.level == 1 else MarkState.NESTED
        states[s.start : s.inner_start] = MarkState.OPENING
        states[s.inner_end : s.end] = MarkState.CLOSING
    return states


def _breaks(
    points: NDArray[np.uint32],
    offsets: IntArray,
    word_first: NDArray[np.bool_],
    parts: tuple[Segment, ...],
    parted: tuple[Segment, ...],
) -> IntArray:
    """Return what stands before each token, shape [tokens]."""
    starts, ends = offsets[:, 0], offsets[:, 1]
    count = len(starts)
    breaks = np.full(count, Break.NONE, dtype=np.int64)
    if not count:
        return breaks
    before = np.concatenate(([0], ends[:-1]))
    newlines = np.concatenate(([0], np.cumsum((points == 10) | (points == 13))))
    breaks[starts > before] = Break.SPACE
    for segments, value in ((parted, Break.SENTENCE), (parts, Break.PARAGRAPH)):
        at = np.searchsorted(starts, [s.start for s in segments], side="left")
        breaks[at[at < count]] = value
    line = (newlines[starts] > newlines[before]) & (breaks < Break.LINE)
    breaks[line] = Break.LINE
    breaks[~word_first] = Break.PIECE
    return breaks
