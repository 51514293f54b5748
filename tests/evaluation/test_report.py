from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import DataError
from inquit.evaluation.gold import parse_gold
from inquit.evaluation.predictions import parse_prediction
from inquit.evaluation.report import Scores, evaluate, score
from inquit.types import (
    DEFAULT_KINDS,
    Document,
    Extraction,
    ExtractOptions,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    SpeakerType,
)

Rows = list[dict[str, Any]]


def _write(path: Path, rows: Rows) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def scores(gold_rows: Rows, prediction_rows: Rows) -> Scores:
    """Score the two rows."""
    predicted = [parse_prediction(row) for row in prediction_rows]
    return score([parse_gold(row) for row in gold_rows], {row.id: row for row in predicted})


@pytest.mark.parametrize(
    ("group", "name", "hits", "total"),
    [
        # `We saw it`, `fictio` and `Blue Dusk` were returned; the first two are speech of three.
        ("quoted_strings", "precision", 2, 3),
        ("quoted_strings", "recall", 2, 3),
        ("quoted_strings", "rejected", 0, 1),
        ("quoted_strings", "exact_boundary", 1, 2),
        # Ada Brill is right, Ada Brill instead of the Lake Office is not.
        ("mention", "overlap", 1, 2),
        # `the Lake Office` is the same name; `Brill` is part of one; the third was not found.
        ("speaker", "strict", 1, 3),
        ("speaker", "lenient", 2, 3),
        ("speaker", "named_strict", 1, 2),
        ("speaker", "named_lenient", 2, 2),
        # A person is right; an organisation taken for a description is not; one was not found.
        ("speaker", "type", 1, 2),
        ("type", "person", 1, 1),
        ("type", "organization", 0, 1),
        ("direct", "speaker_type", 1, 1),
        ("spans", "source_precision", 2, 2),
        ("spans", "source_recall", 2, 4),
        ("spans", "cue_precision", 2, 2),
        ("spans", "cue_recall", 2, 4),
        ("spans", "content_precision", 2, 4),
        ("spans", "content_recall", 2, 4),
        # By kind: `Blue Dusk` overlaps no attribution; `fiction` covers 9 of 24 characters.
        ("direct", "precision", 1, 2),
        ("direct", "recall", 1, 2),
        ("direct", "speaker_lenient", 1, 2),
        ("mixed", "precision", 1, 1),
        ("mixed", "recall", 0, 1),
        ("indirect", "recall", 1, 1),
    ],
)
def test_rates(scores: Scores, group: str, name: str, hits: int, total: int) -> None:
    """Every share is its hits among the cases judged, as counted by hand on two short texts."""
    figure = next(f for f in scores.figures if (f.group, f.name) == (group, name))
    assert (figure.hits, figure.total) == (hits, total)
    assert figure.value == pytest.approx(100 * hits / total)


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("quoted_strings", "f1", 200 / 3),
        ("end_to_end", "f1", 200 / 3),
        ("spans", "source_f1", 200 / 3),
        ("spans", "content_f1", 50.0),
        ("mixed", "f1", 0.0),
        ("indirect", "f1", 100.0),
    ],
)
def test_f1(scores: Scores, group: str, name: str, value: float) -> None:
    """F1 is the harmonic mean of precision and recall, nought where one of them is."""
    assert scores.value(group, name) == pytest.approx(value)


def test_misses_name_the_string_and_both_speakers(scores: Scores) -> None:
    """A quoted string without its speaker can be looked at."""
    assert [(miss.document_id, miss.string, miss.predicted, miss.gold) for miss in scores.misses] == [
        ("b", "“No,”", None, ("an old man",))
    ]


def test_what_was_not_judged_has_no_figure(gold_rows: Rows) -> None:
    """Rows without judged strings give no figures about them instead of noughts."""
    for row in gold_rows:
        del row["marks"]
    scores = score([parse_gold(row) for row in gold_rows], {})
    groups = {figure.group for figure in scores.figures}
    assert groups == {"spans", "direct", "mixed", "indirect"}
    with pytest.raises(KeyError, match=r"quoted_strings\.f1"):
        scores.value("quoted_strings", "f1")


def test_role_spans_without_links_are_scored(prediction_rows: Rows, gold_rows: Rows) -> None:
    """Gold that has role spans but no attributions still gives exact spans."""
    text = gold_rows[1]["text"]
    gold = parse_gold({"id": "b", "text": text, "spans": {"source": [[15, 24]], "content": [[30, 48]]}})
    scores = score([gold], {"b": parse_prediction(prediction_rows[1])})
    assert scores.value("spans", "source_f1") == 100.0
    assert scores.value("spans", "content_f1") == 100.0


def test_only_the_name_counts() -> None:
    """A speaker is right under the gold name; other names that the gold may list do not count."""
    text = "“Go,” said Annie."
    gold = parse_gold(
        {
            "id": "a",
            "text": text,
            "quotes": [{"kind": "direct", "content": [[0, 5]], "entity": "Ann Fell"}],
            "entities": {"Ann Fell": {"type": "person", "name": "Ann Fell", "aliases": ["Annie"]}},
        }
    )
    predicted = parse_prediction(
        {
            "documentId": "a",
            "quotes": [{"kind": "QUOTE_KIND_DIRECT", "content": [{"end": 5}], "speakerId": "s"}],
            "speakers": [{"id": "s", "name": "Annie"}],
        }
    )
    assert score([gold], {"a": predicted}).value("direct", "speaker_strict") == 0.0


def test_passages_set_aside_are_not_held_against_anyone(gold_rows: Rows, prediction_rows: Rows) -> None:
    """A quotation in a passage that nobody judged does not lower precision by kind."""
    gold_rows[0]["set_aside"] = [gold_rows[0]["marks"][2]["span"]]
    scores = score([parse_gold(gold_rows[0])], {"a": parse_prediction(prediction_rows[0])})
    assert scores.value("direct", "precision") == 100.0


@dataclass(frozen=True)
class _Info:
    name: str = "fake"
    version: str = "7"
    sha256: str = "ab" * 32
    device: str = "cpu"
    dtype: str = "float32"


class _Reader:
    """Answers every document with its first quoted string, said by Ada Brill."""

    def __init__(self) -> None:
        self.options: ExtractOptions | None = None

    @property
    def info(self) -> _Info:
        return _Info()

    def extract_many(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Extraction]:
        self.options = options
        for document in documents:
            end = document.text.index("”")
            string = Span(1, end, document.text[1:end])
            content = Span(0, end + 1, document.text[: end + 1])
            yield Extraction(
                document.id,
                quotes=(Quote(QuoteKind.DIRECT, (content,), (string,), speaker_id="s1"),),
                speakers=(Speaker("s1", "Ada Brill", SpeakerType.PERSON),),
            )


def test_an_extractor_is_asked_for_all_kinds(tmp_path: Path, gold_rows: Rows) -> None:
    """Evaluating an extractor asks for indirect quotations too, and tells how far it is."""
    reader = _Reader()
    steps: list[tuple[int, int]] = []
    report = evaluate(
        _write(tmp_path / "gold.jsonl", gold_rows),
        extractor=reader,
        samples=0,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert reader.options is not None
    assert reader.options.kinds == frozenset(QuoteKind) != DEFAULT_KINDS
    assert steps == [(1, 2), (2, 2)]
    assert report.scores.value("quoted_strings", "recall") == pytest.approx(200 / 3)
    assert report.scores.value("speaker", "strict") == pytest.approx(100 / 3)


def test_a_report_carries_its_signature(tmp_path: Path, gold_rows: Rows) -> None:
    """Figures never travel without data, metric, model, code, seed and machine."""
    gold = _write(tmp_path / "gold.jsonl", gold_rows)
    report = evaluate(gold, extractor=_Reader(), samples=20, seed=5)
    signature = report.as_dict()["signature"]
    assert signature["data"] == "gold.jsonl"
    assert signature["data_rows"] == 2
    assert len(signature["data_sha256"]) == 64
    assert signature["model"] == "fake 7 (cpu, float32)"
    assert signature["model_sha256"] == "ab" * 32
    assert (signature["samples"], signature["seed"]) == (20, 5)
    assert all(signature[field] for field in ("metric", "code", "machine"))
    assert str(report.signature) in report.table()


def test_predictions_from_a_file_give_the_same_figures(
    tmp_path: Path, gold_rows: Rows, prediction_rows: Rows, scores: Scores
) -> None:
    """A file of answers is scored like answers in memory, and its JSON can be read back."""
    report = evaluate(
        _write(tmp_path / "gold.jsonl", gold_rows),
        predictions_path=_write(tmp_path / "answers.jsonl", prediction_rows),
        samples=0,
    )
    assert report.scores == scores
    figures = json.loads(json.dumps(report.as_dict()))["figures"]
    assert figures["speaker"]["strict"] == {"value": 33.33, "low": None, "high": None, "hits": 1, "total": 3}
    assert "speaker strict" in report.table()


def test_a_missing_answer_counts_as_an_empty_one(
    tmp_path: Path, gold_rows: Rows, prediction_rows: Rows
) -> None:
    """Documents without a prediction lower recall, and the report says how many there are."""
    report = evaluate(
        _write(tmp_path / "gold.jsonl", gold_rows),
        predictions_path=_write(tmp_path / "answers.jsonl", prediction_rows[:1]),
        samples=0,
    )
    assert report.unanswered == 1
    assert report.scores.value("indirect", "recall") == 0.0
    assert "1 documents have no prediction" in report.table()


def test_answers_about_other_documents_are_refused(
    tmp_path: Path, gold_rows: Rows, prediction_rows: Rows
) -> None:
    """A file of predictions that shares no document with the gold is an error, not a score of nought."""
    for row in prediction_rows:
        row["documentId"] += "-other"
    with pytest.raises(DataError, match="none of the 2 rows"):
        evaluate(
            _write(tmp_path / "gold.jsonl", gold_rows),
            predictions_path=_write(tmp_path / "answers.jsonl", prediction_rows),
        )


def test_a_repeated_document_is_refused(tmp_path: Path, gold_rows: Rows) -> None:
    """Two gold rows of one id would be scored against one answer: an error."""
    with pytest.raises(DataError, match="'a' stands in the file twice"):
        evaluate(_write(tmp_path / "gold.jsonl", [gold_rows[0], gold_rows[0]]), extractor=_Reader())


def test_one_of_extractor_and_predictions_is_needed(tmp_path: Path, gold_rows: Rows) -> None:
    """With neither or both, there is no telling what to score."""
    gold = _write(tmp_path / "gold.jsonl", gold_rows)
    with pytest.raises(ValueError, match="not both"):
        evaluate(gold)
    with pytest.raises(ValueError, match="not both"):
        evaluate(gold, extractor=_Reader(), predictions_path=gold)
