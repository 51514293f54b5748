"""Many documents by StreamExtract, over one stream at a time, and over another when it breaks."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import grpc

from inquit.client.calls import closed, translated
from inquit.client.streams import Flight, is_passing
from inquit.errors import InquitError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from inquit._gen.inquit.v1 import inquit_pb2
    from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
    from inquit.client.blocking_batches import BlockingBatches
    from inquit.client.calls import Calls
    from inquit.client.outcome import Outcome
    from inquit.types import Document

__all__ = ["BlockingStreams"]

_SLICE = 0.1
"""Seconds."""
_PARTING_SECONDS = 1.0
"""How long a stream without open documents is waited for, so that the service sees it end well."""


class BlockingStreams:
    """The other way of `Client.extract_many`."""

    def __init__(
        self,
        stub: QuoteServiceStub,
        calls: Calls,
        flight: Flight,
        batches: BlockingBatches,
        *,
        seconds: float,
    ) -> None:
        """Each document has so many `seconds`; `batches` is what is used where streams do not work."""
        self._stub = stub
        self._calls = calls
        self._flight = flight
        self._batches = batches
        self._seconds = seconds
        self._stream: _Stream | None = None
        self._works = True

    def run(self, documents: Iterable[Document]) -> Generator[Outcome, None, None]:
        """Read them all; closing the generator gives up what is under way."""
        flight = self._flight
        source = iter(documents)
        more = True
        try:
            while self._works and (more or not flight.is_empty):
                if more and flight.has_room:
                    document = next(source, None)
                    if document is None:
                        more = False
                    else:
                        flight.add(document)
                self._send(last=not more)
                self._take_in(wait=not (more and flight.has_room) and not flight.is_empty)
                yield from flight.landed()
            self._part()
        finally:
            if self._stream is not None:
                self._stream.cancel()
        if not self._works:
            yield from flight.landed()
            yield from self._batches.run(source)

    def _send(self, *, last: bool) -> None:
        flight = self._flight
        if self._stream is None:
            if not flight.has_waiting or flight.pause:
                return
            try:
                self._stream = _Stream(self._stub, self._calls, self._seconds)
            except InquitError as error:
                self._broken(error)
                return
        stream = self._stream
        # The time limit of a stream is twice that of a document, and so none has less than its own.
        while not stream.is_ending and stream.age < self._seconds:
            request = flight.next_request()
            if request is None:
                break
            stream.send(request)
        if (last and not flight.has_waiting) or stream.age >= self._seconds:
            stream.end()

    def _take_in(self, *, wait: bool) -> None:
        """Take what has come, or, with `wait`, what comes next, and fail documents whose time is over."""
        flight = self._flight
        wait = wait and not flight.has_landed
        if self._stream is None:
            if wait:
                self._calls.rest(min(_SLICE, flight.pause or _SLICE, flight.patience))
        else:
            # In slices: a wait without end can miss a Ctrl-C that comes as it begins, and on Windows any.
            seconds = min(_SLICE, flight.patience) if wait else 0.0
            for event in self._stream.events(seconds):
                if isinstance(event, _End):
                    self._over(event.error)
                else:
                    self._stream.was_answered = True
                    flight.accept(event)
        if not flight.patience and flight.expire() and self._stream is not None:
            self._stream.cancel()

    def _over(self, error: InquitError | None) -> None:
        """Note the end of the stream."""
        stream, self._stream = self._stream, None
        if error is None or is_passing(error):
            self._flight.ended(error)
        else:
            self._broken(error, works=stream is not None and stream.was_answered)

    def _broken(self, error: InquitError, *, works: bool = False) -> None:
        """Ask for what is open by calls of their own: one of them may be to blame, or streams not work here."""
        self._works = works
        self._flight.ended(error)
        slots = self._flight.strand()
        outcomes = self._batches.read_each([slot.document for slot in slots])
        for slot, outcome in zip(slots, outcomes, strict=True):
            self._flight.settle(slot, outcome)

    def _part(self) -> None:
        """Let the stream end in peace."""
        limit = time.monotonic() + _PARTING_SECONDS
        while self._stream is not None and time.monotonic() < limit:
            self._stream.end()
            self._take_in(wait=True)


class _End:
    """The last event of a stream."""

    def __init__(self, error: InquitError | None) -> None:
        self.error = error


class _Stream:
    """One call, written and read by threads."""

    def __init__(self, stub: QuoteServiceStub, calls: Calls, seconds: float) -> None:
        self.was_answered = False
        self.is_ending = False
        self._begin = time.monotonic()
        self._target = calls.target
        self._requests: SimpleQueue[Any] = SimpleQueue()
        self._events: SimpleQueue[inquit_pb2.StreamExtractResponse | _End] = SimpleQueue()
        try:
            self._call: Any = stub.StreamExtract(
                iter(self._requests.get, None), timeout=2 * seconds, metadata=calls.metadata
            )
        except ValueError as error:
            raise closed() from error
        threading.Thread(target=self._read, name="inquit-stream", daemon=True).start()

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begin

    def send(self, request: inquit_pb2.StreamExtractRequest) -> None:
        """Have a document sent."""
        self._requests.put(request)

    def end(self) -> None:
        """Send nothing more."""
        if not self.is_ending:
            self.is_ending = True
            self._requests.put(None)

    def cancel(self) -> None:
        """Give up."""
        self.end()
        self._call.cancel()

    def events(self, seconds: float) -> Generator[inquit_pb2.StreamExtractResponse | _End, None, None]:
        """Yield what has come; where there is nothing, wait so long for something."""
        try:
            yield self._events.get(timeout=seconds) if seconds else self._events.get_nowait()
            while True:
                yield self._events.get_nowait()
        except Empty:
            return

    def _read(self) -> None:
        error: InquitError | None = None
        try:
            for response in self._call:
                self._events.put(response)
        except grpc.RpcError as failure:
            error = translated(failure, self._target)
            error.__cause__ = failure
        # gRPC's own thread may wait for another request.
        self._requests.put(None)
        self._events.put(_End(error))
