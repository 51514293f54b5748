from __future__ import annotations

from typing import Any

import pytest

from inquit.evaluation.fiction import quote_type
from inquit.evaluation.gold import GoldDocument, parse_gold
from inquit.evaluation.predictions import PredictedDocument, parse_prediction
from inquit.evaluation.report import score

TEXT = (
    "“Shut the gate,” said Mr. Brill. “It rains.” His wife looked up. “Shut it yourself,” she said. "
    "“I am going,” cried the miller at last. “Go, then.”"
)


def place(part: str) -> list[int]:
    """Return the offsets of the first place where a part stands."""
    found = TEXT.index(part)
    return [found, found + len(part)]


def listed() -> GoldDocument:
    """Return a row as novels have it: aliases of the characters, types of the quotations."""
    quotes = [
        ("“Shut the gate,”", "Mr. Brill", "explicit"),
        ("“Shut it yourself,”", "Mrs. Brill", "anaphoric"),
        ("“I am going,”", "the Miller", "explicit"),
        ("“Go, then.”", "Mr. Brill", "implicit"),
    ]
    return parse_gold(
        {
            "id": "gate",
            "text": TEXT,
            "quotes": [
                {"kind": "direct", "content": [place(words)], "entity": [who], "quote_type": kind}
                for words, who, kind in quotes
            ],
            "entities": {
                "Mr. Brill": {"name": "Mr. Brill", "aliases": ["Mr. Brill", "Tobias Brill"]},
                "Mrs. Brill": {"name": "Mrs. Brill", "aliases": ["Mrs. Brill", "Ada"]},
                "Old Fenn": {"name": "Old Fenn", "aliases": ["Old Fenn", "the Miller"]},
            },
        }
    )


def said(*quotes: tuple[str, str | None], mentions: tuple[list[int], ...] = ()) -> PredictedDocument:
    """Return predictions of these quotations with speakers of these names, all with the same mentions."""
    return parse_prediction(
        {
            "id": "gate",
            "quotes": [
                {
                    "kind": "direct",
                    "content": [place(words)],
                    "verbatim": [[place(words)[0] + 1, place(words)[1] - 1]],
                    **({} if name is None else {"speakerId": name}),
                }
                for words, name in quotes
            ],
            "speakers": [
                {"id": name, "name": name, "mentions": list(mentions)} for _, name in quotes if name
            ],
        }
    )


def test_all_quotations_count() -> None:
    """A quotation that is not found has no right speaker; the types are counted apart."""
    predicted = said(
        ("“Shut the gate,”", "tobias brill"),
        ("“Shut it yourself,”", "Tobias Brill"),
        ("“I am going,”", "Fenn"),
    )
    scores = score([listed()], {"gate": predicted})
    figures = {f.name: (f.hits, f.total) for f in scores.figures if f.group == "fiction"}
    assert figures == {
        "found": (3, 4),
        "speaker": (1, 4),
        "speaker_of_found": (1, 3),
        "speaker_explicit": (1, 2),
        "speaker_anaphoric": (0, 1),
        "speaker_implicit": (0, 1),
    }
    assert [(miss.predicted, miss.gold) for miss in scores.misses] == [
        ("Tobias Brill", ("Mrs. Brill",)),
        ("Fenn", ("Old Fenn",)),
        (None, ("Mr. Brill",)),
    ]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("Mr. Brill", True),
        ("Mr Brill’s", True),
        ("Dr. Tobias Brill", True),
        ("Brill", False),  # his or hers
        ("Mrs. Brill", False),
        ("Tobias", False),
        ("the", False),
        (None, False),
    ],
)
def test_names_of_characters(name: str | None, right: bool) -> None:
    """Any alias is right; a title may be missing or added only where one character is left."""
    scores = score([listed()], {"gate": said(("“Shut the gate,”", name))})
    assert (scores.value("fiction", "speaker_explicit") == 50.0) is right


def test_speakers_given_by_an_alias_or_missing_from_the_list() -> None:
    """A gold speaker may be an alias of a listed character, or somebody whom the list forgot."""
    row = {
        "id": "gate",
        "text": TEXT,
        "quotes": [
            {"kind": "direct", "content": [place("“Shut the gate,”")], "entity": "Tobias Brill"},
            {"kind": "direct", "content": [place("“I am going,”")], "entity": "the Miller"},
            {"kind": "direct", "content": [place("“Go, then.”")], "entity": "_unknown"},
        ],
        "entities": {"Mr. Brill": {"name": "Mr. Brill", "aliases": ["Mr. Brill", "Tobias Brill"]}},
    }
    predicted = said(
        ("“Shut the gate,”", "Mr. Brill"), ("“I am going,”", "the miller"), ("“Go, then.”", "Ada")
    )
    scores = score([parse_gold(row)], {"gate": predicted})
    # Nobody can be right about a speaker whom the gold itself does not know.
    assert {f.name: (f.hits, f.total) for f in scores.figures if f.group == "fiction"} == {
        "found": (3, 3),
        "speaker": (2, 2),
        "speaker_of_found": (2, 2),
    }


def mentioned() -> GoldDocument:
    """Return a row as excerpts have it: all places that mean a character."""
    return parse_gold(
        {
            "id": "gate",
            "text": TEXT,
            "quotes": [
                {"kind": "direct", "content": [place(words)], "entity": [who]}
                for words, who in (
                    ("“Shut the gate,”", "b"),
                    ("“It rains.”", "b"),
                    ("“Shut it yourself,”", "w"),
                    ("“I am going,”", "m"),
                    ("“Go, then.”", "b"),
                )
            ],
            "entities": {
                "b": {"name": None, "mentions": [[*place("Mr. Brill"), "PROP"], [*place("His"), "PRON"]]},
                "w": {"name": None, "mentions": [[*place("His wife"), "NOM"], [*place("she"), "PRON"]]},
                "m": {"name": None, "mentions": [[*place("the miller"), "NOM"]]},
            },
        }
    )


def test_types_are_derived_from_mentions() -> None:
    """A name close by in the sentence, or between two parts of a turn, makes a quotation explicit."""
    gold = mentioned()
    assert [quote_type(quote, gold) for quote in gold.quotes] == [
        "explicit",
        "explicit",
        "anaphoric",
        "anaphoric",
        "implicit",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“Go,” said Ada.", "explicit"),
        ("Ada said, “Go.”", "explicit"),
        ("“Go!” cried Mr. Fenn’s sister Ada.", "explicit"),
        # Another sentence, further away, and somebody else's turn are no naming of the speaker.
        ("Ada rose. “Go.”", "implicit"),
        ("“Go.” Ada rose.", "implicit"),
        ("“Go,” said someone who had waited for a very long time behind the old stove, Ada.", "implicit"),
        ("“Go.” “Where to?” asked Ada.", "implicit"),
        ("Ada rose. She said, “Go.”", "anaphoric"),
        ("“Wait,” said Ada. “Go.”", "explicit"),
        ("“Wait.” Ada rose. “Go.”", "implicit"),
    ],
)
def test_what_is_near_a_quotation(text: str, kind: str) -> None:
    """The speaker is named in the sentence that the quotation belongs to, and close by."""
    names = [[text.index("Ada"), text.index("Ada") + 3, "PROP"]]
    if "She" in text:
        names.append([text.index("She"), text.index("She") + 3, "PRON"])
    quotes: list[dict[str, Any]] = [
        {"kind": "direct", "content": [[text.index(words), text.index(words) + len(words)]], "entity": [who]}
        for words, who in (("“Go", "a"), ("“Wait", "a"), ("“Where to?”", "b"))
        if words in text
    ]
    for quote in quotes:
        quote["content"][0][1] = text.index("”", quote["content"][0][0]) + 1
    entities = {"a": {"name": "Ada", "mentions": names}, "b": {"name": "Fenn", "mentions": []}}
    gold = parse_gold({"id": "near", "text": text, "quotes": quotes, "entities": entities})
    assert quote_type(gold.quotes[0], gold) == kind


@pytest.mark.parametrize(
    ("words", "name", "mentions", "right"),
    [
        ("“Shut the gate,”", "Mr. Brill", (), True),
        ("“Shut the gate,”", "Brill", (), True),
        # No such name, but the name that was read as him is his.
        ("“Shut the gate,”", "the farmer", (place("Mr. Brill"), place("His wife")), True),
        ("“Shut the gate,”", "the farmer", (place("His"),), False),
        # Nobody has a name for her: all that was read as her decides.
        ("“Shut it yourself,”", "His wife", (place("His wife"), place("she")), True),
        # A vote for everybody: nobody has more than she.
        ("“Shut it yourself,”", "the woman", (place("she"), place("the miller"), place("His")), True),
        ("“Shut it yourself,”", "the woman", (place("she"), place("the miller"), place("the miller")), False),
        ("“Shut it yourself,”", "Mr. Brill", (place("she"),), False),
        ("“Shut it yourself,”", "the miller", (place("the miller"),), False),
    ],
)
def test_mentions_tell_the_character(
    words: str, name: str, mentions: tuple[list[int], ...], right: bool
) -> None:
    """A speaker without a listed name is known by the places that were read as the speaker."""
    gold = mentioned()
    scores = score([gold], {"gate": said((words, name), mentions=mentions)})
    assert scores.value("fiction", "speaker") == (20.0 if right else 0.0)


def test_news_is_no_fiction(gold_rows: list[dict[str, Any]]) -> None:
    """Rows whose entities have neither aliases nor mentions give no figures of fiction."""
    scores = score([parse_gold(row) for row in gold_rows], {})
    assert "fiction" not in {figure.group for figure in scores.figures}
