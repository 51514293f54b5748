"""Documents on their way over streams: which wait, which are out, which are answered.

Knows nothing of threads, tasks or calls, so that both clients share it.
"""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit.client.batches import BATCH_BYTES, BATCH_DOCUMENTS, size_of
from inquit.client.outcome import Outcome, outcome_of
from inquit.client.retry import pause_before_retry
from inquit.deadline import Deadline
from inquit.errors import (
    Cancelled,
    DeadlineExceeded,
    InquitError,
    InternalError,
    InvalidInput,
    Overloaded,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inquit.types import Document, ExtractOptions

__all__ = ["Flight", "Slot", "is_passing"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a stream that broke is opened again; each time without an answer twice as long."""


@dataclass(slots=True, eq=False)
class Slot:
    """A document's place among the outcomes."""

    document: Document
    size: int
    """In bytes, bounded from above."""
    limit: float | None = None
    """When its time is over, counted from its first sending; None before that."""
    outcome: Outcome | None = None


class Flight:
    """Takes documents in, gives requests and outcomes out; holds a bounded number of them."""

    def __init__(
        self,
        options: ExtractOptions,
        *,
        seconds: float,
        max_in_flight: int,
        max_message_bytes: int,
        ordered: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Each document has so many `seconds`; `max_in_flight` counts in batches, as everywhere."""
        self._options = wire.options_to_proto(options)
        self._seconds = seconds
        self._max_open = max_in_flight * BATCH_DOCUMENTS
        self._max_bytes = max_in_flight * BATCH_BYTES
        self._max_message_bytes = max_message_bytes
        self._ordered = ordered
        self._clock = clock
        # To be sent, the oldest first.
        self._waiting: deque[Slot] = deque()
        # Sent on the present stream, by their place in it, the oldest first.
        self._sent: dict[int, Slot] = {}
        self._next_place = 0
        # Not given out, in the order of the documents; kept where there is an order.
        self._line: deque[Slot] = deque()
        self._landed: deque[Outcome] = deque()
        self._held = 0
        self._open = 0
        self._open_bytes = 0
        self._last_error: InquitError | None = None
        self._failures = 0
        self._rest_until = 0.0
        self._heard_at = 0.0

    @property
    def has_room(self) -> bool:
        """Whether another document may be added."""
        # Twice as many are held as are out, so that a slow first one does not idle the others.
        return (
            self._open < self._max_open
            and self._held < 2 * self._max_open
            and self._open_bytes < self._max_bytes
        )

    @property
    def has_waiting(self) -> bool:
        """Whether something is to be sent."""
        return bool(self._waiting)

    @property
    def is_empty(self) -> bool:
        """Whether every document that was added has been given out."""
        return not self._held

    @property
    def is_answered(self) -> bool:
        """Whether every document that was added has its outcome."""
        return not self._open

    @property
    def has_landed(self) -> bool:
        """Whether an outcome can be given out."""
        return bool(self._landed)

    @property
    def pause(self) -> float:
        """Seconds to wait before anything is sent."""
        return max(0.0, self._rest_until - self._clock())

    @property
    def patience(self) -> float:
        """Seconds until the time limit of the oldest document; all of them when nothing is out."""
        oldest = self._oldest()
        return self._seconds if oldest is None else max(0.0, oldest - self._clock())

    def add(self, document: Document) -> None:
        """Take a document."""
        slot = Slot(document, size_of(document))
        self._held += 1
        self._open += 1
        self._open_bytes += slot.size
        self._waiting.append(slot)
        if self._ordered:
            self._line.append(slot)

    def next_request(self) -> inquit_pb2.StreamExtractRequest | None:
        """Return what is to be sent next on the present stream, if anything."""
        if self._waiting and self.pause:
            return None
        while self._waiting:
            slot = self._waiting[0]
            try:
                request = self._request(slot.document)
            except InvalidInput as error:
                self._waiting.popleft()
                self._fail(slot, error)
                continue
            self._waiting.popleft()
            if slot.limit is None:
                slot.limit = self._clock() + self._seconds
            self._sent[self._next_place] = slot
            self._next_place += 1
            return request
        return None

    def accept(self, response: inquit_pb2.StreamExtractResponse) -> None:
        """Take an answer; a document refused for the moment only is sent again if there is time."""
        self._heard_at = self._clock()
        self._failures = 0
        slot = self._sent.pop(response.request_index, None)
        if slot is None:  # it came after the document's time limit
            return
        if response.document_id != slot.document.id:
            self._fail(slot, InternalError("the answer is of another document"))
            return
        outcome = outcome_of(slot.document, response)
        pause = None if outcome.error is None else self._pause_after(outcome.error, slot)
        if pause is None:
            self.settle(slot, outcome)
            return
        self._rest_until = max(self._rest_until, self._clock() + pause)
        self._last_error = outcome.error
        self._waiting.appendleft(slot)

    def ended(self, error: InquitError | None) -> None:
        """Hear that the stream has ended; what it left unanswered is to be sent again after a pause."""
        if error is None and self._sent:
            error = InternalError("the stream ended before all answers")
        self._waiting.extendleft(reversed(self._sent.values()))
        self._sent = {}
        self._next_place = 0
        if error is None:
            return
        self._last_error = error
        pause = error.retry_after if isinstance(error, Overloaded) else None
        self._rest_until = self._clock() + (self._backoff() if pause is None else _spread(pause))
        self._failures += 1

    def expire(self) -> bool:
        """Fail the documents whose time is over; return whether their stream seems to be dead."""
        now = self._clock()
        dead = False
        for place, slot in [*self._sent.items()]:
            if slot.limit is not None and slot.limit <= now:
                del self._sent[place]
                dead = dead or self._heard_at <= slot.limit - self._seconds
                self._fail(slot, DeadlineExceeded("no answer within the time limit"))
        for slot in [*self._sent_before()]:
            if slot.limit is not None and slot.limit <= now:
                self._waiting.remove(slot)
                self._fail(slot, self._last_error or DeadlineExceeded("no answer within the time limit"))
        return dead

    def strand(self) -> list[Slot]:
        """Take out every document without an outcome, to be settled in another way."""
        slots = [*self._sent.values(), *self._waiting]
        self._sent = {}
        self._waiting.clear()
        return slots

    def settle(self, slot: Slot, outcome: Outcome) -> None:
        """Give a document its outcome."""
        slot.outcome = outcome
        self._open -= 1
        self._open_bytes -= slot.size
        if not self._ordered:
            self._landed.append(outcome)
            return
        while self._line and (first := self._line[0].outcome) is not None:
            self._line.popleft()
            self._landed.append(first)

    def landed(self) -> Iterator[Outcome]:
        """Give out the outcomes whose turn has come."""
        while self._landed:
            self._held -= 1
            yield self._landed.popleft()

    def _request(self, document: Document) -> inquit_pb2.StreamExtractRequest:
        request = inquit_pb2.StreamExtractRequest(
            document=wire.document_to_proto(document), options=self._options
        )
        size = request.ByteSize()
        # It would end the stream.
        if size > self._max_message_bytes:
            raise InvalidInput(
                f"the message has {size} bytes, the limit is {self._max_message_bytes}",
                field="document",
                reason="MESSAGE_TOO_LARGE",
            )
        return request

    def _oldest(self) -> float | None:
        """Return the earliest time limit; a document that was sent again is not the last to have one."""
        slots = (*self._sent.values(), *self._sent_before())
        return min((slot.limit for slot in slots if slot.limit is not None), default=None)

    def _sent_before(self) -> Iterator[Slot]:
        """Return what waits to be sent again: it goes first."""
        return takewhile(lambda slot: slot.limit is not None, self._waiting)

    def _pause_after(self, error: InquitError, slot: Slot) -> float | None:
        """Return the seconds after which a refused document may be sent again; None where that is no use."""
        if slot.limit is None:
            raise AssertionError("a document was sent without a time limit: this is a bug")
        left = slot.limit - self._clock()
        if not isinstance(error, Unavailable):
            return pause_before_retry(error, Deadline.after(left))
        pause = self._backoff()
        return pause if pause < left else None

    def _backoff(self) -> float:
        return _spread(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(self._failures, 10)))

    def _fail(self, slot: Slot, error: InquitError) -> None:
        self.settle(slot, Outcome(slot.document, error=error))


def is_passing(error: InquitError) -> bool:
    """Whether another stream may succeed where one ended so."""
    if isinstance(error, Overloaded):
        return error.retry_after is not None
    if isinstance(error, Cancelled):
        return error.reason != "CLIENT_CLOSED"
    return isinstance(error, Unavailable | DeadlineExceeded)


def _spread(pause: float) -> float:
    """Return a pause of about that length: clients that lost one server do not come back all at once."""
    return pause * (1 + random.random() / 4)
