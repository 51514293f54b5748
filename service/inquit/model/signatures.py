"""Names that a dash ties to the end of quoted words: `“We are ready.” — Ada Brill`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from inquit.model.content import Content, Stretch
from inquit.model.links import Choice

__all__ = ["cue_of", "signer", "surely"]

_DASH = re.compile(r"[\s.,]*(?:[—–―]|--?)\s*")
_NEXT_WORD = re.compile(r"[ \u00a0.,]*([^\W\d_]?)")
_CHANCE = 0.95


def signer(content: Content, sources: Sequence[Stretch], text: str) -> int | None:
    """Return the number of the source that signs quoted content; `sources` are in order of start."""
    if not content.strings or content.end != content.strings[-1].end:
        return None
    dash = _DASH.match(text, content.end)
    if dash is None:
        return None
    place = bisect_left(sources, (dash.end(), 0))
    if place == len(sources) or sources[place][0] != dash.end():
        return None
    after = _NEXT_WORD.match(text, sources[place][1])
    # `“We,” — he paused — “are ready.”`
    return None if after is not None and after[1] else place


def cue_of(choice: Choice, content: Content, source: Stretch, cues: Sequence[Stretch]) -> Choice:
    """Return what signed content may have as its cue: its own dash where that is one, never another's."""
    first = bisect_left(cues, (content.end, 0))
    last = bisect_left(cues, (source[0], 0))
    return surely(first) if first < last else choice.between(first, last)


def surely(key: int) -> Choice:
    """Return the choice of one candidate."""
    return Choice(np.array([key]), np.array([_CHANCE], dtype=np.float32), 1.0 - _CHANCE)
