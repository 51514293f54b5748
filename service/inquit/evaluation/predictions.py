"""Predictions: what an extractor returned, reduced to what is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inquit.evaluation.rows import Offsets, Row, read_rows
from inquit.types import Extraction, OffsetEncoding, QuoteKind, Span, SpeakerType

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


@dataclass(frozen=True, slots=True)
class PredictedDocument:
    """The quotations found in one text."""

    id: str
    quotes: tuple[PredictedQuote, ...] = ()


def from_extraction(extraction: Extraction) -> PredictedDocument:
    """Reduce an extraction; its offsets must count code points (a ValueError otherwise)."""
    if extraction.offset_encoding is not OffsetEncoding.UTF32:
        raise ValueError(f"offsets are scored in utf32, not in {extraction.offset_encoding}")
    names = {speaker.id: _name(speaker.name, speaker.type) for speaker in extraction.speakers}
    return PredictedDocument(
        extraction.document_id,
        tuple(
            PredictedQuote(
                kind=quote.kind,
                content=tuple(map(_offsets, quote.content)),
                verbatim=tuple(map(_offsets, quote.verbatim)),
                cue=() if quote.cue is None else (_offsets(quote.cue),),
                mention=None if quote.speaker_mention is None else _offsets(quote.speaker_mention),
                speaker=None if quote.speaker_id is None else names[quote.speaker_id],
            )
            for quote in extraction.quotes
        ),
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
    names = {speaker.text("id"): _speaker_name(speaker) for speaker in row.rows("speakers")}
    # A document without quotations has an id alone. One that failed has no line, and scores as empty.
    return PredictedDocument(
        row.text("documentId", "document_id", "id"),
        tuple(_quote(quote, names) for quote in row.rows("quotes")),
    )


def _speaker_name(row: Row) -> str:
    # Protobuf's JSON leaves out what is empty.
    kind = row.optional_text("type") or ""
    return _name(row.optional_text("name") or "", kind.lower().removeprefix("speaker_type_"))


def _name(name: str, kind: str) -> str:
    return _AUTHOR if not name and kind == SpeakerType.AUTHOR else name


def _quote(row: Row, names: Mapping[str, str]) -> PredictedQuote:
    speaker_id = row.optional_text("speakerId", "speaker_id") or None
    if speaker_id is not None and speaker_id not in names:
        raise row.fail("speakerId", f"{speaker_id!r} is not among the row's speakers")
    cue = row.span("cue")
    return PredictedQuote(
        kind=_kind(row),
        content=row.spans("content"),
        verbatim=row.spans("verbatim"),
        cue=() if cue is None else (cue,),
        mention=row.span("speakerMention", "speaker_mention"),
        speaker=None if speaker_id is None else names[speaker_id],
    )


def _kind(row: Row) -> QuoteKind:
    word = row.text("kind").lower().removeprefix("quote_kind_")
    try:
        return QuoteKind(word)
    except ValueError:
        known = ", ".join(f"QUOTE_KIND_{kind.upper()}" for kind in QuoteKind)
        raise row.fail("kind", f"one of {known} is needed") from None
