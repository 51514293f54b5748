"""StreamExtract: documents are read while there is room for them, and answered as they are ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import grpc.aio
import structlog

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.config import ServerSettings
from inquit.deadline import Deadline
from inquit.engine import Engine
from inquit.errors import InquitError, Unavailable
from inquit.interceptor import request_id
from inquit.logs import describe
from inquit.status import is_defect, status_of
from inquit.types import Extraction
from inquit.validation import validate_answer_bytes, validate_document, validate_options
from inquit.wire import document_from_proto, extraction_to_proto, options_from_proto

__all__ = ["Streams"]

_log = structlog.get_logger(__name__)


class Streams:
    """The streams that are open."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._readings: set[asyncio.Timeout] = set()
        self._draining = False

    async def serve(
        self,
        engine: Engine,
        requests: AsyncIterator[pb.StreamExtractRequest],
        context: Any,
        deadline: Callable[[], Deadline],
    ) -> None:
        """Read and answer until the caller ends the stream; `deadline` gives each document its own.

        Whatever ends the reading, documents that were read are answered first; only a caller that
        leaves takes them along. Raises InvalidInput for a message that cannot be parsed, and
        Unavailable where the caller may go on with another stream.
        """
        stream = _Stream(engine, context, self._settings, deadline)
        # Callers may wait for this word before they send much.
        await context.send_initial_metadata(())
        failure: InquitError | None = None
        async with asyncio.TaskGroup() as group:
            try:
                await self._read(stream, requests, group)
            except InquitError as error:
                failure = error
        if failure is not None:
            raise failure

    def drain(self) -> None:
        """Read no more from any stream, so that each ends when what was read is answered."""
        self._draining = True
        now = asyncio.get_running_loop().time()
        for reading in self._readings:
            # One that is ending anyway cannot be changed.
            with suppress(RuntimeError):
                reading.reschedule(now)

    async def _read(
        self, stream: _Stream, requests: AsyncIterator[pb.StreamExtractRequest], group: asyncio.TaskGroup
    ) -> None:
        limit = asyncio.timeout(0.0 if self._draining else self._settings.max_timeout)
        try:
            async with limit:
                self._readings.add(limit)
                await stream.read(requests, group)
        except TimeoutError:
            if self._draining:
                raise Unavailable("the service is stopping", reason="STOPPING") from None
            raise Unavailable("the stream has been open for long enough", reason="STREAM_TOO_OLD") from None
        finally:
            self._readings.discard(limit)


class _Stream:
    """One call; its documents hold their room until their answers are written."""

    def __init__(
        self, engine: Engine, context: Any, settings: ServerSettings, deadline: Callable[[], Deadline]
    ) -> None:
        self._engine = engine
        self._context = context
        self._limits = settings.limits
        self._max_documents = settings.stream_documents
        self._max_characters = settings.stream_characters
        self._deadline = deadline
        self._documents = 0
        self._characters = 0
        self._left = asyncio.Event()
        # gRPC takes one message of a call at a time.
        self._writing = asyncio.Lock()

    async def read(self, requests: AsyncIterator[pb.StreamExtractRequest], group: asyncio.TaskGroup) -> None:
        """Read to the end, never further than there is room, and have each document served in the group."""
        index = 0
        async for request in requests:
            size = _characters(request)
            self._documents += 1
            self._characters += size
            group.create_task(self._serve(request, index, size))
            # The messages of a stream keep no reference here while it waits for the next one.
            del request
            index += 1
            while self._documents >= self._max_documents or self._characters >= self._max_characters:
                self._left.clear()
                await self._left.wait()

    async def _serve(self, request: pb.StreamExtractRequest, index: int, size: int) -> None:
        try:
            answer = await self._answer(request, index)
            async with self._writing:
                await self._context.write(answer)
        except grpc.aio.BaseError:
            # The caller has gone, and gRPC is about to cancel all of the call.
            pass
        finally:
            self._documents -= 1
            self._characters -= size
            self._left.set()

    async def _answer(self, request: pb.StreamExtractRequest, index: int) -> pb.StreamExtractResponse:
        try:
            options = options_from_proto(request.options)
            validate_options(options)
            document = document_from_proto(request.document)
            validate_document(document, self._limits)

            def render(extraction: Extraction) -> pb.StreamExtractResponse:
                return self._rendered(extraction, index)

            return await self._engine.extract(document, options, self._deadline(), render, patient=True)
        except Exception as error:  # noqa: BLE001  # one document's failure is its own
            if is_defect(error):
                _log.error("document failed", index=index, **describe(error))
            return pb.StreamExtractResponse(
                document_id=request.document.id, error=status_of(error, request_id()), request_index=index
            )

    def _rendered(self, extraction: Extraction, index: int) -> pb.StreamExtractResponse:
        answer = pb.StreamExtractResponse(
            document_id=extraction.document_id, result=extraction_to_proto(extraction), request_index=index
        )
        # The document's own error: the others of the stream go on.
        validate_answer_bytes(answer.ByteSize(), self._limits)
        return answer


def _characters(request: pb.StreamExtractRequest) -> int:
    document = request.document
    return len(document.id) + len(document.text) + len(document.language_code)
