"""Extractions as CSV, one row a quote."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inquit.types import Extraction, Quote, Span

__all__ = ["COLUMNS", "header", "rows"]

COLUMNS = (
    "document_id",
    "kind",
    "speaker",
    "speaker_type",
    "speaker_mention",
    "cue",
    "channel",
    "content",
    "start",
    "end",
    "spans",
    "verbatim",
    "confidence",
    "speaker_confidence",
)

_FORMULA_STARTS = tuple("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}")
_FORMULA_STARTS += tuple("\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}")
"""What OWASP's advice on CSV injection names."""


def header() -> str:
    """Return the line of column names."""
    return _line(COLUMNS)


def rows(extraction: Extraction) -> str:
    """Return a line for each quote.

    Cells are as in the text and may hold line ends. One that a spreadsheet would take for a formula
    has an apostrophe in front, as anybody may have written the text; the offsets lead to the text
    itself, and the JSON formats hold it unchanged.

    `start` and `end` enclose the whole quote, `spans` has its pieces (`12-40 55-70`), all in
    the extraction's offset encoding. Pieces of `content` and `verbatim` are joined by ` … `.
    """
    return "".join(_line(_cells(extraction, quote)) for quote in extraction.quotes)


def _cells(extraction: Extraction, quote: Quote) -> tuple[str, ...]:
    speaker = extraction.speaker(quote)
    return (
        extraction.document_id,
        quote.kind.value,
        speaker.name if speaker else "",
        speaker.type.value if speaker else "",
        _text(quote.speaker_mention),
        _text(quote.cue),
        _text(quote.channel),
        " … ".join(span.text for span in quote.content),
        str(min(span.start for span in quote.content)),
        str(max(span.end for span in quote.content)),
        " ".join(f"{span.start}-{span.end}" for span in quote.content),
        " … ".join(span.text for span in quote.verbatim),
        f"{quote.confidence:.3f}",
        f"{quote.speaker_confidence:.3f}",
    )


def _text(span: Span | None) -> str:
    return span.text if span else ""


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    cells = tuple(f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in cells)
    # Quoted throughout: left to itself, the writer would not quote a cell with a lone carriage return.
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()
