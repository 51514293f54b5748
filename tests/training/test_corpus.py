from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import DataError
from inquit.model.encoding import TextEncoder
from inquit.training.augmentation import Variant
from inquit.training.corpus import make_example, read_rows
from inquit.training.examples import IGNORED, Example
from training_texts import link_words, place, quotation
from training_types import Workbench

MakeExample = Callable[[dict[str, Any]], Example]

_TEXT = "Ada Brill spoke. “It leaks,” she said. I heard “The Old Wall”. Somebody wrote that it was old."


@pytest.fixture
def bare() -> dict[str, Any]:
    """Return a row without speakers."""
    return {
        "id": "harbour/1",
        "text": _TEXT,
        "quotes": [
            quotation(_TEXT, "“It leaks,”", source="[she] said", cue="she [said]"),
            quotation(_TEXT, "“The Old Wall”", source="[I] heard", cue="heard"),
            quotation(_TEXT, "it was old", source="Somebody", cue="wrote"),
        ],
    }


@pytest.fixture
def further() -> dict[str, Any]:
    """Return judgements on that row, in offsets alone."""
    return {
        "id": "harbour/1",
        "entities": {
            "E1": {"type": "person", "name": place(_TEXT, "Ada Brill")},
            "E2": {"type": "author", "name": None},
        },
        "sources": [
            {"span": place(_TEXT, "[she] said"), "entity": ["E1"]},
            {"span": place(_TEXT, "[I] heard"), "entity": ["E2"]},
        ],
        "marks": [
            {"span": place(_TEXT, "“It leaks,”"), "speech": True, "entity": ["E1"]},
            {"span": place(_TEXT, "“The Old Wall”"), "speech": False, "entity": None},
        ],
    }


def _annotations(workbench: Workbench, *rows: Any) -> Path:
    return workbench.write(list(rows), "further.jsonl")


def test_annotations_are_merged_into_rows(
    workbench: Workbench, bare: dict[str, Any], further: dict[str, Any]
) -> None:
    """Names are read from the text by their offsets; a writer whom it does not name is AUTHOR."""
    (row,) = read_rows(workbench.write([bare]), _annotations(workbench, further))
    assert row["entities"] == {
        "E1": {"type": "person", "name": "Ada Brill"},
        "E2": {"type": "author", "name": "AUTHOR"},
    }
    assert [q["entity"] for q in row["quotes"]] == [["E1"], ["E2"], None]
    assert row["marks"] == further["marks"]
    left = ("content", "source", "cue", "kind")
    assert [[q[k] for k in left] for q in row["quotes"]] == [[q[k] for k in left] for q in bare["quotes"]]


def test_merged_rows_are_learned_from(
    workbench: Workbench, bare: dict[str, Any], further: dict[str, Any], example_of: MakeExample
) -> None:
    """Annotations teach what the row alone does not: whom a pronoun means, and what is no speech."""
    path = workbench.write([bare])
    (alone,) = read_rows(path)
    (merged,) = read_rows(path, _annotations(workbench, further))
    example = example_of(merged)
    assert link_words(example, example.antecedent_links) == {"she": ["Ada Brill"], "I": []}
    assert example_of(alone).antecedent_links == ()
    assert [s.speech for s in example.strings] == [1.0, 0.0]


def test_rows_with_speakers_are_left_alone(
    workbench: Workbench, rows: list[dict[str, Any]], further: dict[str, Any]
) -> None:
    """What a row itself says of its speakers is never overwritten."""
    path = workbench.write(rows)
    annotations = _annotations(workbench, *({**further, "id": row["id"]} for row in rows))
    assert list(read_rows(path, annotations)) == rows


def test_annotations_of_other_texts_are_left_out(
    workbench: Workbench, bare: dict[str, Any], further: dict[str, Any]
) -> None:
    """Rows without annotations, and annotations without rows, are as if the others were not there."""
    unnamed = {k: v for k, v in bare.items() if k != "id"}
    path = workbench.write([bare, unnamed])
    assert list(read_rows(path, _annotations(workbench, {**further, "id": "harbour/2"}))) == [bare, unnamed]


def test_a_corpus_without_annotations_is_read_as_it_is(workbench: Workbench, bare: dict[str, Any]) -> None:
    """A folder of annotations need not have a file for every corpus."""
    path = workbench.write([bare])
    assert list(read_rows(path, workbench.folder / "nowhere.jsonl")) == [bare]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "further.jsonl:2"),
        ('{"entities": {}}', "further.jsonl:2: id"),
        *(
            pytest.param(
                line,
                "further.jsonl:2: " + field,
            )
            for line, field in (
                ('{"id": "harbour/1"}', "entities"),
                ('{"id": "harbour/1", "entities": {}, "marks": []}', "sources"),
                ('{"id": "harbour/1", "entities": {}, "sources": []}', "marks"),
            )
        ),
    ],
)
def test_bad_annotations_are_told_by_file_and_line(
    workbench: Workbench, bare: dict[str, Any], further: dict[str, Any], line: str, message: str
) -> None:
    """Annotations that cannot be read are a DataError that names file, line and field."""
    annotations = _annotations(workbench, {**further, "id": "harbour/2"}, line)
    with pytest.raises(DataError, match=message):
        list(read_rows(workbench.write([bare]), annotations))


def test_a_quotation_without_source_can_be_annotated(
    workbench: Workbench, bare: dict[str, Any], further: dict[str, Any]
) -> None:
    """A quotation may lack the field `source` whether its text is annotated or not."""
    del bare["quotes"][2]["source"]
    (row,) = read_rows(workbench.write([bare]), _annotations(workbench, further))
    assert row["quotes"][2]["entity"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"quotes": 5},
        {"quotes": [{"content": "abc"}]},
        {"quotes": [{"content": [[1]]}]},
        {"set_aside": [[0]]},
        {"marks": [{"speech": True, "entity": ["E1"]}]},
        {
            "entities": {"E1": {"name": "Ada Brill"}},
            "quotes": [quotation(_TEXT, source="she", entity=["E1"])],
        },
        {
            "entities": {"E1": {"type": "robot", "name": "Ada Brill"}},
            "quotes": [quotation(_TEXT, source="she", entity=["E1"])],
        },
        {"entities": {"E1": {"type": "PER", "mentions": [[0, 9]]}}},
        {"entities": {"E1": {"type": "person", "aliases": ["Ada"]}}},
        pytest.param(
            {"entities": ["E1"]},
            marks=pytest.mark.xfail(raises=AttributeError, reason="entities are not checked to be an object"),
        ),
        pytest.param(
            {"quotes": ["“It leaks,”"]},
            marks=pytest.mark.xfail(raises=AttributeError, reason="quotes are not checked to be objects"),
        ),
    ],
    ids=str,
)
def test_a_malformed_row_is_named(
    encoder: TextEncoder, bare: dict[str, Any], changes: dict[str, Any]
) -> None:
    """A row whose annotation cannot be used is a DataError with its id, not a crash of the run."""
    with pytest.raises(DataError, match="harbour/1"):
        make_example(bare | changes, Variant.same(_TEXT), encoder)


def test_a_row_is_read_by_what_it_has(bare: dict[str, Any], example_of: MakeExample) -> None:
    """Chains of mentions and aliases of characters tell the three kinds of rows apart."""
    news = example_of(bare)
    chains = example_of(bare | {"entities": {"E1": {"type": "PER", "mentions": []}}})
    character = {"type": "person", "name": "Ada Brill", "aliases": []}
    novel = example_of(bare | {"quotes": [], "entities": {"Ada Brill": character}})
    assert len(news.sources) == 3
    assert set(chains.tags.tolist()) == {IGNORED}
    assert (chains.types, len(novel.types)) == ((), 1)


def test_an_example_needs_neither_id_nor_quotations(encoder: TextEncoder) -> None:
    """A bare text is an example of nothing quoted; an empty one has no tokens."""
    example = make_example({"text": "It rained."}, Variant.same("It rained."), encoder)
    assert (example.id, example.source_links) == ("", ())
    assert set(example.tags.tolist()) <= {0, IGNORED}
    assert len(make_example({"text": ""}, Variant.same(""), encoder).encoded) == 0


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
