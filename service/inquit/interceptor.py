"""What surrounds every call: token, request id, errors, one log line, metrics and a trace.

Of health checks and reflection only the token and the metrics.

Bytes are parsed and written here, so that a message that cannot be parsed is answered like
any other bad input and the log knows its size.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, NoReturn

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError, Message

from inquit.call_metrics import CallMetrics, MethodMetrics
from inquit.errors import DeadlineExceeded, InvalidInput, Unauthenticated
from inquit.logs import describe
from inquit.status import DETAILS_KEY, code_of, is_defect, status_of
from inquit.tally import Tally
from inquit.tokens import Tokens
from inquit.tracing import CallSpan, Tracing
from inquit.types import Limits
from inquit.validation import validate_answer_bytes, validate_batch_bytes

__all__ = ["REQUEST_ID_KEY", "CallInterceptor", "request_id"]

REQUEST_ID_KEY = "x-request-id"
"""Metadata: given by the caller or made here, and sent back when the call ends."""

_log = structlog.get_logger(__name__)

_OURS = "/inquit.v1.QuoteService/"
_HEALTH = "/grpc.health.v1.Health/"
_REFLECTION = "/grpc.reflection."

_SAFE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
"""Other ids are replaced: they come from outside and end up in logs."""

_EOF: Any = vars(grpc.aio)["EOF"]
"""What a stream that has ended reads; not in the stubs."""

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the call that this code runs for; empty outside of calls."""
    return _current.get()


class CallInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # generic in its stubs only
    """With tokens, every call but health checks must bring one of them."""

    def __init__(
        self,
        tokens: Tokens,
        metrics: CallMetrics,
        tracing: Tracing | None = None,
        *,
        request_seconds: float = 120.0,
        open_reflection: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._tokens = tokens
        self._metrics = metrics
        self._tracing = tracing
        self._request_seconds = request_seconds
        self._open = (_HEALTH, _REFLECTION) if open_reflection else (_HEALTH,)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: Any,
    ) -> Any:
        """Wrap the handler of a call."""
        self._metrics.arrived()
        handler = await continuation(handler_call_details)
        path: str = handler_call_details.method
        # No such method, which gRPC answers itself.
        if handler is None:
            self._metrics.unknown()
            return handler
        metrics = self._metrics.method(path, handler)
        if path.startswith(self._open):
            return metrics.around(handler)
        metadata = dict(handler_call_details.invocation_metadata or ())
        allowed = self._tokens.allow(metadata.get("authorization", ""))
        if allowed and not path.startswith(_OURS):
            return metrics.around(handler)
        call = _Call(
            handler,
            path,
            metadata,
            metrics,
            self._tracing,
            allowed=allowed,
            request_seconds=self._request_seconds,
            limits=self._limits,
        )
        return call.handler


class _Call:
    """One call on its way."""

    def __init__(
        self,
        handler: Any,
        path: str,
        metadata: dict[str, str | bytes],
        metrics: MethodMetrics,
        tracing: Tracing | None,
        *,
        allowed: bool,
        request_seconds: float,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._handler = handler
        self._path = path
        self._metadata = metadata
        self._id = _id_of(metadata)
        self._metrics = metrics
        self._tracing = tracing
        self._allowed = allowed
        self._request_seconds = request_seconds
        self._request_bytes = 0
        self._response_bytes = 0
        self._tally = Tally()

    @property
    def handler(self) -> Any:
        """What gRPC calls instead of the handler given."""
        if self._handler.unary_unary is not None:
            # Bytes in and out: what the deserializer of a unary handler raises, gRPC answers itself.
            # As a stream of one, so that nothing is read of callers who are refused, and none
            # keeps its place without ever sending its message.
            return grpc.stream_unary_rpc_method_handler(self.answer)
        return grpc.stream_stream_rpc_method_handler(
            self.stream, request_deserializer=self._read, response_serializer=self._write
        )

    async def answer(self, requests: Any, context: Any) -> bytes:  # noqa: ARG002  # named by gRPC
        """Answer a unary call."""

        async def work() -> bytes:
            request = self._read(await self._message(context))
            return self._write(await self._handler.unary_unary(request, context))

        return await self._observed(work, context)

    async def stream(self, requests: Any, context: Any) -> None:
        """Answer a streaming call, whose handler yields its answers or writes them to the context."""

        async def work() -> bytes:
            answers = self._handler.stream_stream(requests, context)
            if inspect.isasyncgen(answers):
                async for answer in answers:
                    await context.write(answer)
            else:
                await answers
            return b""

        await self._observed(work, context)

    async def _message(self, context: Any) -> bytes:
        try:
            async with asyncio.timeout(self._request_seconds):
                raw = await context.read()
        except TimeoutError:
            raise DeadlineExceeded("the request did not arrive in time", reason="REQUEST_LATE") from None
        if raw is _EOF:
            raise InvalidInput("the call has no message", reason="UNREADABLE_MESSAGE")
        message: bytes = raw
        return message

    def _read(self, raw: bytes) -> Message:
        self._request_bytes += len(raw)
        self._metrics.received()
        if self._method == "BatchExtract":
            validate_batch_bytes(raw, self._limits)
        return _parse(self._handler.request_deserializer, raw)

    def _write(self, answer: Message) -> bytes:
        written: bytes = self._handler.response_serializer(answer)
        # gRPC would end the call over it, and nobody would hear why.
        validate_answer_bytes(len(written), self._limits)
        self._response_bytes += len(written)
        self._metrics.sent()
        self._tally.add(answer)
        return written

    async def _observed(self, work: Callable[[], Awaitable[bytes]], context: Any) -> bytes:
        begin = time.monotonic()
        _current.set(self._id)
        span = self._span(context)
        self._metrics.started()
        with structlog.contextvars.bound_contextvars(request_id=self._id):
            code = grpc.StatusCode.OK
            found: dict[str, Any] = {}
            _log.debug("call begins", method=self._method)
            try:
                if not self._allowed:
                    _refuse()
                result = await work()
                context.set_trailing_metadata(((REQUEST_ID_KEY, self._id),))
            except asyncio.CancelledError:
                late = context.time_remaining() == 0.0
                code = grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED
                raise
            except Exception as error:  # noqa: BLE001  # the table has a place for everything
                code = code_of(error)
                found = describe(error) if is_defect(error) else _reason(error)
                status = status_of(error, self._id)
                details = ((REQUEST_ID_KEY, self._id), (DETAILS_KEY, status.SerializeToString()))
                await context.abort(code, status.message, details)
            else:
                return result
            finally:
                self._ended(code, time.monotonic() - begin, context.peer(), span, found)
        raise AssertionError("abort returned; this is a bug")

    def _span(self, context: Any) -> CallSpan | None:
        if self._tracing is None:
            return None
        return self._tracing.begin(self._path, self._metadata, peer=context.peer(), request_id=self._id)

    def _ended(
        self, code: grpc.StatusCode, seconds: float, peer: str, span: CallSpan | None, found: dict[str, Any]
    ) -> None:
        self._metrics.ended(code, seconds)
        trace: dict[str, str] = {}
        if span is not None:
            span.end(code, self._tally, single=self._method == "Extract")
            trace["trace_id"] = span.trace_id
        write = _log.error if code is grpc.StatusCode.INTERNAL else _log.info
        write(
            "call",
            method=self._method,
            code=code.name,
            peer=peer,
            request_bytes=self._request_bytes,
            response_bytes=self._response_bytes,
            seconds=round(seconds, 6),
            **self._tally.fields,
            **trace,
            **found,
        )

    @property
    def _method(self) -> str:
        return self._path.rpartition("/")[2]


def _id_of(metadata: dict[str, str | bytes]) -> str:
    given = metadata.get(REQUEST_ID_KEY, "")
    return given if isinstance(given, str) and _SAFE_ID.fullmatch(given) else uuid.uuid4().hex


def _parse(parse: Callable[[bytes], Message], raw: bytes) -> Message:
    try:
        return parse(raw)
    except DecodeError:
        # The foreign message may quote the bytes.
        raise InvalidInput(
            "the request is not a message of this method, or a string in it is not UTF-8",
            reason="UNREADABLE_MESSAGE",
        ) from None


def _refuse() -> NoReturn:
    raise Unauthenticated("a bearer token is needed in the metadata 'authorization'")


def _reason(error: Exception) -> dict[str, Any]:
    """Return what may be logged of an expected error: its stable word and the field, never its message."""
    parts = {"reason": getattr(error, "reason", None), "field": getattr(error, "field", None)}
    return {name: value for name, value in parts.items() if value}
