from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inquit.training.examples import IGNORED, Example
from training_texts import link_words, place, quotation, span_words

MakeExample = Callable[[dict[str, Any]], Example]

_TEXT = (
    "Ada Brill rose. “No,” she said. “Not “The Old Wall”.” Tom Vane left Port Elm, and he wept. The maid saw it.\n\n"
    "“Brill is away,” said the maid. “Here is her “Atlas of Elm”.” He read “The Dam” to them."
)


@pytest.fixture
def fiction() -> dict[str, Any]:
    """Return a text with chains of people, one of whom has no name, and of a thing."""
    return {
        "id": "fiction",
        "text": _TEXT,
        "quotes": [
            quotation(_TEXT, "“No,”", "“Not “The Old Wall”.”", entity=["E1"]),
            quotation(_TEXT, "“Brill is away,”", "“Here is her “Atlas of Elm”.”", entity=["E3"]),
        ],
        "entities": {
            "E1": {
                "type": "PER",
                "mentions": [
                    [*place(_TEXT, "Ada Brill"), "PROP"],
                    [*place(_TEXT, "she"), "PRON"],
                    [*place(_TEXT, "Brill is away"), "PROP"],
                    [*place(_TEXT, "is [her] “"), "PRON"],
                ],
            },
            "E2": {
                "type": "PER",
                "mentions": [
                    [*place(_TEXT, "Tom Vane"), "PROP"],
                    [*place(_TEXT, "and [he] wept"), "PRON"],
                    [*place(_TEXT, "[He] read"), "NOM"],
                ],
            },
            "E3": {
                "type": "PER",
                "mentions": [[*place(_TEXT, "The maid"), "NOM"], [*place(_TEXT, "to [them]"), "PRON"]],
            },
            "E4": {
                "type": "FAC",
                "mentions": [[*place(_TEXT, "Port Elm"), "PROP"], [*place(_TEXT, "saw [it]"), "PRON"]],
            },
        },
    }


def test_chains_teach_no_roles(fiction: dict[str, Any], example_of: MakeExample) -> None:
    """Fiction with chains has no tags, sources, cues or types."""
    example = example_of(fiction)
    assert set(example.tags.tolist()) == {IGNORED}
    assert (example.sources, example.cues, example.source_links, example.cue_links) == ((), (), (), ())
    assert (example.mentions, example.types, example.bearer_links) == ((), (), ())


def test_pronouns_of_a_chain_point_to_its_names(fiction: dict[str, Any], example_of: MakeExample) -> None:
    """Pronouns of people point to the names of their chain; other mentions ask for nothing."""
    example = example_of(fiction)
    assert link_words(example, example.antecedent_links) == {
        "she": ["Ada Brill", "Brill"],
        "her": ["Ada Brill", "Brill"],
        "he": ["Tom Vane"],
    }


def test_speech_points_to_the_names_of_its_chain(fiction: dict[str, Any], example_of: MakeExample) -> None:
    """A quotation points to the names of its speaker; one whose speaker has no name teaches nothing."""
    example = example_of(fiction)
    assert link_words(example, example.speaker_links) == {"“No,”": ["Ada Brill", "Brill"]}


def test_strings_are_speech_where_quotations_are(fiction: dict[str, Any], example_of: MakeExample) -> None:
    """Strings that no quotation covers are hardly speech; strings inside others are left out."""
    example = example_of(fiction)
    found = span_words(example, [s.span for s in example.strings])
    assert found[0] == "“No,”"
    assert found[-1] == "“The Dam”"
    speech = dict(zip(found, (s.speech for s in example.strings), strict=True))
    assert speech["“No,”"] == speech["“Brill is away,”"] == 1.0
    assert speech["“The Dam”"] < 0.5
    assert "“The Old Wall”" not in found
    assert {0.0 < s.weight < 1.0 for s in example.strings} == {True}
