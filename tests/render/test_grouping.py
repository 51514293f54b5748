from __future__ import annotations

from inquit.render.grouping import by_speaker, content_line, speaker_name
from inquit.types import Extraction, Quote, QuoteKind, Span, Speaker, SpeakerType


def quote(speaker_id: str | None, *texts: str) -> Quote:
    """Return a quote with content only."""
    return Quote(QuoteKind.DIRECT, tuple(Span(0, len(t), t) for t in texts), speaker_id=speaker_id)


def test_no_quote_is_lost() -> None:
    """Quotes go to their speakers in the speakers' order; unknown and missing speakers come last."""
    first, second, third, fourth = quote("b", "1"), quote("a", "2"), quote(None, "3"), quote("gone", "4")
    speakers = (Speaker("a", "A", SpeakerType.PERSON), Speaker("b", "B", SpeakerType.PERSON))
    groups = by_speaker(Extraction("x", (first, second, third, fourth), speakers))
    assert [(g.speaker.name if g.speaker else None, g.quotes) for g in groups] == [
        ("A", (second,)),
        ("B", (first,)),
        (None, (third, fourth)),
    ]


def test_content_reads_as_one_line() -> None:
    """Pieces are joined by an ellipsis, line ends inside are folded."""
    assert content_line(quote(None, "“One\r\n  two,”", "“three.”")) == "“One two,” … “three.”"


def test_the_writer_has_a_name_to_show() -> None:
    """A speaker whose name is not in the text is shown by its type."""
    assert speaker_name(Speaker("a", "", SpeakerType.AUTHOR)) == "(author)"
