"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Self, TypeVar

import grpc
import grpc.aio

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
from inquit.client.arguments import make_document, make_options
from inquit.client.batches import Batch, Packer
from inquit.client.connection import MAX_MESSAGE_BYTES, Connection, Tls, checked_count, checked_timeout
from inquit.client.failures import from_call
from inquit.client.health import WATCH, is_serving, not_ready
from inquit.client.retry import Deadline, pause_before_retry
from inquit.errors import Cancelled, InquitError, Unimplemented
from inquit.types import Document, Extraction, Limits, OffsetEncoding, QuoteKind, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable

    from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceAsyncStub
    from inquit.client.outcome import Outcome
    from inquit.types import ExtractOptions

__all__ = ["AsyncClient"]

_T = TypeVar("_T")


class AsyncClient:
    """Asks an inquit service from asyncio; arguments and methods are those of `Client`.

    Belongs to the event loop of its first call. Cancelling a task that waits for an answer
    tells the service that nobody wants it any more.
    """

    def __init__(
        self,
        target: str | None = None,
        *,
        token: str | None = None,
        tls: Tls | bool | str | os.PathLike[str] | None = None,
        timeout: float | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        self._connection = Connection.resolve(
            target,
            token=token,
            tls=tls,
            timeout=timeout,
            max_message_bytes=max_message_bytes,
            environment=os.environ,
        )
        self._credentials = self._connection.credentials()
        self._channel: grpc.aio.Channel | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up; calls under way are cancelled."""
        self._closed = True
        if self._channel is not None:
            await self._channel.close(None)

    async def extract(
        self,
        text: str | Document,
        *,
        id: str | None = None,  # noqa: A002 - the name of the document's field
        kinds: Iterable[QuoteKind | str] | None = None,
        offset_encoding: OffsetEncoding | str = OffsetEncoding.UTF32,
        min_confidence: float = 0.0,
        timeout: float | None = None,  # noqa: ASYNC109 - a gRPC deadline, which the service sees too
        request_id: str | None = None,
    ) -> Extraction:
        """Read one document, as `Client.extract`."""
        options = make_options(kinds, offset_encoding, min_confidence)
        request = inquit_pb2.ExtractRequest(
            document=wire.document_to_proto(make_document(text, id)), options=wire.options_to_proto(options)
        )
        response = await self._ask(self._stub().Extract, request, self._deadline(timeout), request_id)
        return wire.extraction_from_proto(response)

    def extract_many(
        self,
        documents: Iterable[str | Document] | AsyncIterable[str | Document],
        *,
        max_in_flight: int = 4,
        ordered: bool = True,
        kinds: Iterable[QuoteKind | str] | None = None,
        offset_encoding: OffsetEncoding | str = OffsetEncoding.UTF32,
        min_confidence: float = 0.0,
        timeout: float | None = None,
        request_id: str | None = None,
    ) -> AsyncGenerator[Outcome, None]:
        """Read any number of documents, as `Client.extract_many`; `documents` may be asynchronous."""
        options = make_options(kinds, offset_encoding, min_confidence)
        self._connection.metadata(request_id)
        checked_count(max_in_flight, "max_in_flight")
        seconds = self._connection.timeout if timeout is None else checked_timeout(timeout)
        return self._extract_many(documents, options, seconds, max_in_flight, request_id, ordered=ordered)

    async def info(self, *, timeout: float | None = None) -> ServiceInfo:  # noqa: ASYNC109 - a gRPC deadline
        """Ask what is served: model, languages, device, limits."""
        request = inquit_pb2.GetServiceInfoRequest()
        response = await self._ask(self._stub().GetServiceInfo, request, self._deadline(timeout), None)
        return wire.info_from_proto(response)

    async def wait_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - a gRPC deadline
        """Return when the service is serving, as `Client.wait_ready`."""
        deadline = self._deadline(timeout)
        watch = self._connected().unary_stream(WATCH, None, None)
        metadata = self._connection.metadata(None)
        last: grpc.aio.AioRpcError | None = None
        while seconds := deadline.remaining():
            statuses = watch(b"", timeout=seconds, metadata=metadata, wait_for_ready=True)
            try:
                async for status in statuses:
                    if is_serving(status):
                        return
            except grpc.aio.AioRpcError as error:
                failure = _translated(error, self._connection.target)
                if isinstance(failure, Unimplemented):
                    await self.info(timeout=seconds)
                    return
                if not not_ready(failure):
                    raise failure from error
                last = error
            finally:
                statuses.cancel()
            await asyncio.sleep(min(0.1, deadline.remaining()))
        raise self._connection.not_ready() from last

    def _connected(self) -> grpc.aio.Channel:
        """Return the channel; made here because it needs the running loop."""
        if self._closed:
            raise Cancelled("the client is closed", reason="CLIENT_CLOSED")
        if self._channel is None:
            target, options = self._connection.target, self._connection.options()
            self._channel = (
                grpc.aio.insecure_channel(target, options)
                if self._credentials is None
                else grpc.aio.secure_channel(target, self._credentials, options)
            )
        return self._channel

    def _stub(self) -> QuoteServiceAsyncStub:
        stub: Any = QuoteServiceStub(self._connected())
        return stub  # type: ignore[no-any-return]

    def _deadline(self, timeout: float | None) -> Deadline:
        return Deadline.after(self._connection.timeout if timeout is None else checked_timeout(timeout))

    async def _limits(self, seconds: float) -> Limits:
        try:
            return (await self.info(timeout=seconds)).limits
        except Unimplemented:
            return Limits()

    async def _extract_many(
        self,
        documents: Iterable[str | Document] | AsyncIterable[str | Document],
        options: ExtractOptions,
        seconds: float,
        max_in_flight: int,
        request_id: str | None,
        *,
        ordered: bool,
    ) -> AsyncGenerator[Outcome, None]:
        packer = Packer(await self._limits(seconds))
        permits = asyncio.Semaphore(max_in_flight)
        flying: deque[asyncio.Task[list[Outcome]]] = deque()

        async def read(batch: list[Document]) -> list[Outcome]:
            async with permits:
                return await self._read(batch, options, seconds, request_id)

        try:
            async for batch in _packed(packer, documents):
                flying.append(asyncio.create_task(read(batch)))
                # Twice as many, so that a slow first batch does not idle the others.
                while len(flying) >= 2 * max_in_flight:
                    for outcome in await _landed(flying, ordered=ordered):
                        yield outcome
            while flying:
                for outcome in await _landed(flying, ordered=ordered):
                    yield outcome
        finally:
            for task in flying:
                task.cancel()
            await asyncio.gather(*flying, return_exceptions=True)

    async def _read(
        self, documents: list[Document], options: ExtractOptions, seconds: float, request_id: str | None
    ) -> list[Outcome]:
        batch = Batch(documents, options)
        deadline = Deadline.after(seconds)
        while not batch.is_done:
            try:
                response = await self._ask(self._stub().BatchExtract, batch.request(), deadline, request_id)
                pause = batch.accept(response, deadline)
                if not batch.is_done:
                    await asyncio.sleep(pause)
            except InquitError as error:
                batch.fail(error)
        return batch.outcomes()

    async def _ask(
        self,
        method: grpc.aio.UnaryUnaryMultiCallable[Any, _T],
        request: Any,
        deadline: Deadline,
        request_id: str | None,
    ) -> _T:
        """Call until there is an answer, an error that asking again cannot mend, or no time."""
        metadata = self._connection.metadata(request_id)
        while True:
            try:
                return await method(request, timeout=deadline.remaining(), metadata=metadata)
            except grpc.aio.UsageError as error:
                raise Cancelled("the client is closed", reason="CLIENT_CLOSED") from error
            except grpc.aio.AioRpcError as error:
                failure = _translated(error, self._connection.target)
                pause = pause_before_retry(failure, deadline)
                if pause is None:
                    raise failure from error
            await asyncio.sleep(pause)


async def _packed(
    packer: Packer, documents: Iterable[str | Document] | AsyncIterable[str | Document]
) -> AsyncIterator[list[Document]]:
    if hasattr(documents, "__aiter__"):
        async for document in documents:
            if full := packer.add(make_document(document)):
                yield full
        if rest := packer.rest():
            yield rest
        return
    for batch in packer.pack(make_document(document) for document in documents):
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


def _translated(error: grpc.aio.AioRpcError, target: str) -> InquitError:
    return from_call(error.code(), error.details() or "", error.trailing_metadata(), target)
