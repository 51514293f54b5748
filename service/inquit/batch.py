"""Which of the windows that wait run together: like lengths, within a budget of padded tokens."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from inquit.jobs import Entry, Measured
from inquit.observer import Release

__all__ = ["Batch", "batch_tokens_for", "form_batch", "pass_tokens_for", "rounded_up"]

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window

_LOOK_AHEAD = 256
"""Windows among which a batch looks for like lengths."""
_MAX_PADDING = 0.25
"""Share of the longest window that the shortest may be padded by: on CPU padding costs as much as text."""
_FREE_PADDING = 32
"""Tokens of padding that cost less than another pass."""


_BATCH_TOKENS = {"cpu": 512, "mps": 8192, "cuda": 32_768}
"""A core reads small batches as fast as large ones, which keep a lone caller's windows from the others."""
_PASS_TOKENS = {"cpu": 48, "mps": 512, "cuda": 512}
"""Tokens that are read in the time that any pass takes, however small: 2.2 ms on a core."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[W, O]):
    """Windows that run together."""

    entries: tuple[Entry[W, O], ...]
    release: Release
    """Why there are no more of them."""


def batch_tokens_for(device: str) -> int:
    """Return the budget of padded tokens for a kind of device, as `cpu` or `cuda:1`."""
    return _BATCH_TOKENS[device.partition(":")[0]]


def pass_tokens_for(device: str) -> int:
    """Return how many tokens' time a pass costs beside its own, on a kind of device."""
    return _PASS_TOKENS[device.partition(":")[0]]


def rounded_up(length: int, step: int) -> int:
    """Return a length as it is padded: to a whole number of steps."""
    return -(-length // step) * step


def form_batch(
    waiting: Sequence[Entry[W, O]],
    batch_tokens: int,
    *,
    share: int | None = None,
    step: int = 1,
    longest_wait_leads: bool = False,
) -> Batch[W, O]:
    """Return the first window in line and the next ones that are nearest to it in length.

    With `longest_wait_leads` the first window is that of the document submitted first. A
    window longer than the budget comes alone. Where idle threads share what waits, `share` is one
    thread's part of it. Lengths are padded to a multiple of `step`.
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
    budget = batch_tokens if share is None else min(batch_tokens, share)
    while True:
        grown = [
            (abs(ahead[added].window.length - leader.window.length), lower, upper)
            for lower, upper, added in ((start - 1, end, start - 1), (start, end + 1, end))
            if lower >= 0 and upper <= len(ahead)
        ]
        stretches = [
            (ahead[lower].window.length, ahead[upper - 1].window.length, upper - lower)
            for _, lower, upper in grown
        ]
        alike = [_is_alike(shortest, longest) for shortest, longest, _ in stretches]
        within = [rounded_up(longest, step) * count <= budget for _, longest, count in stretches]
        options = [g for g, like, fits in zip(grown, alike, within, strict=True) if like and fits]
        if not options:
            release = _release(rounded_up(leader.window.length, step), batch_tokens, alike)
            return Batch(tuple(ahead[start:end]), release)
        _, start, end = min(options)


def _is_alike(shortest: int, longest: int) -> bool:
    return longest - shortest <= max(_FREE_PADDING, _MAX_PADDING * longest)


def _release(leading: int, batch_tokens: int, alike: Sequence[bool]) -> Release:
    """Say why nothing was added; `alike` tells of what might have been."""
    if leading > batch_tokens:
        return "alone"
    if not alike:
        return "drained"
    return "full" if any(alike) else "unlike"
