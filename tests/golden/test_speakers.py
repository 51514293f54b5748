"""Who said it: passages with a hand-written answer, read by the shipped model.

The passages stand in `speakers/*.toml`. Each row of `quotes` holds a stretch of one quoted string
(`says`), the speaker's fullest name in the text without title (`speaker`; several ways to say it, or
the several speakers of a joint statement, are parted by |), the type (`person` where none stands) and
words that the channel must hold (`channel`, where the text tells one). `not_speech` lists quoted
strings that nobody utters. The answers are written before a model reads the text, and stay.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from inquit.extractor import Extractor
from inquit.types import Extraction, Quote

PASSAGES: list[dict[str, Any]] = [
    passage
    for path in sorted(Path(__file__).with_name("speakers").glob("*.toml"))
    for passage in tomllib.loads(path.read_text(encoding="utf-8"))["passage"]
]

# What the shipped model does not yet get right: the id of the case, and what goes wrong. Strict: a case
# that passes must leave this table.
KNOWN_FAILURES: Mapping[str, str] = {
    "turns without cues - For how long? - speaker": "the cue of the turn before is used again, so one brother speaks twice",
    "turns without cues - not even the money - speaker": "a turn without a cue goes to the speaker of the turn before",
    "British marks in a story - My husband used to say - speaker": "a turn without a cue goes to the speaker of the turn before",
    "a letter and a captain - Then God help us - speaker": "`the mate` of the sentence before is not linked to the pronoun",
    "three in a room - You will do nothing of the kind - speaker": "a turn without a cue goes to the speaker of the turn before",
    "three in a room - Thank you, Aunt - speaker": "`the girl` is the woman named last, though she is addressed here",
    "headline - Not one more tree - speaker": "a headline in single marks is not read as a quotation",
    "transcript - The tent wanted to stay - speaker": "`I` in a turn is the author, not the one whose turn it is",
    "transcript - You were a difficult baby - speaker": "`she` inside a turn is the one whose turn it is",
    "questions and answers - the street is looking at you - speaker": "`My wife` is not linked to the pronoun",
    "questions and answers - Then it should sit still - speaker": "`I` in an answer is the author, not the one who is asked",
    "the author's own words - Then watch the door - speaker": "the name that a later clause gives a description is not taken",
    "father and son - My father would have asked - speaker": "`Jr.` does not keep the son apart from the father",
    "father and son - I have seen money before - speaker": "the name loses the full stop of `Sr.`",
    "acronym - Nobody is burying anything - speaker": "`it` is the other organisation",
    "name grows - I shook twelve - speaker": "`she` is the winner named last, whose gender no list knows",
    "border incursion - joint operation - speaker": "a quoted term that the ministry uses is not read as its words",
    "border incursion - Two villages are free tonight - speaker": "`the exiled politician` of paragraphs before is not linked to the pronoun",
    "port strike - The tanks of Novy Brod - speaker": "`the statement` is the person named before, not the group that made it",
    "port strike - We gave the crews an hour - speaker": "`the statement` is the person named before, not the group that made it",
    "port strike - Whoever fills the tanks again - speaker": "`the statement` is the person named before, not the group that made it",
    "report on a dam - We failed the people of the valley - speaker": "`it` is the report of the sentences before",
    "recall of a heater - deeply sorry for the trouble - speaker": "`The company` is the office that was named last",
    "recall of a heater - pay for every scorched carpet - speaker": "`The company` is the office that was named last",
    "sources without a name - As long as it floats - speaker": "`the man` is not linked to the passenger introduced before",
    "trial - I know the eyes - speaker": "`the witness` is not linked to the one who testified",
    "trial - I taught him to swim - speaker": "`the witness` is not linked to the one who testified",
    "trial - planned the raid - speaker": "`the indictment` is the jury that was named before",
    "pronouns of one gender - I never asked for a jail - speaker": "`he` is the other of two men",
    "nominee and network - I would debate him - speaker": "`the Democratic nominee` is the other candidate",
    "mayor and company - Pipes do not mend themselves - speaker": "a company is taken for a person",
    "mayor and company - Mine paid him for it - speaker": "`she` is the company, taken for a person",
    "joint statement - We cannot be in two boats - speaker": "`Drs.` is read as a name",
    "joint statement - I get seasick - speaker": "the pronoun is one of two joint speakers, not the third who was just named",
    "relative clause - go home and sleep on it - speaker": "`who` is the head of an earlier relative clause",
}

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


def _cases(kind: str) -> list[Any]:
    """Return a pytest parameter for each speaker, each channel or each string that is not speech."""
    cases = []
    for passage in PASSAGES:
        rows = passage.get("not_speech", []) if kind == "not speech" else passage["quotes"]
        for row in rows:
            if kind == "channel" and "channel" not in row:
                continue
            name = f"{passage['id']} - {row if kind == 'not speech' else row['says']} - {kind}"
            reason = KNOWN_FAILURES.get(name)
            marks = (
                []
                if reason is None
                else [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)]
            )
            cases.append(pytest.param(passage, row, id=name, marks=marks))
    return cases


def _bare(name: str) -> str:
    return _ARTICLE.sub("", name)


def _quoted(extraction: Extraction, words: str) -> Quote | None:
    """Find the quotation whose quoted string holds the words."""
    return next((q for q in extraction.quotes if any(words in span.text for span in q.verbatim)), None)


@pytest.fixture(scope="module")
def extractions(shipped: Extractor) -> Mapping[str, Extraction]:
    """Read every passage once, by its id."""
    return {passage["id"]: shipped.extract(passage["text"]) for passage in PASSAGES}


@pytest.mark.parametrize(("passage", "row"), _cases("speaker"))
def test_who_said_it(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, str]
) -> None:
    """Each quoted string is returned under its speaker's full name, with the speaker's type."""
    extraction = extractions[passage["id"]]
    quote = _quoted(extraction, row["says"])
    assert quote is not None
    speaker = extraction.speaker(quote)
    assert speaker is not None
    assert _bare(speaker.name) in [_bare(name) for name in row["speaker"].split("|")]
    assert speaker.type == row.get("type", "person")


@pytest.mark.parametrize(("passage", "row"), _cases("channel"))
def test_where_it_was_said(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, str]
) -> None:
    """Where the text tells the channel of a quotation, it is returned."""
    quote = _quoted(extractions[passage["id"]], row["says"])
    assert quote is not None
    assert quote.channel is not None
    assert row["channel"] in quote.channel.text


@pytest.mark.parametrize(("passage", "row"), _cases("not speech"))
def test_what_nobody_said(extractions: Mapping[str, Extraction], passage: dict[str, Any], row: str) -> None:
    """Titles, nicknames and terms in quotation marks are nobody's words."""
    strings = [span.text for quote in extractions[passage["id"]].quotes for span in quote.verbatim]
    assert row not in strings


@pytest.mark.parametrize("passage", PASSAGES, ids=[passage["id"] for passage in PASSAGES])
def test_the_answers_are_about_the_passage(passage: dict[str, Any]) -> None:
    """Each stretch of a quotation stands once in its passage, and each speaker's name stands in it."""
    assert [row["says"] for row in passage["quotes"] if passage["text"].count(row["says"]) != 1] == []
    names = [name for row in passage["quotes"] for name in row["speaker"].split("|") if name != "AUTHOR"]
    assert [name for name in names if name not in passage["text"]] == []


def test_known_failures_are_cases() -> None:
    """A failure that is known is one of a case that exists."""
    names = {case.id for kind in ("speaker", "channel", "not speech") for case in _cases(kind)}
    assert set(KNOWN_FAILURES) - names == set()
