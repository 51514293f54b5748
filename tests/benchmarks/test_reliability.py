from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reliability import draw

_POINT = {
    "threshold": 0.9,
    "kept": 3,
    "speech_precision": 0.9,
    "speech_recall": 0.8,
    "speaker_precision": 0.7,
    "speaker_recall": 0.6,
}


@pytest.fixture
def report() -> dict[str, Any]:
    """Return the parts of an evaluation's report that are drawn; the last point keeps nothing."""
    bins = [
        {"confidence": 0.55, "accuracy": 0.5, "count": 4},
        {"confidence": 0.95, "accuracy": 1.0, "count": 9},
    ]
    errors = {"equal_width_error": 0.05, "equal_mass_error": 0.04, "brier": 0.1}
    found = {"count": 13, "equal_width": bins, "equal_mass": bins, **errors}
    empty = dict.fromkeys(_POINT) | {"threshold": 0.95, "kept": 0}
    return {
        "signature": {"model": "fake 7", "data": "dev.jsonl", "data_rows": 2},
        "calibration": {"confidence": found, "speaker_confidence": found},
        "curves": {"confidence": [_POINT, empty], "both": [_POINT, empty]},
    }


def test_a_report_gives_the_same_pictures_again(report: dict[str, Any], tmp_path: Path) -> None:
    """Both pictures are SVG, tell what they belong to, and do not change with the day."""
    first = draw(report, tmp_path / "first")
    assert [path.name for path in first] == ["reliability.svg", "min_confidence.svg"]
    for path, again in zip(first, draw(report, tmp_path / "second"), strict=True):
        drawn = path.read_bytes()
        assert drawn == again.read_bytes()
        assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own file
        assert b"fake 7 on dev.jsonl (2 documents)" in drawn


def test_a_report_without_judged_strings_is_refused(report: dict[str, Any], tmp_path: Path) -> None:
    """There is nothing to draw about fiction or bare spans, and the message says so."""
    report["calibration"] = {}
    with pytest.raises(SystemExit, match="judges no quoted strings"):
        draw(report, tmp_path)
