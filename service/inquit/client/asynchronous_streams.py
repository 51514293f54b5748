"""Many documents by StreamExtract, over one stream at a time, and over another when it breaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from inquit.client.asynchronous_calls import translated
from inquit.client.streams import Flight, is_passing
from inquit.errors import Cancelled, InquitError, InternalError, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator

    from inquit.client.asynchronous_batches import AsyncBatches
    from inquit.client.outcome import Outcome
    from inquit.types import Document

__all__ = ["AsyncStreams"]

_BROKEN = (grpc.aio.AioRpcError, grpc.aio.UsageError, asyncio.InvalidStateError)
"""What writing to a stream that has ended raises."""
_HEADER_SECONDS = 1.0
"""How long a stream waits for the service to accept it; one that says nothing may still answer."""


class AsyncStreams:
    """The other way of `AsyncClient.extract_many`."""

    def __init__(
        self,
        call: Callable[[float], Any],
        flight: Flight,
        batches: AsyncBatches,
        *,
        target: str,
        seconds: float,
    ) -> None:
        """`call` begins a stream with that time limit; each document has so many `seconds`.

        `batches` is what is used where streams do not work.
        """
        self._call = call
        self._flight = flight
        self._batches = batches
        self._target = target
        self._seconds = seconds
        self._works = True
        self._is_last = False
        # Set by the one side whenever the other has reason to look again.
        self._work = asyncio.Event()
        self._news = asyncio.Event()
        self._under_way: Any = None

    async def run(
        self, documents: Iterable[Document] | AsyncIterable[Document]
    ) -> AsyncGenerator[Outcome, None]:
        """Read them all; closing the generator gives up what is under way."""
        flight = self._flight
        source = _Source(documents, self._news)
        talking = asyncio.create_task(self._talk())
        talking.add_done_callback(lambda _: self._news.set())
        try:
            while not talking.done():
                while self._wants_more and source.is_ready():
                    document = await source.take()
                    if document is None:
                        self._is_last = True
                    else:
                        flight.add(document)
                self._work.set()
                for outcome in flight.landed():
                    yield outcome
                if not (self._wants_more and source.is_ready()):
                    await self._wait()
            talking.result()
            for outcome in flight.landed():
                yield outcome
            if not self._works:
                async for outcome in self._batches.run(source):
                    yield outcome
        finally:
            talking.cancel()
            source.close()
            await asyncio.gather(talking, return_exceptions=True)

    @property
    def _wants_more(self) -> bool:
        """Whether another document is to be taken from the source."""
        return self._works and not self._is_last and self._flight.has_room

    async def _wait(self) -> None:
        """Wait for news, and fail documents whose time is over."""
        flight = self._flight
        if not self._news.is_set():
            try:
                async with asyncio.timeout(flight.patience):
                    await self._news.wait()
            except TimeoutError:
                pass
        self._news.clear()
        if not flight.patience and flight.expire() and self._under_way is not None:
            self._under_way.cancel()

    async def _talk(self) -> None:
        """Open a stream whenever there is something to send, until all is answered or streams do not work."""
        flight = self._flight
        while self._works and not (self._is_last and flight.is_answered):
            if not flight.has_waiting:
                await self._more_work()
            elif pause := flight.pause:
                await asyncio.sleep(pause)
            else:
                await self._converse()
            self._news.set()

    async def _more_work(self) -> None:
        self._work.clear()
        await self._work.wait()

    async def _converse(self) -> None:
        """Open a stream, and stay to its end."""
        flight = self._flight
        was_answered = False
        error: InquitError | None = None
        writing: asyncio.Task[None] | None = None
        try:
            self._under_way = call = self._call(2 * self._seconds)
            writing = asyncio.create_task(self._write(call))
            # Nobody would answer what cannot be sent.
            writing.add_done_callback(lambda done: call.cancel() if _has_failed(done) else None)
            async for response in call:
                was_answered = True
                flight.accept(response)
                self._news.set()
                self._work.set()
        except grpc.aio.AioRpcError as failure:
            error = translated(failure, self._target)
            if isinstance(error, InternalError) and _has_failed(writing):
                # gRPC forgets the stream's own status where writing is what fails.
                error = Unavailable(f"{self._target}: the stream broke")
            error.__cause__ = failure
        except InquitError as failure:
            error = failure
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # The call was cancelled, not this task.
            error = Cancelled("the stream was given up")
        finally:
            if self._under_way is not None:
                self._under_way.cancel()
                self._under_way = None
            if writing is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
        if writing is not None and _has_failed(writing):
            fault = writing.exception()
            if fault is not None and not isinstance(fault, _BROKEN):
                raise fault
        flight.ended(error)
        if error is not None and not is_passing(error):
            self._works = was_answered
            await asyncio.gather(*(self._ask_alone(slot) for slot in flight.strand()))

    async def _write(self, call: Any) -> None:
        flight = self._flight
        header: asyncio.Future[Any] | None = None
        end = time.monotonic() + self._seconds
        # The time limit of a stream is twice that of a document, and so none has less than its own.
        while (left := end - time.monotonic()) > 0:
            request = flight.next_request()
            if request is not None:
                await call.write(request)
                if header is None:
                    # A service that refuses the stream is heard only by who is not writing then.
                    header = asyncio.ensure_future(call.initial_metadata())
                    await asyncio.wait({header}, timeout=_HEADER_SECONDS)
            elif self._is_last and not flight.has_waiting:
                break
            else:
                try:
                    async with asyncio.timeout(min(left, flight.pause or left)):
                        await self._more_work()
                except TimeoutError:
                    pass
        await call.done_writing()

    async def _ask_alone(self, slot: Any) -> None:
        """Ask for a document by a call of its own: it may be to blame, or streams not work here."""
        [outcome] = await self._batches.read([slot.document])
        self._flight.settle(slot, outcome)
        self._news.set()


def _has_failed(writing: asyncio.Task[None] | None) -> bool:
    return (
        writing is not None and writing.done() and not writing.cancelled() and writing.exception() is not None
    )


class _Source:
    """Documents of either kind of iterable, without waiting where there is none yet."""

    def __init__(self, documents: Iterable[Document] | AsyncIterable[Document], news: asyncio.Event) -> None:
        self._news = news
        self._iterator: Iterator[Document] | None = None
        self._asynchronous: AsyncIterator[Document] | None = None
        self._coming: asyncio.Task[Document | None] | None = None
        if isinstance(documents, AsyncIterable):
            self._asynchronous = aiter(documents)
        else:
            self._iterator = iter(documents)

    def is_ready(self) -> bool:
        """Whether `take` returns at once; where it does not, `news` is set when it does."""
        if self._asynchronous is None:
            return True
        if self._coming is None:
            self._coming = asyncio.ensure_future(_following(self._asynchronous))
            self._coming.add_done_callback(lambda _: self._news.set())
        return self._coming.done()

    async def take(self) -> Document | None:
        """Return the next document, None after the last."""
        if self._iterator is not None:
            return next(self._iterator, None)
        self.is_ready()
        coming, self._coming = self._coming, None
        return None if coming is None else await coming

    def close(self) -> None:
        """Stop waiting for a document."""
        if self._coming is not None:
            self._coming.cancel()

    async def __aiter__(self) -> AsyncIterator[Document]:
        while (document := await self.take()) is not None:
            yield document


async def _following(documents: AsyncIterator[Document]) -> Document | None:
    return await anext(documents, None)
