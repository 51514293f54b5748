"""Confidence intervals by resampling documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from inquit.evaluation.measures import MEASURES, Measure

__all__ = ["intervals"]


def intervals(
    counts: Sequence[Mapping[str, int]],
    *,
    samples: int,
    seed: int,
    level: float = 0.95,
    measures: Sequence[Measure] = MEASURES,
) -> dict[Measure, tuple[float, float]]:
    """Return the percentile interval of each measure over the samples in which it has a value.

    Documents, not quotations, are drawn with replacement: quotations of one article share
    their speakers and its style, so they are no independent cases.
    """
    if not counts or samples < 1:
        return {}
    keys = sorted({key for document in counts for key in document})
    # (documents, keys)
    table = np.array([[document.get(key, 0) for key in keys] for document in counts], dtype=np.int64)
    draws = np.random.default_rng(seed).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), size=samples
    )
    # (samples, documents) @ (documents, keys)
    sums = [dict(zip(keys, row, strict=True)) for row in (draws @ table).tolist()]
    tail = 100 * (1 - level) / 2
    found: dict[Measure, tuple[float, float]] = {}
    for measure in measures:
        values = [value.percent for drawn in sums if (value := measure.value(drawn)) is not None]
        if values:
            low, high = np.percentile(values, [tail, 100 - tail])
            found[measure] = (float(low), float(high))
    return found
