"""What became of one document among many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inquit.errors import InquitError
    from inquit.types import Document, Extraction

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document with its extraction or its error: one of the two is None."""

    document: Document
    extraction: Extraction | None = None
    error: InquitError | None = None

    def unwrap(self) -> Extraction:
        """Return the extraction, or raise the error."""
        if self.error is not None:
            raise self.error
        if self.extraction is None:
            raise AssertionError("an outcome without extraction and error: this is a bug")
        return self.extraction
