"""Documents read by the model in this process, each with its outcome."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from inquit.client.outcome import Outcome
from inquit.errors import InquitError, InternalError, InvalidInput
from inquit.validation import validate_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inquit.extractor import Extractor
    from inquit.types import Document, ExtractOptions, Limits

__all__ = ["LocalReader"]


class LocalReader:
    """Reads in this process, under the same limits as a server."""

    def __init__(self, extractor: Extractor, limits: Limits) -> None:
        self._extractor = extractor
        self._limits = limits

    def read(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Outcome]:
        """Read documents together; where that fails, read those it concerns one by one."""
        intake = _Intake(documents, self._limits)
        while not intake.ended:
            try:
                for extraction in self._extractor.extract_many(intake.admitted(), options):
                    yield from intake.refused()
                    yield Outcome(intake.take(), extraction)
            except Exception:
                if intake.failed or not intake.slots:
                    raise  # reading the input failed, or the model before it read anything
            while intake.slots:
                yield from intake.refused()
                if intake.slots:
                    yield self._alone(intake.take(), options)

    def _alone(self, document: Document, options: ExtractOptions) -> Outcome:
        try:
            return Outcome(document, self._extractor.extract(document, options))
        except InquitError as error:
            return Outcome(document, error=error)
        except Exception as error:  # noqa: BLE001 - its neighbours are served; a message may hold text
            return Outcome(document, error=InternalError(f"could not be read: {type(error).__name__}"))


class _Intake:
    """Documents on their way into the model, and in `slots` those that wait for their outcome."""

    def __init__(self, documents: Iterable[Document], limits: Limits) -> None:
        self.slots: deque[Document | Outcome] = deque()
        self.ended = False
        self.failed = False
        self._documents = iter(documents)
        self._limits = limits

    def admitted(self) -> Iterator[Document]:
        """Yield the documents that may be read; the others leave their refusal in `slots`."""
        while (document := self._next()) is not None:
            try:
                validate_document(document, self._limits)
            except InvalidInput as error:
                self.slots.append(Outcome(document, error=error))
            else:
                self.slots.append(document)
                yield document

    def refused(self) -> Iterator[Outcome]:
        """Take the refusals before the next document that was read."""
        while self.slots and isinstance(slot := self.slots[0], Outcome):
            self.slots.popleft()
            yield slot

    def take(self) -> Document:
        """Take the next document that was read."""
        slot = self.slots.popleft()
        if isinstance(slot, Outcome):
            raise AssertionError("a refused document was read: this is a bug")  # noqa: TRY004 - see above
        return slot

    def _next(self) -> Document | None:
        try:
            document = next(self._documents, None)
        except Exception:
            self.failed = True
            raise
        self.ended = document is None
        return document
