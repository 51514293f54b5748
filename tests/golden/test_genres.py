"""Passages of every genre with a full hand-written answer, read by the shipped model.

The passages stand in `genres/*.toml`. The answers were written before a model read the texts, and were gone
over once afterwards: what the rules leave open was opened. They follow the text, never the model.
Several values that are right are parted by |, as are the several speakers of a joint statement.

`quotes`: every quoted string that is somebody's words. `says`: the string without its marks, or all strings
of one quotation; `kind` (direct where none stands); words that its `cue`, its speaker `mention` and its
`channel` must hold, where the text has them; `speaker`: the fullest name in the text without title, or
AUTHOR; `type` (person where none stands).
`indirect`: reported words outside of marks. `content`: the words, or their pieces; the rest as above. Turns
of a transcript and of a story told in dashes stand here too: none of their words stand in marks. Without
`speaker`, nobody can tell.
`not_speech`: quoted strings that nobody utters. `undecided`: those that may be read either way. Strings
inside of another quotation are part of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from inquit.extractor import Extractor
from inquit.types import Document, Extraction, ExtractOptions, Quote, QuoteKind, Span

_HERE = Path(__file__).parent
PASSAGES: list[dict[str, Any]] = [
    passage
    for path in sorted((_HERE / "genres").glob("*.toml"))
    for passage in tomllib.loads(path.read_text(encoding="utf-8"))["passage"]
]

# What the shipped model does not yet get right: the id of the case, and what goes wrong. Strict: a case
# that passes must leave the table.
_KNOWN: list[dict[str, Any]] = [
    failure
    for path in sorted((_HERE / "genres" / "known_failures").glob("*.toml"))
    for failure in tomllib.loads(path.read_text(encoding="utf-8"))["failure"]
]
KNOWN_FAILURES: Mapping[str, str] = {case: row["reason"] for row in _KNOWN for case in row["cases"]}

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# Marks at the end of reported words, which may go either way.
_SLACK = " \n.,;:!?"


def _pieces(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _name(passage: dict[str, Any], row: dict[str, Any] | str, promise: str) -> str:
    words = row if isinstance(row, str) else _pieces(row.get("says") or row["content"])[0]
    return f"{passage['id']} - {' '.join(words.split())[:40]} - {promise}"


def _case(passage: dict[str, Any], row: Any, promise: str) -> Any:
    name = _name(passage, row, promise)
    reason = KNOWN_FAILURES.get(name)
    marks = [] if reason is None else [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)]
    return pytest.param(passage, row, id=name, marks=marks)


def _rows(table: str, promise: str, *, after: str = "", having: tuple[str, ...] = ()) -> list[Any]:
    """Return a case for each row of a table that has one of the keys.

    A row whose promise `after` is known to be broken has none: nothing more can be asked of it.
    """
    return [
        _case(passage, row, promise)
        for passage in PASSAGES
        for row in passage.get(table, [])
        if not after or _name(passage, row, after) not in KNOWN_FAILURES
        if not having or any(key in row for key in having)
    ]


def _quoted(extraction: Extraction, row: dict[str, Any]) -> Quote:
    """Return the quotation that holds the row's first string."""
    words = _pieces(row["says"])[0]
    found = [q for q in extraction.quotes if words in [span.text.strip() for span in q.verbatim]]
    assert len(found) == 1
    return found[0]


def _places(text: str, row: dict[str, Any]) -> set[int]:
    """Return the offsets of the row's content."""
    return {
        offset
        for piece in _pieces(row["content"])
        for offset in range(text.index(piece), text.index(piece) + len(piece))
    }


def _reported(extraction: Extraction, passage: dict[str, Any], row: dict[str, Any]) -> Quote:
    """Return the indirect quotation that shares more than half of its content with the row."""
    expected = _places(passage["text"], row)
    for quote in extraction.quotes:
        found = {offset for span in quote.content for offset in range(span.start, span.end)}
        if quote.kind is QuoteKind.INDIRECT and len(found & expected) * 2 > len(found | expected):
            return quote
    raise AssertionError("no such indirect quotation")


def _bare(name: str) -> str:
    return _ARTICLE.sub("", name)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


def _holds(span: Span | None, expected: str) -> bool:
    """Whether the span holds one of the values, in whole words."""
    return span is not None and any(_words(value) in _words(span.text) for value in expected.split("|"))


def _check_speaker(extraction: Extraction, quote: Quote, row: dict[str, Any]) -> None:
    speaker = extraction.speaker(quote)
    assert speaker is not None
    assert _bare(speaker.name) in [_bare(name) for name in row["speaker"].split("|")]
    assert speaker.type in row.get("type", "person").split("|")


def _check_reporting(quote: Quote, row: dict[str, Any]) -> None:
    assert "cue" not in row or _holds(quote.cue, row["cue"])
    assert "mention" not in row or _holds(quote.speaker_mention, row["mention"])


@pytest.fixture(scope="module")
def extractions(shipped: Extractor) -> Mapping[str, Extraction]:
    """Read every passage once, by its id, with everything that it reports."""
    options = ExtractOptions(kinds=frozenset(QuoteKind))
    return {p["id"]: shipped.extract(Document(p["id"], p["text"]), options) for p in PASSAGES}


@pytest.mark.parametrize(("passage", "row"), _rows("quotes", "words"))
def test_what_was_said(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Every quoted string that is somebody's words is returned, whole."""
    found = [span.text.strip() for quote in extractions[passage["id"]].quotes for span in quote.verbatim]
    assert [words for words in _pieces(row["says"]) if words not in found] == []


@pytest.mark.parametrize(("passage", "row"), _rows("quotes", "kind", after="words"))
def test_what_kind_it_is(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """The strings of a quotation that its cue interrupts are one; its kind tells whether all of it is quoted."""
    quote = _quoted(extractions[passage["id"]], row)
    found = [span.text.strip() for span in quote.verbatim]
    assert [words for words in _pieces(row["says"]) if words not in found] == []
    assert quote.kind in row.get("kind", "direct").split("|")


@pytest.mark.parametrize(("passage", "row"), _rows("quotes", "speaker", after="words", having=("speaker",)))
def test_who_said_it(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Each quotation is returned under its speaker's full name, with the speaker's type."""
    extraction = extractions[passage["id"]]
    _check_speaker(extraction, _quoted(extraction, row), row)


@pytest.mark.parametrize(("passage", "row"), _rows("quotes", "cue", after="words", having=("cue", "mention")))
def test_how_it_is_reported(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """The reporting words and the speaker's mention beside a quotation are returned with it."""
    _check_reporting(_quoted(extractions[passage["id"]], row), row)


@pytest.mark.parametrize(("passage", "row"), _rows("quotes", "channel", after="words", having=("channel",)))
def test_where_it_was_said(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Where the text tells the channel of a quotation, it is returned."""
    assert _holds(_quoted(extractions[passage["id"]], row).channel, row["channel"])


@pytest.mark.parametrize(("passage", "row"), _rows("indirect", "reported"))
def test_what_was_reported(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Reported words outside of quotation marks are found, when they are asked for."""
    _reported(extractions[passage["id"]], passage, row)


@pytest.mark.parametrize(("passage", "row"), _rows("indirect", "bounds", after="reported"))
def test_where_the_report_ends(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Reported words are returned from the first to the last; marks at their ends may go either way."""
    quote = _reported(extractions[passage["id"]], passage, row)
    assert [span.text.strip(_SLACK) for span in quote.content] == [
        piece.strip(_SLACK) for piece in _pieces(row["content"])
    ]


@pytest.mark.parametrize(
    ("passage", "row"), _rows("indirect", "speaker", after="reported", having=("speaker",))
)
def test_who_reported_it(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """Each indirect quotation is returned under its speaker's full name, with the speaker's type."""
    extraction = extractions[passage["id"]]
    _check_speaker(extraction, _reported(extraction, passage, row), row)


@pytest.mark.parametrize(
    ("passage", "row"), _rows("indirect", "cue", after="reported", having=("cue", "mention"))
)
def test_how_the_report_is_made(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: dict[str, Any]
) -> None:
    """The reporting words and the speaker's mention of an indirect quotation are returned with it."""
    _check_reporting(_reported(extractions[passage["id"]], passage, row), row)


@pytest.mark.parametrize(("passage", "row"), _rows("not_speech", "not speech"))
def test_what_nobody_said(extractions: Mapping[str, Extraction], passage: dict[str, Any], row: str) -> None:
    """Titles, nicknames and terms in quotation marks are nobody's words."""
    strings = [span.text.strip() for quote in extractions[passage["id"]].quotes for span in quote.verbatim]
    assert row not in strings


@pytest.mark.parametrize(("passage", "row"), [_case(passage, "", "nothing else") for passage in PASSAGES])
def test_nothing_else_is_returned(
    extractions: Mapping[str, Extraction], passage: dict[str, Any], row: str
) -> None:
    """No other stretch of a passage is returned as a quoted string."""
    listed = [words for quote in passage["quotes"] for words in _pieces(quote["says"])]
    listed += passage.get("not_speech", []) + passage.get("undecided", [])
    strings = [span.text.strip() for quote in extractions[passage["id"]].quotes for span in quote.verbatim]
    assert [string for string in strings if string not in listed] == []


def _unanswerable(passage: dict[str, Any]) -> list[str]:
    """Return what the answers of a passage name and its text does not hold."""
    text = passage["text"]
    rows = passage["quotes"] + passage.get("indirect", [])
    values = [
        value
        for row in rows
        for key in ("cue", "mention", "speaker", "channel")
        for value in row.get(key, "").split("|")
    ]
    values += [words for row in passage["quotes"] for words in _pieces(row["says"])]
    values += passage.get("not_speech", []) + passage.get("undecided", [])
    contents = [piece for row in passage.get("indirect", []) for piece in _pieces(row["content"])]
    return [v for v in values if v not in text and v != "AUTHOR"] + [
        c for c in contents if text.count(c) != 1
    ]


@pytest.mark.parametrize("passage", PASSAGES, ids=[passage["id"] for passage in PASSAGES])
def test_the_answers_are_about_the_passage(passage: dict[str, Any]) -> None:
    """Whatever an answer names stands in its passage, and reported words stand there once."""
    assert _unanswerable(passage) == []


def test_known_failures_are_cases() -> None:
    """A failure that is known is one of a promise that is made, and is known once."""
    promises = {
        "quotes": ("words", "kind", "speaker", "cue", "channel"),
        "indirect": ("reported", "bounds", "speaker", "cue"),
        "not_speech": ("not speech",),
    }
    names = {
        _name(passage, row, promise)
        for passage in PASSAGES
        for table, made in promises.items()
        for row in passage.get(table, [])
        for promise in made
    } | {_name(passage, "", "nothing else") for passage in PASSAGES}
    assert set(KNOWN_FAILURES) - names == set()
    assert len(KNOWN_FAILURES) == sum(len(row["cases"]) for row in _KNOWN)
