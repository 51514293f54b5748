"""Rows of an archive: documents with their place, or why a row is none."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.types import Document

__all__ = ["BadRow", "Columns", "Row"]


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
