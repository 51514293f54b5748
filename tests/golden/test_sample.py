from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from inquit.extractor import Extractor
from inquit.types import Extraction

_ROOT = Path(__file__).resolve().parents[2]
_TEXT = (_ROOT / "examples" / "article.txt").read_text(encoding="utf-8")
_EXPECTED: dict[str, Any] = json.loads(
    (_ROOT / "examples" / "article.expected.json").read_text(encoding="utf-8")
)
_STRINGS = [(string, quote) for quote in _EXPECTED["quotes"] for string in quote["verbatim"]]


@pytest.fixture(scope="module")
def extraction(shipped: Extractor) -> Extraction:
    """Read the sample article with the shipped model."""
    return shipped.extract(_TEXT)


@pytest.mark.parametrize(("string", "quote"), _STRINGS, ids=[string[:24] for string, _ in _STRINGS])
def test_every_quoted_string_has_its_speaker(
    extraction: Extraction, string: str, quote: dict[str, Any]
) -> None:
    """The shipped model returns each quotation of the sample whole, under the speaker's full name."""
    found = [
        extraction.speaker(candidate)
        for candidate in extraction.quotes
        for span in candidate.verbatim
        if span.text == string
    ]
    assert [(speaker.name, speaker.type.value) if speaker else None for speaker in found] == [
        (quote["speaker"], quote["speaker_type"])
    ]


def test_pieces_around_a_cue_are_one_quotation(extraction: Extraction) -> None:
    """A quotation that its cue interrupts is returned once, with its pieces in order."""
    pieces = [quote["verbatim"] for quote in _EXPECTED["quotes"] if len(quote["content"]) > 1]
    found = [[span.text for span in quote.verbatim] for quote in extraction.quotes]
    assert [piece for piece in pieces if piece in found] == pieces


def test_nothing_else_is_returned(extraction: Extraction) -> None:
    """The headline's term, the editor's note and the promo line are nobody's words."""
    expected = {string for string, _ in _STRINGS}
    found = {span.text for quote in extraction.quotes for span in quote.verbatim}
    assert found <= expected
    assert not found & set(cast("list[str]", _EXPECTED["not_speech"]))


def test_every_expected_string_is_in_the_article() -> None:
    """The expected output is about this article: each string stands in it, word for word."""
    strings = [
        part
        for quote in _EXPECTED["quotes"]
        for part in (
            *quote["content"],
            *quote["verbatim"],
            quote["cue"],
            quote["mention"],
            quote["speaker"],
            quote["channel"],
        )
        if part is not None
    ]
    assert [string for string in strings if string not in _TEXT] == []
