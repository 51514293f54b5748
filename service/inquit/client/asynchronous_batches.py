"""Many documents by BatchExtract, several calls at a time, each in a task of its own."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from inquit.client.batches import Batch, Packer
from inquit.deadline import Deadline
from inquit.errors import InquitError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable

    from inquit._gen.inquit.v1 import inquit_pb2
    from inquit.client.outcome import Outcome
    from inquit.types import Document, ExtractOptions, Limits

__all__ = ["AsyncBatches"]


class AsyncBatches:
    """One way of `AsyncClient.extract_many`."""

    def __init__(
        self,
        ask: Callable[[inquit_pb2.BatchExtractRequest, Deadline], Awaitable[inquit_pb2.BatchExtractResponse]],
        options: ExtractOptions,
        limits: Limits,
        *,
        seconds: float,
        max_in_flight: int,
        ordered: bool,
    ) -> None:
        """Each batch has so many `seconds`."""
        self._ask = ask
        self._options = options
        self._limits = limits
        self._seconds = seconds
        self._max_in_flight = max_in_flight
        self._ordered = ordered
        self._permits = asyncio.Semaphore(max_in_flight)

    async def run(
        self, documents: Iterable[Document] | AsyncIterable[Document]
    ) -> AsyncGenerator[Outcome, None]:
        """Read them all; closing the generator gives up what is under way."""
        flying: deque[asyncio.Task[list[Outcome]]] = deque()
        try:
            async for batch in _packed(Packer(self._limits), documents):
                flying.append(asyncio.create_task(self.read(batch)))
                # Twice as many, so that a slow first batch does not idle the others.
                while len(flying) >= 2 * self._max_in_flight:
                    for outcome in await _landed(flying, ordered=self._ordered):
                        yield outcome
            while flying:
                for outcome in await _landed(flying, ordered=self._ordered):
                    yield outcome
        finally:
            for task in flying:
                task.cancel()
            await asyncio.gather(*flying, return_exceptions=True)

    async def read(self, documents: list[Document]) -> list[Outcome]:
        """Read one batch as soon as there is a permit."""
        async with self._permits:
            batch = Batch(documents, self._options)
            deadline = Deadline.after(self._seconds)
            while not batch.is_done:
                try:
                    response = await self._ask(batch.request(), deadline)
                    pause = batch.accept(response, deadline)
                    if not batch.is_done:
                        await asyncio.sleep(pause)
                except InquitError as error:
                    batch.fail(error)
            return batch.outcomes()


async def _packed(
    packer: Packer, documents: Iterable[Document] | AsyncIterable[Document]
) -> AsyncIterator[list[Document]]:
    if hasattr(documents, "__aiter__"):
        async for document in documents:
            if full := packer.add(document):
                yield full
        if rest := packer.rest():
            yield rest
        return
    for batch in packer.pack(documents):
        yield batch


async def _landed(flying: deque[asyncio.Task[list[Outcome]]], *, ordered: bool) -> list[Outcome]:
    """Wait for the first batch, or for any; take it out and return its outcomes."""
    if ordered:
        await asyncio.wait([flying[0]])
        return flying.popleft().result()
    done, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
    first = next(iter(done))
    flying.remove(first)
    return first.result()
