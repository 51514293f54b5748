from __future__ import annotations

from inquit.render.terminal import render_terminal
from inquit.types import Document, Extraction, Quote, QuoteKind, Span, Speaker, SpeakerType


def test_quotes_stand_under_their_speaker(document: Document, extraction: Extraction) -> None:
    """Each speaker is named once, followed by what they said; quotes without a speaker come last."""
    table = render_terminal(document, extraction, width=200)
    order = [
        "5 quotations, 2 speakers",
        "Ilya Marsh  person",
        "the ferry was safe",
        "“It is,” … “as safe as a <b>house</b> & more. They call it ‘the tub’.”",
        "Council <Harbour>  organization",
        "it a “disaster”",
        "“Nobody asked us 🙂.”",
        "(speaker not found)",
        "warning: a mark has no partner (at 3)",
    ]
    places = [table.index(words) for words in order]
    assert places == sorted(places)
    assert "The council · called · on its website" in table


def test_plain_output_has_no_escapes(document: Document, extraction: Extraction) -> None:
    """Without colour nothing but text is written; with colour the words stay the same."""
    assert "\x1b" not in render_terminal(document, extraction)
    assert "\x1b[" in render_terminal(document, extraction, colour=True)


def test_lines_keep_to_the_width(document: Document, extraction: Extraction) -> None:
    """No line is wider than asked for."""
    assert max(map(len, render_terminal(document, extraction, width=60).splitlines())) <= 60


def test_article_cannot_steer_the_terminal() -> None:
    """Escape sequences in id, name, content or cue arrive as U+FFFD, markup brackets as written."""
    bad = "\x1b[2J[red]\x07"
    span = Span(0, len(bad), bad)
    quote = Quote(QuoteKind.DIRECT, (span,), cue=span, speaker_mention=span, speaker_id="s")
    table = render_terminal(
        Document(bad, bad), Extraction(bad, (quote,), (Speaker("s", bad, SpeakerType.PERSON),)), width=200
    )
    assert "\x1b" not in table
    assert "\x07" not in table
    assert table.count("\ufffd[2J[red]\ufffd") == 5


def test_article_cannot_turn_its_words_round() -> None:
    """Overrides of direction, which would show words in another order than they stand, arrive as U+FFFD."""
    turned = "\u202edenied\u2066\u2069\u202c"
    quote = Quote(QuoteKind.DIRECT, (Span(0, len(turned), turned),))
    table = render_terminal(Document("a", turned), Extraction("a", (quote,)), width=200)
    assert "\ufffddenied\ufffd\ufffd\ufffd" in table


def test_no_quotes_is_said(document: Document) -> None:
    """An article without quotations gets a sentence, not silence."""
    assert "No quotations found." in render_terminal(document, Extraction(document.id))
