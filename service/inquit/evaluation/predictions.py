"""Predictions: what an extractor returned, reduced to what is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inquit.evaluation.rows import Offsets, Row, read_rows
from inquit.types import Extraction, OffsetEncoding, Quote, QuoteKind, Span, Speaker, SpeakerType

__all__ = ["PredictedDocument", "PredictedQuote", "from_extraction", "parse_prediction", "read_predictions"]

_AUTHOR = "AUTHOR"
"""What gold calls the writer of a text that does not name its writer."""


@dataclass(frozen=True, slots=True)
class PredictedQuote:
    """One quotation; all offsets count code points."""

    kind: QuoteKind
    content: tuple[Offsets, ...]
    verbatim: tuple[Offsets, ...] = ()
    cue: tuple[Offsets, ...] = ()
    mention: Offsets | None = None
    speaker: str | None = None
    """The speaker's canonical name, `AUTHOR` for a writer whom the text does not name."""
    speaker_type: str = ""
    """As in `SpeakerType`; empty without a speaker, or where the answer does not tell."""
    speaker_mentions: tuple[Offsets, ...] = ()
    """All places of the text that were read as this speaker."""
    channel: Offsets | None = None
    confidence: float | None = None
    """None where the answer has none: it is left out of the calibration then."""
    speaker_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class PredictedDocument:
    """The quotations found in one text."""

    id: str
    quotes: tuple[PredictedQuote, ...] = ()


def from_extraction(extraction: Extraction) -> PredictedDocument:
    """Reduce an extraction; its offsets must count code points (a ValueError otherwise)."""
    if extraction.offset_encoding is not OffsetEncoding.UTF32:
        raise ValueError(f"offsets are scored in utf32, not in {extraction.offset_encoding}")
    speakers = {speaker.id: speaker for speaker in extraction.speakers}
    return PredictedDocument(
        extraction.document_id, tuple(_reduced(quote, speakers) for quote in extraction.quotes)
    )


def _reduced(quote: Quote, speakers: Mapping[str, Speaker]) -> PredictedQuote:
    speaker = None if quote.speaker_id is None else speakers[quote.speaker_id]
    return PredictedQuote(
        kind=quote.kind,
        content=tuple(map(_offsets, quote.content)),
        verbatim=tuple(map(_offsets, quote.verbatim)),
        cue=() if quote.cue is None else (_offsets(quote.cue),),
        mention=None if quote.speaker_mention is None else _offsets(quote.speaker_mention),
        speaker=None if speaker is None else _name(speaker.name, speaker.type),
        speaker_type="" if speaker is None else speaker.type.value,
        speaker_mentions=() if speaker is None else tuple(map(_offsets, speaker.mentions)),
        channel=None if quote.channel is None else _offsets(quote.channel),
        confidence=quote.confidence,
        speaker_confidence=quote.speaker_confidence,
    )


def read_predictions(path: Path) -> dict[str, PredictedDocument]:
    """Read `ExtractResponse` messages in JSON, one a line; raise DataError naming the line."""
    documents: dict[str, PredictedDocument] = {}
    for row in read_rows(path):
        document = _document(row)
        if document.id in documents:
            raise row.fail("documentId", f"{document.id!r} stands in the file twice")
        documents[document.id] = document
    return documents


def parse_prediction(values: Mapping[str, Any]) -> PredictedDocument:
    """Read one prediction in the service's JSON form that is in memory."""
    return _document(Row(values, "row"))


def _offsets(span: Span) -> Offsets:
    return Offsets(span.start, span.end)


def _document(row: Row) -> PredictedDocument:
    encoding = row.optional_text("offsetEncoding", "offset_encoding") or "UTF32"
    if not encoding.upper().endswith(("UTF32", "UNSPECIFIED")):
        raise row.fail("offsetEncoding", f"offsets are scored in UTF32, not in {encoding}")
    speakers = {speaker.text("id"): speaker for speaker in row.rows("speakers")}
    # A document without quotations has an id alone. One that failed has no line, and scores as empty.
    return PredictedDocument(
        row.text("documentId", "document_id", "id"),
        tuple(_quote(quote, speakers) for quote in row.rows("quotes")),
    )


def _speaker_type(row: Row) -> str:
    return (row.optional_text("type") or "").lower().removeprefix("speaker_type_")


def _name(name: str, kind: str) -> str:
    return _AUTHOR if not name and kind == SpeakerType.AUTHOR else name


def _quote(row: Row, speakers: Mapping[str, Row]) -> PredictedQuote:
    speaker_id = row.optional_text("speakerId", "speaker_id") or None
    if speaker_id is not None and speaker_id not in speakers:
        raise row.fail("speakerId", f"{speaker_id!r} is not among the row's speakers")
    cue = row.span("cue")
    speaker = None if speaker_id is None else speakers[speaker_id]
    kind = "" if speaker is None else _speaker_type(speaker)
    return PredictedQuote(
        kind=_kind(row),
        content=row.spans("content"),
        verbatim=row.spans("verbatim"),
        cue=() if cue is None else (cue,),
        mention=row.span("speakerMention", "speaker_mention"),
        # Protobuf's JSON leaves out what is empty.
        speaker=None if speaker is None else _name(speaker.optional_text("name") or "", kind),
        speaker_type=kind,
        speaker_mentions=() if speaker is None else speaker.spans("mentions"),
        channel=row.span("channel"),
        confidence=row.probability("confidence"),
        speaker_confidence=row.probability("speakerConfidence", "speaker_confidence") or 0.0,
    )


def _kind(row: Row) -> QuoteKind:
    word = row.text("kind").lower().removeprefix("quote_kind_")
    try:
        return QuoteKind(word)
    except ValueError:
        known = ", ".join(f"QUOTE_KIND_{kind.upper()}" for kind in QuoteKind)
        raise row.fail("kind", f"one of {known} is needed") from None
