"""The questions a resolver puts to the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from inquit.model.links import Choice
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["Antecedents", "NoAntecedents"]


class Antecedents(Protocol):
    """Says which of the candidate spans is meant; the candidates are in order of start."""

    def of_mentions(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return the names and earlier mentions that each mention may stand for."""
        ...

    def of_strings(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return the names and mentions of who may have uttered each quoted string."""
        ...

    def of_surnames(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return the full names of who may be meant by each surname alone."""
        ...

    def types(self, spans: Sequence[Segment]) -> list[dict[SpeakerType, float]]:
        """Return the probability of each type of speaker for names and mentions, by span."""
        ...


class NoAntecedents:
    """Knows nothing: resolution by rules alone."""

    def of_mentions(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return no candidate for any query."""
        del candidates
        return [_NOTHING] * len(queries)

    def of_strings(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return no candidate for any query."""
        return self.of_mentions(queries, candidates)

    def of_surnames(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return no candidate for any query."""
        return self.of_mentions(queries, candidates)

    def types(self, spans: Sequence[Segment]) -> list[dict[SpeakerType, float]]:
        """Return no type for any span."""
        return [{} for _ in spans]


_NOTHING = Choice(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), 1.0)
