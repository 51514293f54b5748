"""Pointers over a whole document: which source and cue a quotation has, whom a mention means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from inquit.model.network import Pointer, StringHead, distance_buckets
from inquit.model.outputs import JoinedOutput

__all__ = ["LinkScorer", "TokenSpan"]

TokenSpan = tuple[int, int]
FloatArray = NDArray[np.float32]

# A pointer was trained within one window, so it is asked about no longer distances.
_REACH = 480
_BLOCK = 64


class LinkScorer:
    """Applies the light heads to spans of one document; spans are half-open token ranges."""

    def __init__(self, joined: JoinedOutput, words: NDArray[np.int64]) -> None:
        """`words` has shape [tokens]: the number of each token's word, for distances."""
        self._joined = joined
        self._words = words

    def probabilities(
        self, pointer: Pointer, queries: Sequence[TokenSpan], keys: Sequence[TokenSpan]
    ) -> FloatArray:
        """Return the probability of each key for each query, shape [queries, keys + 1].

        The last column is "none". Keys out of reach have probability 0. Time and memory are
        linear in the length of the document.
        """
        found = np.zeros((len(queries), len(keys) + 1), dtype=np.float32)
        if not queries:
            return found
        asked = np.array(queries, dtype=np.int64).reshape(-1, 2)
        offered = np.array(keys, dtype=np.int64).reshape(-1, 2)
        order = np.argsort(asked[:, 0], kind="stable")
        for place in range(0, len(order), _BLOCK):
            rows = order[place : place + _BLOCK]
            low, high = asked[rows, 0].min() - _REACH, asked[rows, 1].max() + _REACH
            near = np.flatnonzero((offered[:, 1] > low) & (offered[:, 0] < high))
            scores = self._scores(pointer, asked[rows], offered[near])
            found[np.ix_(rows, np.append(near, len(keys)))] = scores
        return found

    def speech(self, head: StringHead, strings: Sequence[TokenSpan]) -> FloatArray:
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
        with torch.inference_mode():
            probabilities: FloatArray = torch.sigmoid(head(states)).numpy()
        return probabilities

    def _scores(self, pointer: Pointer, queries: NDArray[np.int64], keys: NDArray[np.int64]) -> FloatArray:
        with torch.inference_mode():
            buckets = distance_buckets(self._in_words(queries), self._in_words(keys))
            scores = pointer(self._edges(queries), self._edges(keys), buckets)
            same = (queries[:, None, :] == keys[None, :, :]).all(axis=2)
            scores[:, :-1].masked_fill_(torch.from_numpy(same), -1e4)
            probabilities: FloatArray = torch.softmax(scores, dim=1).numpy()
        return probabilities

    def _edges(self, spans: NDArray[np.int64]) -> torch.Tensor:
        places = np.stack([spans[:, 0], spans[:, 1] - 1], axis=1)
        states = self._joined.states(places.ravel())
        return states.reshape(len(spans), 2 * states.shape[1])

    def _in_words(self, spans: NDArray[np.int64]) -> torch.Tensor:
        return torch.from_numpy(np.stack([self._words[spans[:, 0]], self._words[spans[:, 1] - 1]], axis=1))
