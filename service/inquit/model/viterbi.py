"""The best legal sequence of role tags (Viterbi, 1967)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inquit.model.tags import (
    OUTSIDE,
    ROLES,
    TAG_COUNT,
    Role,
    begin,
    illegal_starts,
    illegal_steps,
    inside,
)

__all__ = ["best_tags", "tagged_spans"]

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

# The role of each tag by number, -1 for none.
_ROLE_OF = np.array([-1, *(role for role in ROLES for _ in range(2))])
_BEGINS = [begin(role) for role in ROLES]
_INSIDES = [inside(role) for role in ROLES]
_GOES_ON = np.isin(np.arange(TAG_COUNT), _INSIDES)
_LEGAL_STEPS = ~illegal_steps()
_LEGAL_ENTRIES = np.append(_LEGAL_STEPS, ~illegal_starts()[None], axis=0)

# Words of which the paths are compared as fast as it is told where there is a doubt.
_FEW = 128


def best_tags(scores: FloatArray, steps: FloatArray, starts: FloatArray) -> IntArray:
    """Return the best tag of each word, shape [words].

    `scores` has shape [words, TAG_COUNT], `steps` [from, to] and `starts` [TAG_COUNT]; illegal
    steps and starts carry a large negative score.
    """
    tags: IntArray = scores.argmax(axis=1)
    doubtful = np.ones(len(tags), dtype=bool)
    if len(tags) > _FEW:
        # Most words leave no doubt: paths are compared only over the stretches of the others.
        doubtful = ~_settled(scores, tags, steps, starts)
    edges = np.flatnonzero(np.diff(doubtful, prepend=False, append=False))
    for first, last in edges.reshape(-1, 2).tolist():
        before = steps[tags[first - 1]] if first else starts
        after = steps[:, tags[last]] if last < len(tags) else np.zeros(TAG_COUNT, dtype=np.float32)
        tags[first:last] = _best_path(scores[first:last], steps, before, after)
    return tags


def _settled(scores: FloatArray, tags: IntArray, steps: FloatArray, starts: FloatArray) -> NDArray[np.bool_]:
    """Return where the likeliest tag by itself is that of the best path, whatever stands around it.

    A tag that is ahead of the others by more than the steps before and behind it can matter is on
    the best path to each beginning of a span and each word outside that follows, if it can be
    reached: an inside tag where that holds of the words back to the beginning of its span. Another
    path can only go on inside a span to beyond the last such word of a run.
    """
    spread = np.ptp(steps[_LEGAL_STEPS])
    places = np.arange(len(tags))
    ahead = scores[places, tags, None] - scores
    sure = (ahead > _matter(steps, starts)[tags]).all(axis=1)
    role, goes_on = _ROLE_OF[tags], _GOES_ON[tags]
    known = np.where(goes_on & (np.diff(role, prepend=-2) == 0) & sure, 0, places)
    reached = sure & (sure & ~goes_on)[np.maximum.accumulate(known)]
    beyond = np.append(np.flatnonzero(~reached), len(tags))
    ends = beyond[np.searchsorted(beyond, places)]
    ahead[places, tags] = np.inf
    lead = np.append(0.0, np.cumsum(ahead.min(axis=1) - spread, dtype=np.float64))
    # What the other path has of going on with its span there, over beginning it there.
    gains = np.append(scores[:, _INSIDES] - scores[:, _BEGINS], [[-np.inf] * len(ROLES)], axis=0)[ends]
    gains[role[ends - 1, None] == ROLES] = -np.inf
    settled: NDArray[np.bool_] = reached & (lead[ends] - lead[places] > gains.max(axis=1) + 2 * spread)
    return settled


def _matter(steps: FloatArray, starts: FloatArray) -> FloatArray:
    """Return by how much the steps around a tag can speak for another one, shape [tag, other]."""
    entering = np.where(_LEGAL_ENTRIES, np.append(steps, starts[None], axis=0), -np.inf)
    # An inside tag has one of two tags before it, the others may have come another way.
    least = np.where(_GOES_ON, entering.min(axis=0, initial=np.inf, where=_LEGAL_ENTRIES), entering)
    before = (entering[:, None, :] - least[:, :, None]).max(axis=0)
    leaving = np.where(_LEGAL_STEPS[:, None, :], entering[None, :-1] - steps[:, None, :], -np.inf)
    found: FloatArray = before + leaving.max(axis=2).clip(min=0)
    np.fill_diagonal(found, -np.inf)
    return found


def _best_path(scores: FloatArray, steps: FloatArray, before: FloatArray, after: FloatArray) -> IntArray:
    """Return the best tags of a stretch; `before` and `after` are the scores of entering and leaving it."""
    count = len(scores)
    came_from = np.empty((count, TAG_COUNT), dtype=np.int64)
    into = np.ascontiguousarray(steps.T)
    best = before + scores[0]
    columns = np.arange(TAG_COUNT)
    for place in range(1, count):
        paths = into + best
        chosen = paths.argmax(axis=1)
        came_from[place] = chosen
        best = paths[columns, chosen] + scores[place]
    tags = np.empty(count, dtype=np.int64)
    tag = int((best + after).argmax())
    for place in range(count - 1, -1, -1):
        tags[place] = tag
        tag = int(came_from[place, tag])
    return tags


def tagged_spans(tags: IntArray) -> list[tuple[Role, int, int]]:
    """Return the spans of a legal tag sequence as (role, first word, word after the last)."""
    goes_on = _GOES_ON[tags] & (np.diff(_ROLE_OF[tags], prepend=-2) == 0)
    firsts = np.flatnonzero((tags != OUTSIDE) & ~goes_on)
    stops = np.append(np.flatnonzero(~goes_on), len(tags))
    lasts = stops[np.searchsorted(stops, firsts, side="right")]
    return [
        (ROLES[role], first, last)
        for role, first, last in zip(
            _ROLE_OF[tags[firsts]].tolist(), firsts.tolist(), lasts.tolist(), strict=True
        )
    ]
