"""Where a document's tokens are cut into windows.

Two windows meet at a seam, and each reads on a little beyond it. A seam lies where the text itself
breaks, at the start of a paragraph if one is near: what a token means is mostly told by its own
paragraph, so little overlap is needed, and what overlaps is computed twice.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["LENGTH_STEP", "SPECIAL_TOKENS", "Break", "cut_windows", "stepped"]

SPECIAL_TOKENS = 2
# Each new shape costs the CPU kernels a set-up as long as a pass through the network.
LENGTH_STEP = 32


class Break(IntEnum):
    """What stands right before a token."""

    PIECE = 0
    """The same word goes on."""
    NONE = 1
    SPACE = 2
    SENTENCE = 3
    LINE = 4
    PARAGRAPH = 5


# What a seam at such a break costs, beside 2 for each window's length that it is off its even place.
_COSTS = np.zeros(len(Break))
_COSTS[[Break.PIECE, Break.NONE, Break.SPACE]] = 3.0, 1.5, 1.5
_COSTS[[Break.SENTENCE, Break.LINE]] = 0.6, 0.3
_DISTANCE_COST = 2.0


def cut_windows(breaks: NDArray[np.int64], length: int, overlap: int) -> list[tuple[int, int]]:
    """Return the token ranges of windows of at most `length` tokens, special ones not counted.

    `breaks` has shape [tokens]. As few windows as an overlap of `overlap` allows. With the special
    tokens, lengths come in steps of `LENGTH_STEP`, filled with more of the text around.
    """
    total = len(breaks)
    if total <= length:
        return [(0, total)] if total else []
    beyond = overlap // 2
    seams = [*_seams(breaks, length, beyond), total]
    windows = []
    for first, last in zip([0, *seams[:-1]], seams, strict=True):
        start, stop = max(0, first - beyond), min(total, last + beyond)
        wanted = min(length, total, stepped(stop - start + SPECIAL_TOKENS) - SPECIAL_TOKENS)
        start = max(0, start - (wanted - (stop - start)) // 2)
        stop = min(total, start + wanted)
        windows.append((stop - wanted, stop))
    return windows


def stepped(length: int) -> int:
    """Return a length rounded up to a step, so that few different shapes reach the network."""
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def _seams(breaks: NDArray[np.int64], length: int, beyond: int) -> list[int]:
    """Return the first token after each seam: close to even places, best where the text breaks."""
    total, inner = len(breaks), length - 2 * beyond
    count = -(-(total - 2 * beyond) // inner)
    costs = _COSTS[breaks]
    seams: list[int] = []
    previous = 0
    for left in range(count - 1, 0, -1):
        # Neither this window nor those that are left may be longer than allowed.
        low = max(previous + 1, total - left * inner - beyond)
        high = max(0, previous - beyond) + length - beyond
        even = previous + (total - previous) / (left + 1)
        places = np.arange(low, high + 1)
        off = _DISTANCE_COST / length * np.abs(places - even)
        previous = low + int(np.argmin(off + costs[low : high + 1]))
        seams.append(previous)
    return seams
