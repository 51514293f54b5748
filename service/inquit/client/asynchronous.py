"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Self, TypeVar

import grpc
import grpc.aio

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
from inquit.client.arguments import Method, checked_method, make_document, make_options
from inquit.client.asynchronous_batches import AsyncBatches
from inquit.client.asynchronous_calls import ask, translated
from inquit.client.asynchronous_streams import AsyncStreams
from inquit.client.connection import MAX_MESSAGE_BYTES, Connection, Tls, checked_count, checked_timeout
from inquit.client.health import WATCH, is_serving, not_ready
from inquit.client.streams import Flight
from inquit.deadline import Deadline
from inquit.errors import Cancelled, Unimplemented
from inquit.types import Document, Extraction, Limits, OffsetEncoding, QuoteKind, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator

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
        method: Method = "batches",
        kinds: Iterable[QuoteKind | str] | None = None,
        offset_encoding: OffsetEncoding | str = OffsetEncoding.UTF32,
        min_confidence: float = 0.0,
        timeout: float | None = None,
        request_id: str | None = None,
    ) -> AsyncGenerator[Outcome, None]:
        """Read any number of documents, as `Client.extract_many`; `documents` may be asynchronous.

        With "stream" answers come while an asynchronous `documents` waits for its next one.
        """
        options = make_options(kinds, offset_encoding, min_confidence)
        self._connection.metadata(request_id)
        checked_count(max_in_flight, "max_in_flight")
        seconds = self._connection.timeout if timeout is None else checked_timeout(timeout)
        checked_method(method)
        return self._extract_many(
            documents, options, seconds, max_in_flight, request_id, ordered=ordered, method=method
        )

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
                failure = translated(error, self._connection.target)
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
        method: Method,
    ) -> AsyncGenerator[Outcome, None]:
        limits = await self._limits(seconds)
        made = _made(documents)
        batches = AsyncBatches(
            lambda request, deadline: self._ask(self._stub().BatchExtract, request, deadline, request_id),
            options,
            limits,
            seconds=seconds,
            max_in_flight=max_in_flight,
            ordered=ordered,
        )
        if method == "batches":
            way: AsyncGenerator[Outcome, None] = batches.run(made)
        else:
            flight = Flight(
                options,
                seconds=seconds,
                max_in_flight=max_in_flight,
                max_message_bytes=min(limits.max_message_bytes, self._connection.max_message_bytes),
                ordered=ordered,
            )
            streams = AsyncStreams(
                lambda limit: self._stream(limit, request_id),
                flight,
                batches,
                target=self._connection.target,
                seconds=seconds,
            )
            way = streams.run(made)
        async with aclosing(way):
            async for outcome in way:
                yield outcome

    def _stream(self, seconds: float, request_id: str | None) -> Any:
        """Begin a stream."""
        method: Any = self._stub().StreamExtract
        try:
            return method(timeout=seconds, metadata=self._connection.metadata(request_id))
        except grpc.aio.UsageError as error:
            raise Cancelled("the client is closed", reason="CLIENT_CLOSED") from error

    async def _ask(
        self,
        method: grpc.aio.UnaryUnaryMultiCallable[Any, _T],
        request: Any,
        deadline: Deadline,
        request_id: str | None,
    ) -> _T:
        return await ask(method, request, deadline, self._connection, request_id)


def _made(
    documents: Iterable[str | Document] | AsyncIterable[str | Document],
) -> Iterator[Document] | AsyncIterator[Document]:
    if isinstance(documents, AsyncIterable):
        return (make_document(document) async for document in documents)
    return (make_document(document) for document in documents)
