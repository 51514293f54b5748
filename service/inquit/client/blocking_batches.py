"""Many documents by BatchExtract, several calls at a time, each in a thread of its own."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from inquit.client.batches import Batch, Packer
from inquit.deadline import Deadline
from inquit.errors import InquitError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
    from inquit.client.calls import Calls
    from inquit.client.outcome import Outcome
    from inquit.types import Document, ExtractOptions, Limits

__all__ = ["BlockingBatches"]

_SLICE = 0.1
"""Seconds."""


class BlockingBatches:
    """One way of `Client.extract_many`."""

    def __init__(
        self,
        stub: QuoteServiceStub,
        calls: Calls,
        options: ExtractOptions,
        limits: Limits,
        *,
        seconds: float,
        max_in_flight: int,
        ordered: bool,
    ) -> None:
        """Each batch has so many `seconds`."""
        self._stub = stub
        self._calls = calls
        self._options = options
        self._limits = limits
        self._seconds = seconds
        self._max_in_flight = max_in_flight
        self._ordered = ordered

    def run(self, documents: Iterable[Document]) -> Generator[Outcome, None, None]:
        """Read them all; closing the generator gives up what is under way."""
        flying: deque[Future[list[Outcome]]] = deque()
        packer = Packer(self._limits)
        with ThreadPoolExecutor(self._max_in_flight, thread_name_prefix="inquit-client") as pool:
            try:
                for batch in packer.pack(documents):
                    flying.append(pool.submit(self.read, batch))
                    # Twice as many, so that a slow first batch does not idle the others.
                    while len(flying) >= 2 * self._max_in_flight:
                        yield from _landed(flying, ordered=self._ordered)
                while flying:
                    yield from _landed(flying, ordered=self._ordered)
            finally:
                # The caller may have left: nobody waits for what is under way.
                self._calls.stop()
                pool.shutdown(wait=False, cancel_futures=True)

    def read_each(self, documents: list[Document]) -> list[Outcome]:
        """Read documents by calls of their own; return their outcomes in order."""
        with ThreadPoolExecutor(self._max_in_flight, thread_name_prefix="inquit-client") as pool:
            try:
                flying = deque(pool.submit(self.read, [document]) for document in documents)
                return [outcome for _ in documents for outcome in _landed(flying, ordered=True)]
            except BaseException:
                # As on Ctrl-C. Not when all went well: the calls of this run may go on.
                self._calls.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def read(self, documents: list[Document]) -> list[Outcome]:
        """Read one batch."""
        batch = Batch(documents, self._options)
        deadline = Deadline.after(self._seconds)
        while not batch.is_done:
            try:
                response = self._calls.ask(self._stub.BatchExtract, batch.request(), deadline)
                pause = batch.accept(response, deadline)
                if not batch.is_done:
                    self._calls.rest(pause)
            except InquitError as error:
                batch.fail(error)
        return batch.outcomes()


def _landed(flying: deque[Future[list[Outcome]]], *, ordered: bool) -> Iterator[Outcome]:
    """Wait for the first batch, or for any; take it out and yield its outcomes."""
    awaited = [flying[0]] if ordered else flying
    # In slices: a wait without end can miss a Ctrl-C that comes as it begins, and on Windows any.
    while not (landed := wait(awaited, timeout=_SLICE, return_when=FIRST_COMPLETED).done):
        pass
    done = next(iter(landed))
    flying.remove(done)
    yield from done.result()
