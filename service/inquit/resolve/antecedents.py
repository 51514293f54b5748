"""The question a resolver puts to the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inquit.text.segments import Segment

__all__ = ["Antecedents", "NoAntecedents"]


class Antecedents(Protocol):
    """Says which of the candidate spans a mention means."""

    def probabilities(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> NDArray[np.float32]:
        """Return probabilities of shape [queries, candidates + 1]; the last column is none."""
        ...


class NoAntecedents:
    """Knows nothing: resolution by rules alone."""

    def probabilities(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> NDArray[np.float32]:
        """Return zero for every candidate."""
        return np.zeros((len(queries), len(candidates) + 1), dtype=np.float32)
