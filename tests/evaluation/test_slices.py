from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inquit.evaluation.gold import GoldDocument, GoldEntity, parse_gold
from inquit.evaluation.predictions import parse_prediction
from inquit.evaluation.report import score
from inquit.evaluation.slices import mention_kind, slices_of

TEXT = (
    "“We lost,” Ada Brill said.\n\n"
    "“We will try again.”\n\n"
    "“Never,” said Fenn. He called it “a trap”. The coach, Tom Brill, wept.\n\n"
    "All slept. “Till spring.”"
)


def place(part: str) -> list[int]:
    """Return the offsets of the first place where a part stands."""
    start = TEXT.index(part)
    return [start, start + len(part)]


@pytest.fixture
def gold() -> GoldDocument:
    """Return three attributions, five strings that are speech, and two people called Brill."""
    said, he = place("said"), place("He called it")
    return parse_gold(
        {
            "id": "match",
            "text": TEXT,
            "quotes": [
                {
                    "kind": "direct",
                    "content": [place("“We lost,”")],
                    "cue": [said],
                    "source": [place("Ada Brill")],
                },
                {
                    "kind": "direct",
                    "content": [place("“Never,”")],
                    "cue": [place("said Fenn")],
                    "source": [place("Fenn")],
                },
                {"kind": "mixed", "content": [place("“a trap”")], "cue": [], "source": [[he[0], he[0] + 2]]},
            ],
            "marks": [
                {"span": place("“We lost,”"), "speech": True, "entity": ["a"]},
                {"span": place("“We will try again.”"), "speech": True, "entity": ["a"]},
                {"span": place("“Never,”"), "speech": True, "entity": ["f"]},
                {"span": place("“a trap”"), "speech": True, "entity": ["f"]},
                {"span": place("“Till spring.”"), "speech": True, "entity": ["f"]},
            ],
            "entities": {
                "a": {"type": "person", "name": "Ada Brill"},
                "f": {"type": "person", "name": "Jan Fenn"},
                "t": {"type": "person", "name": "Tom Brill"},
            },
        }
    )


def test_a_string_is_in_every_slice_that_fits(gold: GoldDocument) -> None:
    """Mention kind, continuation, missing cue and shared surname are told apart, string by string."""
    assert [slices_of(mark, gold) for mark in gold.marks] == [
        {"full_name", "same_surname"},
        {"continuation", "no_cue", "same_surname"},
        {"surname"},
        {"pronoun", "no_cue"},
        {"no_cue"},  # in a paragraph that it does not open
    ]


def test_another_speaker_before_is_no_continuation(gold: GoldDocument) -> None:
    """A quoted paragraph after somebody else's, or with a source of its own, continues nothing."""
    second, third = gold.marks[1], gold.marks[2]
    assert "continuation" not in slices_of(replace(second, entities=third.entities), gold)
    # `“Never,”` follows Ada's words, but Fenn stands in its own paragraph as a source.
    assert "continuation" not in slices_of(replace(third, entities=second.entities), gold)


@pytest.mark.parametrize(
    ("source", "name", "kind"),
    [
        ("he", "Jan Fenn", "pronoun"),
        ("She, herself", "Ada Brill", "pronoun"),
        ("the coach", "Jan Fenn", "description"),
        ("The coach", "Jan Fenn", "description"),
        ("the Harvest nominee", "Jan Fenn", "description"),
        ("president", "Jan Fenn", "description"),
        ("Fenn", "Jan Fenn", "surname"),
        ("Mr. Fenn, the coach of Oakham", "Jan Fenn", "surname"),
        ("Jan", "Jan Fenn", "surname"),
        ("coach Jan Fenn", "Jan Fenn", "full_name"),
        ("Fenn", "Fenn", "full_name"),
        ("Janek", "Jan Fenn", "full_name"),
        ("Jan Fenn", "Jan O. Fenn", "full_name"),
    ],
)
def test_mention_kinds(source: str, name: str, kind: str) -> None:
    """A source is a pronoun, a description, one word of a longer name, or a fuller name."""
    assert mention_kind(source, GoldEntity("e", name, "person")) == kind


def test_an_organisation_has_no_surname() -> None:
    """One word of an organisation's name is a name like any other."""
    assert mention_kind("the Office", GoldEntity("o", "Lake Office", "organization")) == "full_name"


def test_figures_by_slice(gold: GoldDocument) -> None:
    """Each slice has its own strict and lenient share, over strings that were not found too."""
    answer: dict[str, Any] = {
        "id": "match",
        "quotes": [
            {"kind": "direct", "verbatim": [place("We lost,")], "speakerId": "1"},
            {"kind": "direct", "verbatim": [place("We will try again.")], "speakerId": "2"},
            {"kind": "mixed", "verbatim": [place("a trap")], "speakerId": "3"},
        ],
        "speakers": [
            {"id": "1", "name": "Ada Brill"},
            {"id": "2", "name": "Tom Brill"},
            {"id": "3", "name": "Fenn"},
        ],
    }
    scores = score([gold], {"match": parse_prediction(answer)})
    figures = {(f.group, f.name): (f.hits, f.total) for f in scores.figures if f.group.startswith("slice")}
    assert figures == {
        ("slice_pronoun", "strict"): (0, 1),
        ("slice_pronoun", "lenient"): (1, 1),
        ("slice_surname", "strict"): (0, 1),
        ("slice_surname", "lenient"): (0, 1),
        ("slice_full_name", "strict"): (1, 1),
        ("slice_full_name", "lenient"): (1, 1),
        ("slice_continuation", "strict"): (0, 1),
        ("slice_continuation", "lenient"): (0, 1),
        ("slice_no_cue", "strict"): (0, 3),
        ("slice_no_cue", "lenient"): (1, 3),
        ("slice_same_surname", "strict"): (1, 2),
        ("slice_same_surname", "lenient"): (1, 2),
    }
