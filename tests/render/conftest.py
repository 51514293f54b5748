from __future__ import annotations

import pytest

from inquit.types import (
    Document,
    Extraction,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    WarningCode,
)

TEXT = (
    "Harbour Board spokesman Ilya Marsh said the ferry was safe.\r\n\r\n"
    "“It is,” Marsh said, “as safe as a <b>house</b> & more. They call it ‘the tub’.”\r\n\r\n"
    "The council called it a “disaster” on its website. “Nobody asked us 🙂.”\r\n"
)


def span(text: str, words: str, start: int = 0) -> Span:
    """Return the first place of the words at or after `start`."""
    at = text.index(words, start)
    return Span(at, at + len(words), words)


@pytest.fixture
def document() -> Document:
    """Return an invented article with a split, a nested, a mixed, an indirect and an ownerless quote."""
    return Document(id="ferry & co", text=TEXT)


@pytest.fixture
def extraction() -> Extraction:
    """Return what a good reading of `document` looks like."""
    marsh, council = "s1", "s2"
    return Extraction(
        document_id="ferry & co",
        quotes=(
            Quote(
                QuoteKind.INDIRECT,
                (span(TEXT, "the ferry was safe"),),
                cue=span(TEXT, "said"),
                speaker_mention=span(TEXT, "Harbour Board spokesman Ilya Marsh"),
                speaker_id=marsh,
                confidence=0.71,
                speaker_confidence=0.93,
            ),
            Quote(
                QuoteKind.DIRECT,
                (
                    span(TEXT, "“It is,”"),
                    span(TEXT, "“as safe as a <b>house</b> & more. They call it ‘the tub’.”"),
                ),
                verbatim=(
                    span(TEXT, "It is,"),
                    span(TEXT, "as safe as a <b>house</b> & more. They call it ‘the tub’."),
                ),
                cue=span(TEXT, "said", TEXT.index("Marsh said,")),
                speaker_mention=span(TEXT, "Marsh", TEXT.index("Marsh said,")),
                speaker_id=marsh,
                confidence=0.98,
                speaker_confidence=0.95,
            ),
            Quote(
                QuoteKind.DIRECT,
                (span(TEXT, "‘the tub’"),),
                verbatim=(span(TEXT, "the tub"),),
                confidence=0.4,
            ),
            Quote(
                QuoteKind.MIXED,
                (span(TEXT, "it a “disaster”"),),
                verbatim=(span(TEXT, "disaster"),),
                cue=span(TEXT, "called"),
                speaker_mention=span(TEXT, "The council"),
                speaker_id=council,
                channel=span(TEXT, "on its website"),
                confidence=0.9,
                speaker_confidence=0.8,
            ),
            Quote(
                QuoteKind.DIRECT,
                (span(TEXT, "“Nobody asked us 🙂.”"),),
                verbatim=(span(TEXT, "Nobody asked us 🙂."),),
                speaker_id=council,
                confidence=0.95,
                speaker_confidence=0.6,
            ),
        ),
        speakers=(
            Speaker(
                marsh, "Ilya Marsh", SpeakerType.PERSON, (span(TEXT, "Harbour Board spokesman Ilya Marsh"),)
            ),
            Speaker(council, "Council <Harbour>", SpeakerType.ORGANIZATION, (span(TEXT, "The council"),)),
        ),
        warnings=(TextWarning(WarningCode.UNPAIRED_MARK, "a mark has no partner", Span(3, 4, "b")),),
        model_version="0.1.0",
    )
