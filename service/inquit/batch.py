"""Which of the windows that wait run together: like lengths, within a budget of padded tokens."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import TypeVar

from inquit.jobs import Entry, Measured

__all__ = ["form_batch"]

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window

_LOOK_AHEAD = 256
"""Windows among which a batch looks for like lengths."""
_MAX_PADDING = 0.25
"""Share of the longest window that the shortest may be padded by: on CPU padding costs as much as text."""
_FREE_PADDING = 32
"""Tokens of padding that cost less than another pass."""


def form_batch(
    waiting: Sequence[Entry[W, O]], batch_tokens: int, *, longest_wait_leads: bool = False
) -> list[Entry[W, O]]:
    """Return the first window in line and the next ones that are nearest to it in length.

    With `longest_wait_leads` the first window is that of the document submitted first. A
    window longer than the budget comes alone.
    """
    ahead = heapq.nsmallest(_LOOK_AHEAD, waiting, key=lambda entry: entry.place)
    leader = ahead[0]
    if longest_wait_leads:
        leader = min(waiting, key=lambda entry: (entry.job.submitted, entry.index))
        if leader not in ahead:
            ahead.append(leader)
    ahead.sort(key=lambda entry: entry.window.length)
    start = ahead.index(leader)
    end = start + 1
    while True:
        options = [
            (abs(ahead[added].window.length - leader.window.length), lower, upper)
            for lower, upper, added in ((start - 1, end, start - 1), (start, end + 1, end))
            if lower >= 0
            and upper <= len(ahead)
            and _fits(ahead[lower].window.length, ahead[upper - 1].window.length, upper - lower, batch_tokens)
        ]
        if not options:
            return ahead[start:end]
        _, start, end = min(options)


def _fits(shortest: int, longest: int, count: int, batch_tokens: int) -> bool:
    padding = longest - shortest
    return longest * count <= batch_tokens and padding <= max(_FREE_PADDING, _MAX_PADDING * longest)
