from __future__ import annotations

import numpy as np
import pytest

from inquit.model.calibration import Calibration, fit


def _answers(slope: float, shift: float, count: int) -> tuple[list[float], list[bool]]:
    """Return scores and answers that are right as often as a slope and a shift say of each score."""
    source = np.random.default_rng(7)
    scores = source.uniform(0.02, 0.98, count)
    odds = slope * np.log(scores / (1 - scores)) + shift
    right = source.uniform(size=count) < 1 / (1 + np.exp(-odds))
    return scores.tolist(), right.tolist()


def test_no_calibration_changes_nothing() -> None:
    """By default a score is the probability, and stays inside 0 and 1 at its ends."""
    same = Calibration()
    for score in (0.01, 0.3, 0.5, 0.99):
        assert same(score) == pytest.approx(score)
    assert 0.0 < same(0.0) < 0.001
    assert 0.999 < same(1.0) < 1.0


@pytest.mark.parametrize(("slope", "shift"), [(2.0, 0.0), (0.5, 0.0), (1.0, -1.5), (1.7, 0.8)])
def test_a_known_slope_and_shift_are_found(slope: float, shift: float) -> None:
    """Fitted to many answers, the two numbers are those by which the answers were drawn."""
    found = fit(*_answers(slope, shift, 20_000))
    assert found.slope == pytest.approx(slope, abs=0.08)
    assert found.shift == pytest.approx(shift, abs=0.08)


def test_of_ten_answers_at_nine_tenths_nine_are_right() -> None:
    """After the fit, the answers of each level are right as often as it says."""
    scores, right = _answers(0.4, 1.0, 20_000)
    fitted = fit(scores, right)
    told = np.array([fitted(s) for s in scores])
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        inside = (told >= low) & (told < low + 0.1)
        if inside.sum() > 300:
            assert np.array(right)[inside].mean() == pytest.approx(told[inside].mean(), abs=0.04)


@pytest.mark.parametrize(
    ("scores", "right"),
    [
        ([], []),
        ([0.9], [True]),
        ([0.9] * 19, [True] * 10 + [False] * 9),
        ([0.9] * 100, [True] * 100),
        ([0.9] * 100, [False] * 100),
    ],
    ids=["none", "one", "few", "all right", "all wrong"],
)
def test_too_few_answers_change_nothing(scores: list[float], right: list[bool]) -> None:
    """Without enough answers of both kinds the scores are left as they are."""
    assert fit(scores, right) == Calibration()


def test_order_is_kept() -> None:
    """A higher score never becomes a lower probability."""
    fitted = fit(*_answers(1.4, -0.5, 500))
    assert fitted.slope > 0
    told = [fitted(step / 200) for step in range(201)]
    assert told == sorted(told)
    assert all(0.0 <= value <= 1.0 for value in told)


def test_sure_scores_that_are_often_wrong_are_believed_less() -> None:
    """Of answers at 0.999 of which seven in ten are right, each is told at about seven in ten."""
    fitted = fit([0.999] * 1000, [True] * 700 + [False] * 300)
    assert fitted(0.999) == pytest.approx(0.7, abs=0.03)


def test_mostly_certain_scores_can_be_fitted() -> None:
    """Scores that are 1 but for a few, nearly all of them right, keep their order and stay usable."""
    fitted = fit([1.0] * 950 + [0.6] * 50, [True] * 930 + [False] * 20 + [True] * 30 + [False] * 20)
    assert 0.0 < fitted.slope < 10.0
    assert fitted(1.0) == pytest.approx(930 / 950, abs=0.02)


def test_steep_slopes_have_a_probability() -> None:
    """Whatever the two numbers of a model's file are, each score has a probability."""
    assert Calibration(slope=100.0)(0.0) == pytest.approx(0.0)


def test_few_mistakes_move_little() -> None:
    """Where hardly any answer is wrong, the slope stays near 1 instead of running away."""
    fitted = fit([0.95] * 60 + [0.9], [True] * 60 + [False])
    assert 0.3 < fitted.slope < 3.0
    assert abs(fitted.shift) < 3.0
