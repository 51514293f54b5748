"""Figures by kind on two short texts, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from inquit.evaluation.gold import parse_gold
from inquit.evaluation.predictions import parse_prediction
from inquit.evaluation.report import Scores, score

_TEXT = (
    "The mill will close, said Ada Brill. Workers fear a hard winter. "
    "Her view is clear: no jobs. “We wait,” Tom Vane said. It rained."
)


def _place(part: str) -> list[int]:
    start = _TEXT.index(part)
    return [start, start + len(part)]


def _gold(kind: str, content: str, *, cue: str = "", source: str = "", entity: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "content": [_place(content)],
        "cue": [_place(cue)] if cue else [],
        "source": [_place(source)] if source else [],
        "entity": [entity] if entity else None,
    }


def _answer(
    kind: str, content: str, *, cue: str = "", mention: str = "", speaker: str = ""
) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": f"QUOTE_KIND_{kind}", "content": [_place(content)]}
    if cue:
        answer["cue"] = _place(cue)
    if mention:
        answer["speakerMention"] = _place(mention)
    if speaker:
        answer["speakerId"] = speaker
    return answer


def _score(quotes: list[dict[str, Any]], answers: list[dict[str, Any]]) -> Scores:
    entities = {"A": ("person", "Ada Brill"), "W": ("unnamed", "Workers"), "T": ("person", "Tom Vane")}
    gold = {
        "id": "a",
        "text": _TEXT,
        "quotes": quotes,
        "entities": {key: {"type": kind, "name": name} for key, (kind, name) in entities.items()},
    }
    speakers = [{"id": key, "name": name} for key, (_, name) in entities.items()]
    row = {"documentId": "a", "quotes": answers, "speakers": speakers}
    return score([parse_gold(gold)], {"a": parse_prediction(row)})


@pytest.fixture
def scores() -> Scores:
    """Three indirect quotations, one of them without a cue, and a direct one that was called mixed."""
    return _score(
        [
            _gold("indirect", "The mill will close", cue="said", source="Ada Brill", entity="A"),
            _gold("indirect", "a hard winter", cue="fear", source="Workers", entity="W"),
            _gold("indirect", "no jobs", source="Her", entity="A"),
            _gold("direct", "“We wait,”", cue="Tom Vane said", source="Tom Vane", entity="T"),
        ],
        [
            _answer("INDIRECT", "The mill will close,", cue="said", mention="Ada Brill", speaker="A"),
            _answer("INDIRECT", "fear a hard winter", mention="Ada Brill", speaker="A"),
            _answer("MIXED", "We wait", cue="said", mention="Tom Vane", speaker="T"),
            _answer("INDIRECT", "It rained"),
        ],
    )


@pytest.mark.parametrize(
    ("name", "hits", "total"),
    [
        ("precision", 2, 3),
        ("recall", 2, 3),
        ("kind", 2, 2),
        # Ada Brill is where the mill's speaker stands, not where the workers do.
        ("mention", 1, 2),
        ("speaker_lenient", 1, 3),
        ("recall_with_cue", 2, 2),
        ("recall_without_cue", 0, 1),
    ],
)
def test_shares(scores: Scores, name: str, hits: int, total: int) -> None:
    """Indirect quotations have every share of their own."""
    figure = next(f for f in scores.figures if (f.group, f.name) == ("indirect", name))
    assert (figure.hits, figure.total) == (hits, total)


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("indirect", "f1", 200 / 3),
        # One of three spans is right, whose comma is trimmed; of sources one of two places, of three.
        ("indirect", "content_f1", 100 / 3),
        ("indirect", "source_f1", 50.0),
        # The only answer with a cue is right; those without a cue never are.
        ("indirect", "cue_f1", 200 / 3),
        ("indirect", "content_f1_with_cue", 200 * 0.5 / 1.5),
        ("indirect", "content_f1_without_cue", 0.0),
        # Of three answers one has the right speaker, of three quotations too.
        ("indirect", "end_to_end_f1", 100 / 3),
        ("indirect", "f1_with_cue", 100.0),
    ],
)
def test_f1(scores: Scores, group: str, name: str, value: float) -> None:
    """Exact spans, found quotations and speakers are judged within the kind, with and without a cue."""
    assert scores.value(group, name) == pytest.approx(value)


def test_the_wrong_kind_is_a_figure_of_its_own(scores: Scores) -> None:
    """Words that are found as of another kind are found, and their spans are right."""
    assert scores.value("direct", "recall") == 100.0
    assert scores.value("direct", "kind") == 0.0
    figures = {(figure.group, figure.name) for figure in scores.figures}
    assert ("mixed", "f1") not in figures


def test_answers_about_a_kind_that_the_gold_has_not_are_not_judged() -> None:
    """Texts annotated for direct speech alone give no precision of indirect quotations."""
    scores = _score(
        [_gold("direct", "“We wait,”", entity="T")],
        [_answer("DIRECT", "“We wait,”"), _answer("INDIRECT", "no jobs")],
    )
    assert {figure.group for figure in scores.figures if figure.group == "indirect"} == set()
    assert scores.value("direct", "content_f1") == 100.0


def test_without_annotated_cues_nothing_is_known_of_them() -> None:
    """Texts in which no cue is annotated have no figures of what has one."""
    scores = _score(
        [_gold("direct", "“We wait,”", entity="T")], [_answer("DIRECT", "“We wait,”", cue="said")]
    )
    assert not [figure.name for figure in scores.figures if figure.name.endswith("_cue")]


def test_who_speaks_is_not_judged_where_nobody_can_tell() -> None:
    """An answer about words of somebody whom the gold does not tell is neither right nor wrong."""
    scores = _score(
        [
            _gold("indirect", "The mill will close", entity="A"),
            _gold("indirect", "no jobs", entity=None),
        ],
        [
            _answer("INDIRECT", "The mill will close", speaker="A"),
            _answer("INDIRECT", "no jobs", speaker="T"),
        ],
    )
    assert scores.value("indirect", "end_to_end_f1") == 100.0


def test_a_place_counts_once() -> None:
    """Two quotations that share a source have one source to find."""
    scores = _score(
        [
            _gold("indirect", "The mill will close", source="Ada Brill", entity=None),
            _gold("indirect", "no jobs", source="Ada Brill", entity=None),
        ],
        [_answer("INDIRECT", "The mill will close", mention="Ada Brill")],
    )
    assert scores.value("spans", "source_f1") == 100.0
    assert scores.value("indirect", "source_f1") == 100.0
