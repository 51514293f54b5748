"""What the network says of a window, and the windows of a document seen as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inquit.model.encoding import Window

__all__ = ["JoinedOutput", "WindowOutput"]


# Tokens from an edge at which a token sees all that matters to it.
_FULL_SIGHT = 64


@dataclass(frozen=True, slots=True)
class WindowOutput:
    """The network's output for one window without padding, on the CPU."""

    states: NDArray[np.float16]
    """Shape [length, hidden_width]."""
    tag_scores: NDArray[np.float32]
    """Shape [length, TAG_COUNT]."""


class JoinedOutput:
    """The outputs of all windows of a document, each token judged where it stands most centrally.

    States are those of the most central window; tag scores of all its windows count by centrality.
    """

    def __init__(self, count: int, windows: Sequence[Window], outputs: Sequence[WindowOutput]) -> None:
        """`count` is the number of the document's tokens; together the windows hold all of them."""
        if len(windows) != len(outputs):
            raise ValueError(f"{len(outputs)} outputs for {len(windows)} windows: this is a bug")
        self._states = [o.states for o in outputs]
        self._owner = np.zeros(count, dtype=np.int64)
        self._first = np.array([w.start for w in windows], dtype=np.int64)
        best = np.full(count, -1, dtype=np.int64)
        weights = np.zeros((count, 1), dtype=np.float32)
        self.tag_scores = np.zeros((count, outputs[0].tag_scores.shape[1]), dtype=np.float32)
        """Shape [tokens, TAG_COUNT]: the mean over a token's windows, weighted by centrality."""
        for number, (window, output) in enumerate(zip(windows, outputs, strict=True)):
            inside = slice(window.start, window.stop)
            central = _centrality(window, count)
            better = central > best[inside]
            best[inside][better] = central[better]
            self._owner[inside][better] = number
            weight = np.clip(central, 1, _FULL_SIGHT).astype(np.float32)[:, None]
            self.tag_scores[inside] += weight * output.tag_scores[1:-1]
            weights[inside] += weight
        self.tag_scores /= weights

    def states(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the states of document tokens, shape [tokens, hidden_width]."""
        owners = self._owner[tokens]
        # One more for the special token at the head of the window.
        rows = tokens - self._first[owners] + 1
        found = np.empty((len(tokens), self._states[0].shape[1]), dtype=np.float16)
        order = np.argsort(owners, kind="stable")
        ordered = owners[order]
        edges = (np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist()
        for a, b in pairwise([0, *edges, len(order)]):
            if a < b:
                found[order[a:b]] = self._states[ordered[a]][rows[order[a:b]]]
        return found.astype(np.float32)


def _centrality(window: Window, count: int) -> NDArray[np.int64]:
    """Return how far each token of a window is from its nearer edge, in tokens."""
    places = np.arange(window.start, window.stop)
    # The edges of the document are no edges of sight.
    left = places - window.start if window.start > 0 else np.full(len(places), count)
    right = window.stop - 1 - places if window.stop < count else np.full(len(places), count)
    return np.minimum(left, right)
