"""What became of one document among many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inquit import wire
from inquit.client.failures import from_status
from inquit.errors import InternalError

if TYPE_CHECKING:
    from inquit._gen.inquit.v1 import inquit_pb2
    from inquit.errors import InquitError
    from inquit.types import Document, Extraction

__all__ = ["Outcome", "outcome_of"]


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


def outcome_of(
    document: Document, item: inquit_pb2.BatchExtractItem | inquit_pb2.StreamExtractResponse
) -> Outcome:
    """Return what a service answered for the document."""
    match item.WhichOneof("outcome"):
        case "result":
            try:
                return Outcome(document, wire.extraction_from_proto(item.result))
            except InternalError as error:
                return Outcome(document, error=error)
        case "error":
            return Outcome(document, error=from_status(item.error))
        case _:
            return Outcome(document, error=InternalError("the answer has neither result nor error"))
