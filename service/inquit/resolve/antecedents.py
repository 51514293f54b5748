"""The question a resolver puts to the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from inquit.model.links import Choice
from inquit.text.segments import Segment

__all__ = ["Antecedents", "NoAntecedents"]


class Antecedents(Protocol):
    """Says which of the candidate spans a mention means."""

    def choices(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return what each query may mean; the candidates are in order of start."""
        ...


class NoAntecedents:
    """Knows nothing: resolution by rules alone."""

    def choices(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return no candidate for any query."""
        del candidates
        nothing = Choice(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), 1.0)
        return [nothing] * len(queries)
