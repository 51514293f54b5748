from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import DataError
from inquit.evaluation.report import Report, evaluate

TEXT = "“No,” he wrote on Chirp on Monday. “Yes,” she said. “Well,” he told the Lake Post. “So,” it said in a note."


def place(part: str) -> list[int]:
    """Return the offsets of the first place where a part stands."""
    start = TEXT.index(part)
    return [start, start + len(part)]


QUOTES = ("“No,”", "“Yes,”", "“Well,”", "“So,”")


def _files(folder: Path, channels: Any, answers: list[tuple[str, str | None]]) -> Report:
    gold = {
        "id": "a",
        "text": TEXT,
        "quotes": [{"kind": "direct", "content": [place(words)]} for words in QUOTES],
    }
    answer = {
        "documentId": "a",
        "quotes": [
            {
                "kind": "QUOTE_KIND_DIRECT",
                "content": [place(words)],
                **(
                    {}
                    if channel is None
                    else {"channel": dict(zip(("start", "end"), place(channel), strict=True))}
                ),
            }
            for words, channel in answers
        ],
    }
    for name, row in (("gold", gold), ("answers", answer), ("channels", channels)):
        (folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return evaluate(
        folder / "gold.jsonl",
        predictions_path=folder / "answers.jsonl",
        channels_path=folder / "channels.jsonl",
        samples=10,
    )


def _listed(*channels: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "id": "a",
        "channels": [
            {"quote": place(words), "channel": None if c is None else place(c)} for words, c in channels
        ],
    }


def test_channels_of_found_quotations(tmp_path: Path) -> None:
    """Right is half of the longer span; a channel too many costs precision, a missing one recall."""
    report = _files(
        tmp_path,
        _listed(
            ("“No,”", "on Chirp"),
            ("“Yes,”", None),
            ("“Well,”", "told the Lake Post"),
            ("“So,”", "in a note"),
        ),
        # The first is too long by 10 of 18; the second invented; the third cut; the fourth not found.
        [("“No,”", "on Chirp on Monday"), ("“Yes,”", "she said"), ("“Well,”", "the Lake Post")],
    )
    figures = {f.name: (f.hits, f.total) for f in report.scores.figures if f.group == "channel"}
    assert figures == {
        "found": (3, 4),
        "precision": (1, 3),
        "recall": (1, 2),
        "f1": (None, 2),
        "exact_f1": (None, 2),
    }
    assert report.scores.value("channel", "f1") == pytest.approx(40.0)
    assert report.scores.value("channel", "exact_f1") == 0.0
    signature = report.as_dict()["signature"]
    assert signature["channels"] == "channels.jsonl"
    assert "channels channels.jsonl" in str(report.signature)


def test_exact_channels_and_none(tmp_path: Path) -> None:
    """Only listed quotations count; none where there is none costs nothing."""
    report = _files(
        tmp_path,
        _listed(("“No,”", "on Chirp"), ("“Yes,”", None)),
        [("“No,”", "on Chirp"), ("“Yes,”", None), ("“Well,”", "the Lake Post")],
    )
    for name in ("found", "precision", "recall", "f1", "exact_f1"):
        assert report.scores.value("channel", name) == 100.0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "b", "channels": []}, "none of the 1 rows is in the gold"),
        ({"id": "a", "channels": [{"channel": None}]}, r"channels.jsonl:1: channels\[0\]: quote: is needed"),
        ({"id": "a", "channels": [{"quote": [5, 9]}]}, "no quotation of the gold is there"),
        ({"id": "a", "channels": [{"quote": [0, 5], "channel": [0, 999]}]}, "characters only"),
    ],
)
def test_channels_that_do_not_fit_are_refused(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    """A file about other texts, or about places without a quotation, is an error with its line."""
    with pytest.raises(DataError, match=message):
        _files(tmp_path, row, [])


def test_without_the_file_there_are_no_figures(tmp_path: Path) -> None:
    """Channels are not judged, and not in the signature, unless somebody annotated them."""
    _files(tmp_path, _listed(("“No,”", None)), [])
    report = evaluate(tmp_path / "gold.jsonl", predictions_path=tmp_path / "answers.jsonl", samples=0)
    assert "channel" not in {figure.group for figure in report.scores.figures}
    assert "channels" not in str(report.signature)
