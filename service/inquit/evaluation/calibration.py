"""Whether a confidence means what it says.

Judged are quoted strings: each predicted string that stands for a string of the gold. Its
`confidence` should be the chance that the string is speech, its `speaker_confidence` the chance
that a string which is speech has the right speaker, leniently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from inquit.evaluation.kept import JudgedString

__all__ = [
    "BINNINGS",
    "Reliability",
    "ReliabilityBin",
    "count_calibration",
    "error",
    "reliabilities",
]

BINS = 10
BINNINGS = ("width", "mass")
MILLION = 1_000_000
"""Confidences are summed in millionths, so that counts stay whole numbers."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The cases of similar confidence."""

    confidence: float
    """Mean, from 0 to 1."""
    accuracy: float
    """Share that is right, from 0 to 1."""
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How one confidence compares with what is right; errors from 0 to 1."""

    count: int
    equal_width_error: float
    equal_mass_error: float
    brier: float
    equal_width: tuple[ReliabilityBin, ...]
    """Bins without cases are left out."""
    equal_mass: tuple[ReliabilityBin, ...]
    """About a tenth of the cases each; equal confidences stay together."""

    def as_dict(self) -> dict[str, object]:
        """Return the fields by name, numbers to four places."""
        return {
            name: [_rounded(row) for row in value] if isinstance(value, tuple | list) else _four(value)
            for name, value in asdict(self).items()
        }


def _rounded(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _four(value) for name, value in row.items()}


def _four(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


def _cases(what: str, strings: Iterable[JudgedString]) -> list[tuple[float, bool]]:
    if what == "confidence":
        return [(string.confidence, string.speech) for string in strings]
    return [(string.speaker_confidence, string.right) for string in strings if string.told and string.named]


def count_calibration(
    documents: Sequence[tuple[Counter[str], Sequence[JudgedString]]],
) -> None:
    """Add each document's cases to its counts; the bins of equal mass are those of all together."""
    for what in ("confidence", "speaker_confidence"):
        everything = [case for _, strings in documents for case in _cases(what, strings)]
        edges = {
            binning: _edges(binning, [confidence for confidence, _ in everything]) for binning in BINNINGS
        }
        for counts, strings in documents:
            for confidence, right in _cases(what, strings):
                counts[f"{what}.cases"] += 1
                counts[f"{what}.brier"] += round(MILLION * (confidence - right) ** 2)
                for binning in BINNINGS:
                    place = int(np.searchsorted(edges[binning], confidence, side="right"))
                    counts[f"{what}.{binning}{place}.count"] += 1
                    counts[f"{what}.{binning}{place}.right"] += right
                    counts[f"{what}.{binning}{place}.sum"] += round(MILLION * confidence)


def _edges(binning: str, confidences: Sequence[float]) -> Sequence[float]:
    inner = [place / BINS for place in range(1, BINS)]
    if binning == "width" or not confidences:
        return inner
    return np.quantile(confidences, inner).tolist()  # type: ignore[no-any-return]


def error(counts: Mapping[str, float], what: str, binning: str) -> tuple[float, int] | None:
    """Return the expected calibration error from 0 to 1 and its cases; None without cases."""
    cases = counts.get(f"{what}.cases", 0)
    if not cases:
        return None
    gaps = (
        abs(
            counts.get(f"{what}.{binning}{place}.sum", 0) / MILLION
            - counts.get(f"{what}.{binning}{place}.right", 0)
        )
        for place in range(BINS)
    )
    return sum(gaps) / cases, int(cases)


def reliabilities(counts: Mapping[str, float]) -> dict[str, Reliability]:
    """Return the reliability of both confidences from the sums over all documents."""
    found: dict[str, Reliability] = {}
    for what in ("confidence", "speaker_confidence"):
        errors = [error(counts, what, binning) for binning in BINNINGS]
        if errors[0] is None or errors[1] is None:
            continue
        cases = errors[0][1]
        found[what] = Reliability(
            cases,
            errors[0][0],
            errors[1][0],
            counts[f"{what}.brier"] / MILLION / cases,
            _bins(counts, f"{what}.width"),
            _bins(counts, f"{what}.mass"),
        )
    return found


def _bins(counts: Mapping[str, float], prefix: str) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(
            counts[f"{prefix}{place}.sum"] / MILLION / count,
            counts[f"{prefix}{place}.right"] / count,
            int(count),
        )
        for place in range(BINS)
        if (count := counts.get(f"{prefix}{place}.count", 0))
    )
