from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from inquit.errors import DataError
from inquit.model.encoding import TextEncoder
from inquit.model.tags import OUTSIDE, Role, illegal_starts, illegal_steps
from inquit.model.viterbi import tagged_spans
from inquit.training.augmentation import Augmentation, vary
from inquit.training.corpus import IGNORED, Example, make_example, read_rows
from training_types import Workbench

_ILLEGAL = illegal_steps()


def _text(example: Example, span: tuple[int, int]) -> str:
    encoded = example.encoded
    return encoded.text[encoded.starts[span[0]] : encoded.ends[span[1] - 1]]


def _legal(example: Example) -> bool:
    known = example.tags[example.tags != IGNORED]
    return not len(known) or not (illegal_starts()[known[0]] or _ILLEGAL[known[:-1], known[1:]].any())


def test_tags_are_the_annotation(rows: list[dict[str, Any]], encoder: TextEncoder) -> None:
    """The tags of a text, read as the decoder reads them, are its annotated spans."""
    example = make_example(rows[0], rows[0]["text"], encoder)
    firsts = np.flatnonzero(example.encoded.word_starts)
    edges = np.append(firsts, len(example.encoded))
    found = [
        (role, _text(example, (int(edges[a]), int(edges[b]))))
        for role, a, b in tagged_spans(example.tags[firsts])
    ]
    assert found == [
        (Role.CONTENT, "“We saw it,”"),
        (Role.CUE, "said"),
        (Role.SOURCE, "Ada Brill"),
        (Role.CONTENT, "“It was old.”"),
        (Role.CONTENT, "The office’s ‘plan’ was “fiction”"),
        (Role.SOURCE, "Tom Vane"),
        (Role.CUE, "told"),
        (Role.SOURCE, "He"),
        (Role.CUE, "insisted"),
        (Role.CONTENT, "the sea wall would hold"),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_tags_are_legal_in_every_variant(rows: list[dict[str, Any]], encoder: TextEncoder, seed: int) -> None:
    """Whatever the marks and the case, no example asks for a sequence that the decoder may not give."""
    source = random.Random(seed)
    for row in rows:
        example = make_example(row, vary(row["text"], Augmentation(1.0, 0.5, 0.5), source), encoder)
        assert _legal(example)
        assert set(example.tags[~example.encoded.word_starts].tolist()) <= {IGNORED}


def test_overlapping_annotation_is_mended(encoder: TextEncoder) -> None:
    """Where spans overlap, what is left of the overwritten one begins with its own begin tag."""
    text = "She said he told us it was old."
    row = {
        "text": text,
        "quotes": [
            {"content": [[9, 30]], "source": [[0, 3]], "cue": [[4, 8]], "entity": None},
            {"content": [[20, 30]], "source": [[9, 11]], "cue": [[12, 16]], "entity": None},
        ],
    }
    example = make_example(row, text, encoder)
    assert _legal(example)
    assert (example.tags == OUTSIDE).sum() == 1


def test_links_lead_to_source_and_cue(rows: list[dict[str, Any]], encoder: TextEncoder) -> None:
    """Every content span points to the source and the cue of its quotation."""
    example = make_example(rows[0], rows[0]["text"], encoder)
    sources = {_text(example, k.query): [_text(example, t) for t in k.targets] for k in example.source_links}
    cues = {_text(example, k.query): [_text(example, t) for t in k.targets] for k in example.cue_links}
    assert sources["“We saw it,”"] == sources["“It was old.”"] == ["Ada Brill"]
    assert sources["The office’s ‘plan’ was “fiction”"] == sources["“fiction”"] == ["Tom Vane"]
    assert sources["the sea wall would hold"] == ["He"]
    assert cues["“It was old.”"] == ["said"]
    assert cues["“fiction”"] == ["told"]
    assert {t for k in example.source_links for t in k.targets} <= set(example.sources)
    assert {t for k in example.cue_links for t in k.targets} <= set(example.cues)


def test_antecedents_are_the_names_of_the_speaker(rows: list[dict[str, Any]], encoder: TextEncoder) -> None:
    """A pronoun points to the names of its speaker; a mention that holds a name asks for nothing."""
    example = make_example(rows[0], rows[0]["text"], encoder)
    found = {
        _text(example, k.query): {_text(example, t) for t in k.targets} for k in example.antecedent_links
    }
    assert found == {"He": {"Tom Vane"}}


def test_quoted_strings_have_their_judgement(rows: list[dict[str, Any]], encoder: TextEncoder) -> None:
    """A reader's judgement counts in full, coverage by content less; strings inside strings are left out."""
    example = make_example(rows[1], rows[1]["text"], encoder)
    found = {_text(example, s.span): (s.speech, s.weight) for s in example.strings}
    assert found["“The Old Wall”"] == (0.0, 1.0)
    assert found["“It has held before,”"] == (1.0, 1.0)
    assert found["“It will."][0] > 0.5
    assert found["“It will."][1] < 1.0


def test_what_was_set_aside_is_not_learned(rows: list[dict[str, Any]], encoder: TextEncoder) -> None:
    """Passages that nobody judged have no tags at all."""
    example = make_example(rows[1], rows[1]["text"], encoder)
    start, end = rows[1]["set_aside"][0]
    span = example.encoded.token_span(start, end)
    assert span is not None
    assert set(example.tags[slice(*span)].tolist()) == {IGNORED}


def test_strings_that_were_set_aside_are_not_learned(
    rows: list[dict[str, Any]], encoder: TextEncoder
) -> None:
    """Quoted strings of passages that nobody judged are neither speech nor not."""
    example = make_example(rows[1], rows[1]["text"], encoder)
    assert "“It must.”" not in [_text(example, s.span) for s in example.strings]


def test_chains_of_fiction_are_antecedents_only(encoder: TextEncoder) -> None:
    """Texts with coreference chains teach antecedents and strings, and no role tags."""
    text = "Ada Brill rose. “No,” she said. Tom Vane left, and he wept."
    places = {
        part: (text.index(part), text.index(part) + len(part)) for part in ("Ada Brill", "she", "Tom Vane")
    }
    he = text.index("he wept")
    row = {
        "text": text,
        "quotes": [{"content": [[16, 21]], "entity": ["E1"]}],
        "entities": {
            "E1": {
                "type": "PER",
                "mentions": [[*places["Ada Brill"], "PROP"], [*places["she"], "PRON"]],
            },
            "E2": {"type": "PER", "mentions": [[*places["Tom Vane"], "PROP"], [he, he + 2, "PRON"]]},
        },
    }
    example = make_example(row, text, encoder)
    assert set(example.tags.tolist()) == {IGNORED}
    assert example.source_links == ()
    found = {
        _text(example, k.query): [_text(example, t) for t in k.targets] for k in example.antecedent_links
    }
    assert found == {"she": ["Ada Brill"], "he": ["Tom Vane"], "“No,”": ["Ada Brill"]}
    assert [(_text(example, s.span), s.speech) for s in example.strings] == [("“No,”", 1.0)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "tiny_train.jsonl:2"),
        ("[1]", "tiny_train.jsonl:2"),
        ('{"id": "b"}', "tiny_train.jsonl:2: text"),
        ('{"id": "b", "text": 5}', "tiny_train.jsonl:2: text"),
        *(
            pytest.param(
                line,
                "tiny_train.jsonl:2: " + field,
                marks=pytest.mark.xfail(reason="only the text of a row is checked"),
            )
            for line, field in (
                ('{"text": "abc", "quotes": [{"content": "abc"}]}', "quotes"),
                ('{"text": "abc", "quotes": [{"content": [[1]]}]}', "quotes"),
                ('{"text": "abc", "quotes": [{"content": [[1, 99]]}]}', ""),
                ('{"text": "abc", "quotes": 5}', "quotes"),
                ('{"text": "abc", "entities": []}', "entities"),
                ('{"text": "abc", "marks": [{"speech": true}]}', "marks"),
            )
        ),
    ],
)
def test_a_bad_row_is_told_by_file_and_line(
    workbench: Workbench, rows: list[dict[str, Any]], line: str, message: str
) -> None:
    """A row that cannot be read is a DataError that names file, line and field."""
    path = workbench.write([rows[0], line])
    with pytest.raises(DataError, match=message):
        list(read_rows(path))


def test_rows_are_read_as_they_stand(workbench: Workbench, rows: list[dict[str, Any]]) -> None:
    """A row comes as it was written; blank lines between rows are no rows."""
    path = workbench.write([rows[0], "", rows[1]])
    assert list(read_rows(path)) == rows[:2]
