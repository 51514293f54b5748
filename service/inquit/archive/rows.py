"""Rows of an archive: documents with their place, or why a row is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inquit.records import BadRecord, document_of
from inquit.types import Document

__all__ = ["BadRow", "Columns", "Row", "row_of"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns or fields hold what."""

    id: str = "id"
    text: str = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A document and the number of its row in the file, from 1; lines of JSON count as rows."""

    number: int
    document: Document


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, and why; never with its text."""

    number: int
    reason: str
    document_id: str = ""


def row_of(record: Mapping[str, Any], number: int, file: str, columns: Columns) -> Row | BadRow:
    """Return the row of a record; a document without an id is called by its place."""
    try:
        document, _ = document_of(record, f"{file}:{number}", id_field=columns.id, text_field=columns.text)
    except BadRecord as error:
        return BadRow(number, str(error), error.document_id)
    return Row(number, document)
