"""The tables that a run writes: one row a quotation, and one a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from inquit.types import Extraction, Quote, Span

__all__ = ["DOCUMENTS", "QUOTES", "document_row", "quote_rows"]

_SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())])

QUOTES = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("document_id", pa.string()),
        ("quote", pa.int32()),
        ("kind", pa.string()),
        ("content", pa.list_(_SPAN)),
        ("verbatim", pa.list_(_SPAN)),
        ("cue", _SPAN),
        ("speaker_mention", _SPAN),
        ("speaker_id", pa.string()),
        ("speaker_name", pa.string()),
        ("speaker_type", pa.string()),
        ("channel", _SPAN),
        ("confidence", pa.float64()),
        ("speaker_confidence", pa.float64()),
    ]
)
"""`source` and `row` tell the input, `quote` the place in the document, from 0."""

DOCUMENTS = pa.schema(
    [
        ("source", pa.string()),
        ("row", pa.int64()),
        ("document_id", pa.string()),
        ("characters", pa.int64()),
        ("quotes", pa.int32()),
        (
            "speakers",
            pa.list_(
                pa.struct(
                    [
                        ("id", pa.string()),
                        ("name", pa.string()),
                        ("type", pa.string()),
                        ("mentions", pa.list_(_SPAN)),
                    ]
                )
            ),
        ),
        (
            "warnings",
            pa.list_(pa.struct([("code", pa.string()), ("message", pa.string()), ("span", _SPAN)])),
        ),
        ("offset_encoding", pa.string()),
        ("model_version", pa.string()),
    ]
)


def quote_rows(source: str, row: int, extraction: Extraction) -> list[dict[str, Any]]:
    """Return the rows of a document's quotations."""
    return [
        {
            "source": source,
            "row": row,
            "document_id": extraction.document_id,
            "quote": number,
            **_quote(extraction, quote),
        }
        for number, quote in enumerate(extraction.quotes)
    ]


def document_row(source: str, row: int, characters: int, extraction: Extraction) -> dict[str, Any]:
    """Return the row of a document; times are left out, so that a second run gives the same."""
    return {
        "source": source,
        "row": row,
        "document_id": extraction.document_id,
        "characters": characters,
        "quotes": len(extraction.quotes),
        "speakers": [
            {
                "id": speaker.id,
                "name": speaker.name,
                "type": speaker.type.value,
                "mentions": [_span(mention) for mention in speaker.mentions],
            }
            for speaker in extraction.speakers
        ],
        "warnings": [
            {"code": warning.code.value, "message": warning.message, "span": _span(warning.span)}
            for warning in extraction.warnings
        ],
        "offset_encoding": extraction.offset_encoding.value,
        "model_version": extraction.model_version,
    }


def _quote(extraction: Extraction, quote: Quote) -> dict[str, Any]:
    speaker = extraction.speaker(quote)
    return {
        "kind": quote.kind.value,
        "content": [_span(span) for span in quote.content],
        "verbatim": [_span(span) for span in quote.verbatim],
        "cue": _span(quote.cue),
        "speaker_mention": _span(quote.speaker_mention),
        "speaker_id": quote.speaker_id,
        "speaker_name": speaker.name if speaker else None,
        "speaker_type": speaker.type.value if speaker else None,
        "channel": _span(quote.channel),
        "confidence": round(quote.confidence, 4),
        "speaker_confidence": round(quote.speaker_confidence, 4),
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return {"start": span.start, "end": span.end, "text": span.text} if span else None
