from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from inquit.model.encoding import TextEncoder
from inquit.model.network import SPEAKER_TYPES
from inquit.model.tags import Role, illegal_starts, illegal_steps
from inquit.model.viterbi import tagged_spans
from inquit.training.augmentation import Augmentation, vary
from inquit.training.corpus import make_example
from inquit.training.examples import IGNORED, Example
from training_texts import link_words, quotation, span_words, tokens_of

MakeExample = Callable[[dict[str, Any]], Example]

_ADA = {"type": "person", "name": "Ada Brill"}
_BO = {"type": "person", "name": "Bo Brill"}
_TOM = {"type": "person", "name": "Tom Vane"}

_TALK = (
    "Ada Brill joined Tom Vane beside the water.\n\n“It leaks,” said the engineer. She said it was old. Brill warned"
    " that it would break.\n\n“It holds,” Vane replied. A senior official agreed that it would stand. He added"
    " that it was safe. The Lake Office people said nothing was wrong. Someone claimed it was cheap."
)


@pytest.fixture
def talk() -> dict[str, Any]:
    """Return a text with names, pronouns and descriptions as sources."""
    return {
        "id": "talk",
        "text": _TALK,
        "quotes": [
            quotation(_TALK, "“It leaks,”", source="the engineer", cue="said", entity=["E1"]),
            quotation(_TALK, "it was old", source="[She] said", cue="She [said]", entity=["E1"]),
            quotation(_TALK, "it would break", source="[Brill] warned", cue="warned", entity=["E1"]),
            quotation(_TALK, "“It holds,”", source="[Vane] replied", cue="replied", entity=["E2"]),
            quotation(_TALK, "it would stand", source="A senior official", cue="agreed", entity=["E3"]),
            quotation(_TALK, "it was safe", source="[He] added", cue="added", entity=["E3"]),
            quotation(_TALK, "nothing was wrong", source="The Lake Office people", entity=["E4"]),
            quotation(_TALK, "it was cheap", source="Someone", cue="claimed"),
        ],
        "entities": {
            "E1": _ADA,
            "E2": _TOM,
            "E3": {"type": "unnamed", "name": "A senior official"},
            "E4": {"type": "organization", "name": "Lake Office"},
        },
    }


def _legal(example: Example) -> bool:
    known = example.tags[example.tags != IGNORED]
    return not (illegal_starts()[known[0]] or illegal_steps()[known[:-1], known[1:]].any())


def test_tags_are_the_annotation(rows: list[dict[str, Any]], example_of: MakeExample) -> None:
    """The tags of a text, read as the decoder reads them, are its annotated spans."""
    example = example_of(rows[0])
    firsts = np.flatnonzero(example.encoded.word_starts)
    edges = np.append(firsts, len(example.encoded))
    found = [
        (role, *span_words(example, [(int(edges[a]), int(edges[b]))]))
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
        example = make_example(row, vary(row["text"], Augmentation(1.0, 0.5, 0.2, 0.5), source), encoder)
        assert _legal(example)
        assert set(example.tags[~example.encoded.word_starts].tolist()) <= {IGNORED}


def test_what_was_set_aside_is_not_learned(rows: list[dict[str, Any]], example_of: MakeExample) -> None:
    """Passages that nobody judged have no tags, and their quoted strings are neither speech nor not."""
    example = example_of(rows[1])
    aside = tokens_of(example.encoded, "“It must.”")
    assert set(example.tags[slice(*aside)].tolist()) == {IGNORED}
    assert aside not in [s.span for s in example.strings]


def test_links_lead_to_source_and_cue(rows: list[dict[str, Any]], example_of: MakeExample) -> None:
    """Every content span, and every string inside one, points to the source and cue of its quotation."""
    example = example_of(rows[0])
    assert link_words(example, example.source_links) == {
        "“We saw it,”": ["Ada Brill"],
        "“It was old.”": ["Ada Brill"],
        "The office’s ‘plan’ was “fiction”": ["Tom Vane"],
        "‘plan’": ["Tom Vane"],
        "“fiction”": ["Tom Vane"],
        "the sea wall would hold": ["He"],
    }
    cues = link_words(example, example.cue_links)
    assert (cues["“It was old.”"], cues["“fiction”"]) == (["said"], ["told"])
    assert {t for k in example.source_links for t in k.targets} == set(example.sources)
    assert {t for k in example.cue_links for t in k.targets} == set(example.cues)


def test_content_without_source_points_to_none(example_of: MakeExample) -> None:
    """A quotation whose holder its sentence does not name teaches that it has no source."""
    text = "The dam was reportedly old."
    example = example_of(
        {"text": text, "quotes": [quotation(text, "[The dam was] reportedly", cue="reportedly")]}
    )
    assert link_words(example, example.source_links) == {"The dam was": []}
    assert link_words(example, example.cue_links) == {"The dam was": ["reportedly"]}


def test_antecedents_are_names_and_earlier_mentions(talk: dict[str, Any], example_of: MakeExample) -> None:
    """A mention points to every name of its speaker and to what was called so before it.

    One that only describes points to none; names, mentions that hold the name, and those of whom
    nothing is known ask for nothing.
    """
    example = example_of(talk)
    assert link_words(example, example.antecedent_links) == {
        "the engineer": ["Ada Brill", "Brill"],
        "She": ["Ada Brill", "the engineer", "Brill"],
        "A senior official": [],
        "He": ["A senior official"],
    }


def test_mentions_are_the_sources_that_are_no_names(talk: dict[str, Any], example_of: MakeExample) -> None:
    """Pronouns and descriptions are candidates beside the names, also where nobody knows whom they mean."""
    example = example_of(talk)
    assert span_words(example, example.mentions) == [
        "the engineer",
        "She",
        "A senior official",
        "He",
        "The Lake Office people",
        "Someone",
    ]
    assert span_words(example, example.full_names) == ["Ada Brill", "Tom Vane", "Lake Office"]
    assert set(example.full_names) < set(example.names)


def test_every_target_is_a_candidate(
    talk: dict[str, Any], rows: list[dict[str, Any]], encoder: TextEncoder
) -> None:
    """Whatever the variant of a text, links lead to what their pointer may choose among."""
    for seed, row in enumerate([talk, *rows] * 4):
        text = vary(row["text"], Augmentation(0.5, 0.5, 0.2, 0.5), random.Random(seed))
        example = make_example(row, text, encoder)
        anyone = {*example.names, *example.mentions}
        for links, offered in (
            (example.antecedent_links, anyone),
            (example.speaker_links, anyone),
            (example.bearer_links, set(example.full_names)),
        ):
            assert {t for k in links for t in k.targets} <= offered


def test_a_named_speaker_whom_the_text_does_not_name_is_not_none(example_of: MakeExample) -> None:
    """Where no name can be found for somebody who has one, nothing is learned, rather than none."""
    text = "“It leaks,” said the engineer."
    row = {
        "text": text,
        "quotes": [quotation(text, "“It leaks,”", source="the engineer", cue="said", entity=["E1"])],
        "entities": {"E1": _ADA},
        "marks": [],
    }
    assert example_of(row).antecedent_links == ()


def test_a_joint_mention_points_to_all(example_of: MakeExample) -> None:
    """`they` of two people points to the names of both, and to no third one."""
    text = "Ada Brill met Tom Vane and Ida Moor. They said it was old."
    row = {
        "text": text,
        "quotes": [quotation(text, "it was old", source="They", cue="said", entity=["E1", "E2"])],
        "entities": {"E1": _ADA, "E2": _TOM},
    }
    example = example_of(row)
    assert link_words(example, example.antecedent_links) == {"They": ["Ada Brill", "Tom Vane"]}


_KIN = "Ada Brill met Bo Brill at the dam. Brill warned that it leaks. She said it was old. He laughed at it."


def _kin(holder: str) -> dict[str, Any]:
    return {
        "text": _KIN,
        "quotes": [
            quotation(_KIN, "it leaks", source="[Brill] warned", cue="warned", entity=[holder]),
            quotation(_KIN, "it was old", source="She", cue="said", entity=["E1"]),
            quotation(_KIN, "laughed at it", source="[He] laughed", entity=["E2"]),
        ],
        "entities": {"E1": _ADA, "E2": _BO},
    }


@pytest.mark.parametrize(("holder", "bearer"), [("E1", "Ada Brill"), ("E2", "Bo Brill")])
def test_a_shared_surname_points_to_its_bearer(example_of: MakeExample, holder: str, bearer: str) -> None:
    """Where two people bear a surname, the bare surname points to the full names of whom it means."""
    example = example_of(_kin(holder))
    assert link_words(example, example.bearer_links) == {"Brill": [bearer]}


@pytest.mark.parametrize(("holder", "other"), [("E1", "He"), ("E2", "She")])
def test_a_surname_of_somebody_else_is_no_target(example_of: MakeExample, holder: str, other: str) -> None:
    """A bare surname that is known to mean one of two bearers is no antecedent for the other."""
    example = example_of(_kin(holder))
    found = link_words(example, example.antecedent_links)
    assert {mention: "Brill" in names for mention, names in found.items()} == {
        "She": other != "She",
        "He": other != "He",
    }


def test_a_surname_of_one_bearer_asks_for_nothing(talk: dict[str, Any], example_of: MakeExample) -> None:
    """Where one person bears a surname there is nothing to choose."""
    assert example_of(talk).bearer_links == ()


def test_sources_have_the_type_of_their_speaker(talk: dict[str, Any], example_of: MakeExample) -> None:
    """Names and mentions have the type of whom they mean, and none where that is not known."""
    example = example_of(talk)
    spans, kinds = zip(*example.types, strict=True)
    assert [(w, SPEAKER_TYPES[k].value) for w, k in zip(span_words(example, spans), kinds, strict=True)] == [
        ("the engineer", "person"),
        ("She", "person"),
        ("Brill", "person"),
        ("Vane", "person"),
        ("A senior official", "unnamed"),
        ("He", "unnamed"),
        ("The Lake Office people", "organization"),
    ]


def test_a_long_mention_gives_its_type_to_its_name(example_of: MakeExample) -> None:
    """The name inside a source has the type of the source, too."""
    text = "“It leaks,” said Ada Brill, an engineer."
    row = {
        "text": text,
        "quotes": [quotation(text, "“It leaks,”", source="Ada Brill, an engineer", entity=["E1"])],
        "entities": {"E1": _ADA},
    }
    example = example_of(row)
    assert span_words(example, [s for s, _ in example.types]) == ["Ada Brill", "Ada Brill, an engineer"]


def test_holders_of_two_types_have_none(example_of: MakeExample) -> None:
    """A joint mention of a person and an organisation teaches no type."""
    text = "Ada Brill joined the Lake Office. They said it leaks."
    row = {
        "text": text,
        "quotes": [quotation(text, "it leaks", source="They", entity=["E1", "E2"])],
        "entities": {"E1": _ADA, "E2": {"type": "organization", "name": "Lake Office"}},
    }
    assert example_of(row).types == ()
