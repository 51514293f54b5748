"""Confidence intervals by resampling documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from inquit.evaluation.measures import MEASURES, Measure

__all__ = ["differences", "intervals"]

Counts = Mapping[str, int]


def intervals(
    counts: Sequence[Counts],
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
    found: dict[Measure, tuple[float, float]] = {}
    sums = _drawn_sums(counts, samples=samples, seed=seed)
    for measure in measures:
        values = [value.percent for drawn in sums if (value := measure.value(drawn)) is not None]
        if values:
            found[measure] = _percentiles(values, level)
    return found


def differences(
    before: Sequence[Counts],
    after: Sequence[Counts],
    *,
    samples: int,
    seed: int,
    level: float = 0.95,
    measures: Sequence[Measure] = MEASURES,
) -> dict[Measure, tuple[float, float]]:
    """Return the percentile interval of `after` less `before` for the same documents, drawn in pairs."""
    if len(before) != len(after):
        raise ValueError(f"{len(before)} documents before and {len(after)} after are no pairs")
    # The same number of documents and the same seed: the same documents are drawn.
    first = _drawn_sums(before, samples=samples, seed=seed)
    second = _drawn_sums(after, samples=samples, seed=seed)
    found: dict[Measure, tuple[float, float]] = {}
    for measure in measures:
        values = [
            new.percent - old.percent
            for one, other in zip(first, second, strict=True)
            if (old := measure.value(one)) is not None and (new := measure.value(other)) is not None
        ]
        if values:
            found[measure] = _percentiles(values, level)
    return found


def _drawn_sums(counts: Sequence[Counts], *, samples: int, seed: int) -> list[dict[str, int]]:
    if not counts or samples < 1:
        return []
    keys = sorted({key for document in counts for key in document})
    # (documents, keys)
    table = np.array([[document.get(key, 0) for key in keys] for document in counts], dtype=np.int64)
    draws = np.random.default_rng(seed).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), size=samples
    )
    # (samples, documents) @ (documents, keys)
    return [dict(zip(keys, row, strict=True)) for row in (draws @ table).tolist()]


def _percentiles(values: Sequence[float], level: float) -> tuple[float, float]:
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
