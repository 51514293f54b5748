"""QuoteService: from request to answer, without knowing how it is batched or logged."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.config import ServerSettings
from inquit.deadline import Deadline
from inquit.engine import Engine
from inquit.errors import InvalidInput, Unavailable
from inquit.interceptor import request_id
from inquit.logs import describe
from inquit.status import is_defect, status_of
from inquit.streaming import Streams
from inquit.types import Document, ExtractOptions
from inquit.validation import answer_too_large, validate_batch_size, validate_document, validate_options
from inquit.wire import document_from_proto, extraction_to_proto, info_to_proto, options_from_proto

__all__ = ["QuoteServicer"]

_log = structlog.get_logger(__name__)

_LAST_SECONDS, _LAST_SHARE = 0.5, 0.05
"""What a batch keeps of the time it has for the answer to be sent."""


class QuoteServicer(inquit_pb2_grpc.QuoteServiceServicer):
    """Answers UNAVAILABLE until `engine` is set."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._limits = settings.limits
        self.engine: Engine | None = None
        self.streams = Streams(settings)

    async def Extract(self, request: pb.ExtractRequest, context: Any) -> pb.ExtractResponse:  # noqa: N802
        """Read one document."""
        deadline = self._deadline(context)
        engine = self._engine()
        options = options_from_proto(request.options)
        validate_options(options)
        document = document_from_proto(request.document)
        validate_document(document, self._limits)
        return await engine.extract(document, options, deadline, extraction_to_proto)

    async def BatchExtract(  # noqa: N802
        self, request: pb.BatchExtractRequest, context: Any
    ) -> pb.BatchExtractResponse:
        """Read several documents side by side; each has its own result or error.

        For lack of room or time all of them are refused, at once, or none.
        """
        deadline = self._deadline(context)
        engine = self._engine()
        options = options_from_proto(request.options)
        validate_options(options)
        validate_batch_size(len(request.documents), self._limits)
        documents = [document_from_proto(message) for message in request.documents]
        # The others are refused each by itself.
        sizes = [len(document.text) for document in documents if self._is_valid(document)]
        # One that is late must not take the answers of the others along.
        own = deadline.earlier(min(_LAST_SECONDS, _LAST_SHARE * deadline.remaining()))
        with engine.batch(sizes, own):
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._item(engine, index, document, options, own))
                    for index, document in enumerate(documents)
                ]
        return self._that_fits([task.result() for task in tasks])

    async def StreamExtract(self, request: Any, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        """Read documents as they come and write each answer when it is ready."""
        self._deadline(context)
        await self.streams.serve(self._engine(), request, context, lambda: self._deadline(context))

    async def GetServiceInfo(  # noqa: N802
        self,
        request: pb.GetServiceInfoRequest,  # noqa: ARG002
        context: Any,  # noqa: ARG002
    ) -> pb.GetServiceInfoResponse:
        """Say what is served."""
        return info_to_proto(self._engine().info)

    def _is_valid(self, document: Document) -> bool:
        try:
            validate_document(document, self._limits)
        except InvalidInput:
            return False
        return True

    async def _item(
        self, engine: Engine, index: int, document: Document, options: ExtractOptions, deadline: Deadline
    ) -> pb.BatchExtractItem:
        try:
            validate_document(document, self._limits, f"documents[{index}]")
            result = await engine.extract(document, options, deadline, extraction_to_proto, patient=True)
            return pb.BatchExtractItem(result=result)
        except Exception as error:  # noqa: BLE001  # one document's failure is its own
            if is_defect(error):
                _log.error("document failed", index=index, **describe(error))
            return pb.BatchExtractItem(error=status_of(error, request_id()))

    def _that_fits(self, items: list[pb.BatchExtractItem]) -> pb.BatchExtractResponse:
        """Return the answer; where it is too large to be sent, its largest items become errors."""
        limit = self._limits.max_message_bytes
        answer = pb.BatchExtractResponse(items=items)
        for index in sorted(range(len(items)), key=lambda place: items[place].ByteSize(), reverse=True):
            if (size := answer.ByteSize()) <= limit:
                break
            error = answer_too_large(size, self._limits, f"documents[{index}].text")
            answer.items[index].error.CopyFrom(status_of(error, request_id()))
        return answer

    def _engine(self) -> Engine:
        if self.engine is None:
            raise Unavailable("the model is loading", reason="LOADING", retry_after=1.0)
        return self.engine

    def _deadline(self, context: Any) -> Deadline:
        """Return the caller's deadline within ours."""
        left: float | None = context.time_remaining()
        seconds = self._settings.default_timeout if left is None else left
        deadline = Deadline.after(min(seconds, self._settings.max_timeout))
        deadline.check()
        return deadline
