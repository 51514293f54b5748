"""Many documents as few calls, each within the service's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit.client.outcome import Outcome, outcome_of
from inquit.client.retry import pause_before_retry
from inquit.errors import InquitError, InternalError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inquit.deadline import Deadline
    from inquit.types import Document, ExtractOptions, Limits

__all__ = ["BATCH_BYTES", "BATCH_DOCUMENTS", "Batch", "Packer", "size_of"]

BATCH_DOCUMENTS = 16
BATCH_BYTES = 128 * 1024
"""About 20,000 words: seconds of work on two cores, well inside the default time limit."""
_OVERHEAD = 64
"""Bytes of a document's message beside its strings, rounded up."""


class Packer:
    """Collects documents until they make a good batch."""

    def __init__(self, limits: Limits) -> None:
        self._max_documents = max(1, min(BATCH_DOCUMENTS, limits.max_batch_documents))
        self._max_bytes = min(BATCH_BYTES, limits.max_message_bytes)
        self._documents: list[Document] = []
        self._bytes = 0

    def add(self, document: Document) -> list[Document]:
        """Take a document; return the batch that is full now, empty if none is."""
        size = size_of(document)
        full: list[Document] = []
        if self._documents and self._bytes + size > self._max_bytes:
            full = self.rest()
        self._documents.append(document)
        self._bytes += size
        if not full and (len(self._documents) >= self._max_documents or self._bytes >= self._max_bytes):
            full = self.rest()
        return full

    def rest(self) -> list[Document]:
        """Return what is collected, and start anew."""
        documents, self._documents, self._bytes = self._documents, [], 0
        return documents

    def pack(self, documents: Iterable[Document]) -> Iterator[list[Document]]:
        """Yield batches as they become full, in order."""
        for document in documents:
            if full := self.add(document):
                yield full
        if rest := self.rest():
            yield rest


class Batch:
    """Documents on their way: what was answered, and what is still to be asked (again)."""

    def __init__(self, documents: list[Document], options: ExtractOptions) -> None:
        self._documents = documents
        self._options = wire.options_to_proto(options)
        self._messages: dict[int, inquit_pb2.Document] = {}
        self._outcomes: dict[int, Outcome] = {}
        for place, document in enumerate(documents):
            try:
                self._messages[place] = wire.document_to_proto(document)
            except InvalidInput as error:
                self._outcomes[place] = Outcome(document, error=error)
        self._open = list(self._messages)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self._open

    def request(self) -> inquit_pb2.BatchExtractRequest:
        """Return the message that asks for all that is open."""
        return inquit_pb2.BatchExtractRequest(
            documents=[self._messages[place] for place in self._open], options=self._options
        )

    def accept(self, response: inquit_pb2.BatchExtractResponse, deadline: Deadline) -> float:
        """Keep the answers; what was refused for overload stays open if there is time.

        Returns the seconds to wait before asking again.
        """
        if len(response.items) != len(self._open):
            self.fail(InternalError(f"{len(response.items)} answers came for {len(self._open)} documents"))
            return 0.0
        longest = 0.0
        again: list[int] = []
        for place, item in zip(self._open, response.items, strict=True):
            outcome = outcome_of(self._documents[place], item)
            pause = None if outcome.error is None else pause_before_retry(outcome.error, deadline)
            if pause is None:
                self._outcomes[place] = outcome
            else:
                again.append(place)
                longest = max(longest, pause)
        self._open = again
        return longest

    def fail(self, error: InquitError) -> None:
        """Give everything that is open this error."""
        for place in self._open:
            self._outcomes[place] = Outcome(self._documents[place], error=error)
        self._open = []

    def outcomes(self) -> list[Outcome]:
        """Return one outcome for each document, in order."""
        return [self._outcomes[place] for place in range(len(self._documents))]


def size_of(document: Document) -> int:
    """Bound the bytes from above without encoding: 4 for each character outside ASCII."""
    width = 1 if document.text.isascii() else 4
    return len(document.text) * width + 4 * len(document.id) + _OVERHEAD
