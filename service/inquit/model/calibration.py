"""From scores to probabilities that mean something: of ten answers at 0.9, nine are right.

Platt scaling (Platt, 1999) of the scores' log-odds, fitted on the development set: two numbers,
so that little can be fitted to its noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calibration", "fit"]

# Scores of 0 and 1 have no log-odds.
_EDGE = 1e-4
_STEPS = 100
_CLOSE = 1e-9
# Draws the two numbers towards no change, where few answers are wrong.
_PRIOR = 0.5
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map of scores in [0, 1] to probabilities, rising where `slope` is positive."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, score: float) -> float:
        """Return the probability that an answer of this score is right."""
        return _logistic(self.slope * _log_odds(score) + self.shift)


def fit(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit to answers and whether they were right; no change where there are too few of either."""
    hits, misses = sum(right), len(right) - sum(right)
    if min(hits, misses) < 1 or len(right) < _FEWEST:
        return Calibration()
    # Platt's targets, a little off 0 and 1, keep the fit finite.
    wanted = np.where(np.array(right), (hits + 1) / (hits + 2), 1 / (misses + 2))
    design = np.stack([[_log_odds(s) for s in scores], np.ones(len(scores))], axis=1)
    start = np.array([1.0, 0.0])

    def loss(values: NDArray[np.float64]) -> float:
        sums = design @ values
        return float(
            np.sum(np.logaddexp(0.0, sums) - wanted * sums) + _PRIOR / 2 * np.sum((values - start) ** 2)
        )

    values, reached = start.copy(), loss(start)
    for _ in range(_STEPS):
        chances = 1.0 / (1.0 + np.exp(-np.clip(design @ values, -500.0, 500.0)))
        gradient = design.T @ (chances - wanted) + _PRIOR * (values - start)
        curvature = (design * (chances * (1 - chances))[:, None]).T @ design + _PRIOR * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        # Newton's step overshoots where most scores are sure: halved until the loss falls.
        while (ahead := loss(values - step)) > reached and float(np.abs(step).max()) > _CLOSE:
            step /= 2
        if ahead > reached or float(np.abs(step).max()) <= _CLOSE:
            break
        values, reached = values - step, ahead
    # A map that falls would turn the order of the answers round.
    return Calibration(float(values[0]), float(values[1])) if values[0] > 0.0 else Calibration()


def _logistic(value: float) -> float:
    # Written so that no power overflows.
    if value >= 0.0:
        return 1.0 / (1.0 + math.exp(-value))
    power = math.exp(value)
    return power / (1.0 + power)


def _log_odds(score: float) -> float:
    bounded = min(1.0 - _EDGE, max(_EDGE, score))
    return math.log(bounded / (1.0 - bounded))
