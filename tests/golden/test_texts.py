"""Channels, indirect speech, long texts and line breaks, read by the shipped model."""

from __future__ import annotations

import resource
import sys

import pytest

from inquit.extractor import Extractor
from inquit.types import Document, ExtractOptions, QuoteKind, SpeakerType


def _peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def test_where_it_was_said(shipped: Extractor) -> None:
    """The channel is told where the text tells it."""
    text = "“It is gone,” Laura Brill, the manager of the dam, wrote on her Skylark page on Facebook."
    (quote,) = shipped.extract(text).quotes
    assert quote.channel is not None
    assert "Facebook" in quote.channel.text


def test_indirect_speech_when_asked_for(shipped: Extractor) -> None:
    """Reported speech without marks is found with its cue and its speaker, when it is asked for."""
    text = "Laura Brill, who runs the dam, said on Monday that the gate would be closed until spring."
    extraction = shipped.extract(Document("a", text), ExtractOptions(kinds=frozenset({QuoteKind.INDIRECT})))
    (quote,) = extraction.quotes
    assert "the gate would be closed until spring" in quote.content[0].text
    assert quote.cue is not None
    assert quote.cue.text.startswith("said")
    speaker = extraction.speaker(quote)
    assert speaker is not None
    assert (speaker.name, speaker.type) == ("Laura Brill", SpeakerType.PERSON)


def test_a_long_text_is_read_like_a_short_one(shipped: Extractor) -> None:
    """A quotation far into a long text is found where it stands; nothing is cut off, and no heap is filled."""
    filler = "The council met again and the water fell by another inch in the night. " * 12 + "\n\n"
    last = "“We saw it from the hill,” said Laura Brill, the manager of the dam."
    text = filler * 60 + last
    before = _peak_bytes()
    (quote,) = shipped.extract(text).quotes
    assert _peak_bytes() - before < 1 << 30
    assert quote.verbatim[0].text == "We saw it from the hill,"
    assert quote.verbatim[0].start == len(text) - len(last) + 1


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
def test_line_breaks_of_any_system(shipped: Extractor, line_break: str) -> None:
    """Where the text was written does not change what is read."""
    text = (
        "Laura Brill told the council what she had seen.\n\n“We were on the hill when it broke,” Brill said."
        " “The water took the road first.\n\n“Then it took the houses on Mill Lane, one after the other.”\n\n"
        "The council will meet again on Friday."
    )
    extraction = shipped.extract(text.replace("\n", line_break))
    speakers = [extraction.speaker(quote) for quote in extraction.quotes]
    assert [None if speaker is None else speaker.name for speaker in speakers] == ["Laura Brill"] * 2
    assert [[span.text for span in quote.verbatim] for quote in extraction.quotes] == [
        ["We were on the hill when it broke,", "The water took the road first."],
        ["Then it took the houses on Mill Lane, one after the other."],
    ]
