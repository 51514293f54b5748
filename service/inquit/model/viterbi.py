"""The best legal sequence of role tags (Viterbi, 1967)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inquit.model.tags import OUTSIDE, ROLES, TAG_COUNT, Role, begin, inside

__all__ = ["best_tags", "tagged_spans"]

FloatArray = NDArray[np.float32]


def best_tags(scores: FloatArray, steps: FloatArray, starts: FloatArray) -> NDArray[np.int64]:
    """Return the best tag of each word, shape [words].

    `scores` has shape [words, TAG_COUNT], `steps` [from, to] and `starts` [TAG_COUNT]; illegal
    steps and starts carry a large negative score.
    """
    count = len(scores)
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    came_from = np.empty((count, TAG_COUNT), dtype=np.int64)
    into = np.ascontiguousarray(steps.T)
    best = starts + scores[0]
    columns = np.arange(TAG_COUNT)
    for place in range(1, count):
        paths = into + best
        chosen = paths.argmax(axis=1)
        came_from[place] = chosen
        best = paths[columns, chosen] + scores[place]
    tags = np.empty(count, dtype=np.int64)
    tag = int(best.argmax())
    for place in range(count - 1, -1, -1):
        tags[place] = tag
        tag = int(came_from[place, tag])
    return tags


def tagged_spans(tags: NDArray[np.int64]) -> list[tuple[Role, int, int]]:
    """Return the spans of a legal tag sequence as (role, first word, word after the last)."""
    found = []
    edges = np.flatnonzero(tags != OUTSIDE)
    place = 0
    while place < len(edges):
        first = int(edges[place])
        role = next(r for r in ROLES if tags[first] in (begin(r), inside(r)))
        last = first + 1
        while last < len(tags) and tags[last] == inside(role):
            last += 1
        found.append((role, first, last))
        place = int(np.searchsorted(edges, last))
    return found
