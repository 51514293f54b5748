from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from inquit.evaluation.calibration import count_calibration, reliabilities
from inquit.evaluation.gold import parse_gold
from inquit.evaluation.kept import JudgedString, curve
from inquit.evaluation.predictions import parse_prediction
from inquit.evaluation.report import Scores, score


def _string(confidence: float, *, speech: bool) -> JudgedString:
    return JudgedString(confidence, 0.0, speech=speech, told=False, named=False, right=False)


def _sums(*documents: list[JudgedString]) -> Counter[str]:
    counted: list[tuple[Counter[str], list[JudgedString]]] = [(Counter(), strings) for strings in documents]
    count_calibration(counted)
    return sum((counts for counts, _ in counted), Counter())


def test_error_of_bins_of_equal_width() -> None:
    """The error is the gap between mean confidence and share right, weighted by cases."""
    strings = [_string(0.92, speech=True), _string(0.98, speech=False), _string(0.31, speech=False)]
    found = reliabilities(_sums(strings[:1], strings[1:]))["confidence"]
    # |1.90 - 1| + |0.31 - 0|, over three.
    assert found.equal_width_error == pytest.approx(1.21 / 3)
    assert found.brier == pytest.approx((0.08**2 + 0.98**2 + 0.31**2) / 3, abs=1e-6)
    assert found.count == 3
    assert [(row.accuracy, row.count) for row in found.equal_width] == [(0.0, 1), (0.5, 2)]
    assert [row.confidence for row in found.equal_width] == pytest.approx([0.31, 0.95])


def test_bins_of_equal_mass_split_what_equal_width_hides() -> None:
    """Confidences that lie close together get bins of their own; equal ones stay together."""
    strings = [_string(0.90 + place / 200, speech=place >= 10) for place in range(20)]
    found = reliabilities(_sums(strings))["confidence"]
    assert [row.count for row in found.equal_width] == [20]
    assert [row.count for row in found.equal_mass] == [2] * 10
    assert [row.accuracy for row in found.equal_mass] == [0.0] * 5 + [1.0] * 5
    assert found.equal_mass_error > found.equal_width_error
    same = reliabilities(_sums([_string(0.8, speech=place > 0) for place in range(5)]))["confidence"]
    assert [(row.accuracy, row.count) for row in same.equal_mass] == [(0.8, 5)]
    assert same.equal_mass_error == pytest.approx(0.0)


def test_certainty_falls_into_the_last_bin() -> None:
    """A confidence of 1 is no bin of its own."""
    (row,) = reliabilities(_sums([_string(1.0, speech=True), _string(0.95, speech=True)]))[
        "confidence"
    ].equal_width
    assert row.count == 2


TEXT = (
    "“One,” said Ada Brill. “Two,” said Ada Brill. A “three”. “Four,” someone said. “Five,” said Ada Brill."
)


def place(part: str) -> list[int]:
    """Return the offsets of the first place where a part stands."""
    start = TEXT.index(part)
    return [start, start + len(part)]


def _row(*strings: tuple[str, float | None, str | None, float]) -> dict[str, Any]:
    return {
        "id": "a",
        "quotes": [
            {
                "kind": "direct",
                "verbatim": [place(words)],
                **({} if confidence is None else {"confidence": confidence}),
                **({} if name is None else {"speakerId": name, "speakerConfidence": certain}),
            }
            for words, confidence, name, certain in strings
        ],
        "speakers": [{"id": name, "name": name} for _, _, name, _ in strings if name],
    }


GOLD = {
    "id": "a",
    "text": TEXT,
    "marks": [
        {"span": place("“One,”"), "speech": True, "entity": "E1"},
        {"span": place("“Two,”"), "speech": True, "entity": "E1"},
        {"span": place("“three”"), "speech": False, "entity": None},
        {"span": place("“Four,”"), "speech": True, "entity": None},
        {"span": place("“Five,”"), "speech": True, "entity": "E1"},
    ],
    "entities": {"E1": {"type": "person", "name": "Ada Brill"}},
}


@pytest.fixture
def scores() -> Scores:
    """Score a right speaker, a wrong one, a string that is no speech, one of nobody, one not named."""
    row = _row(
        ("One,", 0.95, "Brill", 0.95),
        ("Two,", 0.95, "Fenn", 0.6),
        ("three", 0.9, "Ada Brill", 0.95),
        ("Four,", 0.92, "Fenn", 0.9),
        ("Five,", 1.0, None, 0.0),
    )
    return score([parse_gold(GOLD)], {"a": parse_prediction(row)}, samples=20)


def test_speakers_are_calibrated_where_one_was_named_and_is_known(scores: Scores) -> None:
    """Strings that are no speech, nobody's, or returned without a speaker are no cases."""
    found = scores.reliability["speaker_confidence"]
    assert found.count == 2
    assert found.brier == pytest.approx((0.05**2 + 0.6**2) / 2, abs=1e-6)
    assert scores.value("speaker_confidence", "error") == pytest.approx(100 * (0.05 + 0.6) / 2)
    assert scores.value("speaker_confidence", "unnamed") == pytest.approx(100 / 3)
    assert scores.reliability["confidence"].count == 5
    assert scores.value("confidence", "brier") == pytest.approx(
        100 * (0.05**2 + 0.05**2 + 0.9**2 + 0.08**2) / 5, abs=1e-4
    )


@pytest.mark.parametrize(
    ("group", "name", "hits", "total"),
    [
        # Everything is kept; nobody can tell who said the fourth.
        ("least_0.9", "speech_precision", 4, 5),
        ("least_0.9", "speech_recall", 4, 4),
        ("least_0.9", "speaker_precision", 1, 4),
        ("least_0.9", "speaker_recall", 1, 3),
        # Kept: One, three, Four.
        ("least_both_0.9", "speech_precision", 2, 3),
        ("least_both_0.9", "speech_recall", 2, 4),
        ("least_both_0.9", "speaker_precision", 1, 2),
        ("least_both_0.9", "speaker_recall", 1, 3),
    ],
)
def test_what_a_least_confidence_keeps(scores: Scores, group: str, name: str, hits: int, total: int) -> None:
    """Strings at or above 0.9 are kept, by the one confidence or by both."""
    figure = next(f for f in scores.figures if (f.group, f.name) == (group, name))
    assert (figure.hits, figure.total) == (hits, total)
    assert figure.low is not None


def test_curves_start_with_everything_and_agree_with_the_figures(scores: Scores) -> None:
    """The first point keeps all; the point at 0.9 has the figures of 0.9; what is empty has no precision."""
    for name in ("confidence", "both"):
        first = scores.curves[name][0]
        assert (first.threshold, first.kept, first.speech_precision) == (0.0, 5, 0.8)
        # The string of nobody can have no right speaker, and is not held against anyone.
        assert first.speaker_precision == 0.25
    at = next(point for point in scores.curves["both"] if point.threshold == 0.9)
    assert (at.kept, at.speaker_precision) == (3, 0.5)
    assert at.speaker_recall == pytest.approx(1 / 3)
    last = scores.curves["both"][-1]
    assert (last.kept, last.speech_precision, last.speech_recall) == (0, None, 0.0)
    assert json.loads(json.dumps(last.as_dict()))["speech_precision"] is None


def test_answers_without_confidence_are_not_calibrated() -> None:
    """Answers of programs that give no confidence have figures, but no calibration."""
    row = _row(("One,", None, "Ada Brill", 0.0))
    del row["quotes"][0]["speakerConfidence"]
    scores = score([parse_gold(GOLD)], {"a": parse_prediction(row)})
    assert scores.value("speaker", "lenient") == pytest.approx(100 / 3)
    assert (scores.reliability, scores.curves) == ({}, {})


def test_a_curve_of_nothing_has_no_shares() -> None:
    """Without strings there is nothing to divide by."""
    first = curve([], lambda string: string.confidence, speech=0, told=0)[0]
    assert (first.kept, first.speech_precision, first.speech_recall) == (0, None, None)
