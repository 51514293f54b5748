"""A model that says of spans what a test tells it, and nothing of all others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inquit.model.links import Choice
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["Chances", "FakeAntecedents", "place"]

Chances = Mapping[Segment, Mapping[Segment, float]]
"""By query, the probability of each candidate; what is missing to 1 is none."""


def place(text: str, words: str, number: int = 1) -> Segment:
    """Return where these words stand in a text for the `number`th time."""
    found = list(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text))
    return Segment(*found[number - 1].span())


@dataclass(frozen=True)
class FakeAntecedents:
    mentions: Chances = field(default_factory=dict)
    strings: Chances = field(default_factory=dict)
    surnames: Chances = field(default_factory=dict)
    kinds: Mapping[Segment, Mapping[SpeakerType, float]] = field(default_factory=dict)

    def of_mentions(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        return [_choice(self.mentions.get(q, {}), candidates) for q in queries]

    def of_strings(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        return [_choice(self.strings.get(q, {}), candidates) for q in queries]

    def of_surnames(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        return [_choice(self.surnames.get(q, {}), candidates) for q in queries]

    def types(self, spans: Sequence[Segment]) -> list[dict[SpeakerType, float]]:
        return [dict(self.kinds.get(s, {})) for s in spans]


def _choice(chances: Mapping[Segment, float], candidates: Sequence[Segment]) -> Choice:
    assert list(candidates) == sorted(candidates), "candidates are promised in order of start"
    keys = [candidates.index(c) for c in chances]
    return Choice(
        np.array(keys, dtype=np.int64),
        np.array(list(chances.values()), dtype=np.float32),
        1.0 - sum(chances.values()),
    )
