"""Pointers over a whole document: which source and cue a quotation has, whom a mention means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inquit.model.heads import CapitalHead, PointerHead, SpeakerTypeHead, SpeechHead, distance_buckets
from inquit.model.outputs import JoinedOutput

__all__ = ["Choice", "LinkScorer", "TokenSpan"]

TokenSpan = tuple[int, int]
FloatArray = NDArray[np.float32]

# Tokens within which a quotation has its source and cue.
_REACH = 480
# Queries that are answered in one go, and the tokens over which they may be spread.
_LONGEST_KEY = 480
_BLOCK = 64
_BLOCK_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """What a query may point to, candidates out of reach left out."""

    keys: NDArray[np.int64]
    """Indices of the candidates, in order."""
    chances: FloatArray
    """Their probabilities, of the same shape."""
    none: float
    """The probability of no candidate."""

    @property
    def best(self) -> int | None:
        """The likeliest candidate, or None where none is likelier than that."""
        if not len(self.keys):
            return None
        place = int(self.chances.argmax())
        return int(self.keys[place]) if self.chances[place] > self.none else None

    @property
    def confidence(self) -> float:
        """The probability of `best`."""
        return max(float(self.chances.max(initial=0.0)), self.none)

    def between(self, first: int, last: int) -> Choice:
        """Return the choice with the candidates [first, last) only."""
        inside = slice(self.keys.searchsorted(first), self.keys.searchsorted(last))
        return Choice(self.keys[inside], self.chances[inside], self.none)


class LinkScorer:
    """Applies the light heads to spans of one document; spans are half-open token ranges."""

    def __init__(self, joined: JoinedOutput, words: NDArray[np.int64]) -> None:
        """`words` has shape [tokens]: the number of each token's word, for distances."""
        self._joined = joined
        self._words = words

    def choices(
        self,
        pointer: PointerHead,
        queries: Sequence[TokenSpan],
        keys: Sequence[TokenSpan],
        *,
        reach: int = _REACH,
    ) -> list[Choice]:
        """Return what each query points to, in time and memory linear in the document's length.

        `keys` are in order of start; those further off than `reach` tokens are out of reach.
        """
        asked = np.array(queries, dtype=np.int64).reshape(-1, 2)
        offered = np.array(keys, dtype=np.int64).reshape(-1, 2)
        found: list[Choice | None] = [None] * len(asked)
        order = np.argsort(asked[:, 0], kind="stable")
        for rows in _blocks(order, asked[:, 0]):
            low, high = asked[rows, 0].min() - reach, asked[rows, 1].max() + reach
            first = np.searchsorted(offered[:, 0], low - _LONGEST_KEY)
            last = np.searchsorted(offered[:, 0], high)
            near = np.arange(first, last)[offered[first:last, 1] > low]
            chances = self._chances(pointer, asked[rows], offered[near], reach)
            for row, own in zip(rows, chances, strict=True):
                found[row] = Choice(near, own[:-1], float(own[-1]))
        return [choice for choice in found if choice is not None]

    def speech(self, head: SpeechHead, strings: Sequence[TokenSpan]) -> FloatArray:
        """Return the probability that each quoted string is somebody's words, shape [strings]."""
        if not strings:
            return np.zeros(0, dtype=np.float32)
        spans = np.array(strings, dtype=np.int64)
        last = len(self._words) - 1
        places = np.stack(
            [
                np.maximum(spans[:, 0] - 1, 0),
                spans[:, 0],
                spans[:, 1] - 1,
                np.minimum(spans[:, 1], last),
            ],
            axis=1,
        )
        states = self._joined.states(places.ravel()).reshape(len(spans), -1)
        return head.probabilities(states)

    def types(self, head: SpeakerTypeHead, spans: Sequence[TokenSpan]) -> FloatArray:
        """Return the probability of each type of speaker, shape [spans, types]."""
        edges = self._edges(np.array(spans, dtype=np.int64).reshape(-1, 2))
        return head.probabilities(edges)

    def capitals(self, head: CapitalHead, places: NDArray[np.int64]) -> FloatArray:
        """Return the probability that each of these tokens begins a word with a capital."""
        return head.probabilities(self._joined.states(places))

    def _chances(
        self, pointer: PointerHead, queries: NDArray[np.int64], keys: NDArray[np.int64], reach: int
    ) -> FloatArray:
        buckets = distance_buckets(self._in_words(queries), self._in_words(keys))
        starts, ends = queries[:, :1], queries[:, 1:]
        barred = (starts == keys[:, 0]) & (ends == keys[:, 1])
        barred |= (keys[:, 1] < starts - reach) | (keys[:, 0] > ends + reach)
        return pointer.probabilities(self._edges(queries), self._edges(keys), buckets, barred)

    def _edges(self, spans: NDArray[np.int64]) -> FloatArray:
        places = np.stack([spans[:, 0], spans[:, 1] - 1], axis=1)
        states = self._joined.states(places.ravel())
        return states.reshape(len(spans), 2 * states.shape[1])

    def _in_words(self, spans: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.stack([self._words[spans[:, 0]], self._words[spans[:, 1] - 1]], axis=1)


def _blocks(order: NDArray[np.int64], starts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Part the queries, in order of start, into blocks of bounded number and spread."""
    ordered = starts[order]
    place = 0
    while place < len(order):
        limit = int(np.searchsorted(ordered, starts[order[place]] + _BLOCK_TOKENS))
        end = min(place + _BLOCK, max(limit, place + 1))
        yield order[place:end]
        place = end
