"""What surrounds every call of QuoteService: token, request id, errors, one log line.

Bytes are parsed and written here, so that a message that cannot be parsed is answered like
any other bad input and the log knows its size.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, NoReturn

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError, Message

from inquit.errors import InvalidInput, Unauthenticated
from inquit.logs import describe
from inquit.status import DETAILS_KEY, code_of, is_defect, status_of

__all__ = ["REQUEST_ID_KEY", "CallInterceptor", "request_id"]

REQUEST_ID_KEY = "x-request-id"
"""Metadata: given by the caller or made here, and sent back when the call ends."""

_log = structlog.get_logger(__name__)

_OURS = "/inquit.v1.QuoteService/"
_HEALTH = "/grpc.health.v1.Health/"

_SAFE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
"""Other ids are replaced: they come from outside and end up in logs."""

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the call that this code runs for; empty outside of calls."""
    return _current.get()


class CallInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # generic in its stubs only
    """With tokens, every call but health checks must bring one of them."""

    def __init__(self, tokens: Sequence[str] = ()) -> None:
        self._tokens = [token.encode() for token in tokens]

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: Any,
    ) -> Any:
        """Wrap the handler of a call."""
        handler = await continuation(handler_call_details)
        path: str = handler_call_details.method
        # None: no such method, which gRPC answers itself.
        if handler is None or path.startswith(_HEALTH):
            return handler
        metadata = dict(handler_call_details.invocation_metadata or ())
        allowed = self._allows(metadata.get("authorization", ""))
        if allowed and not path.startswith(_OURS):
            return handler
        call = _Call(handler, path.rpartition("/")[2], _id_of(metadata), allowed=allowed)
        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(call.answer)
        return grpc.stream_stream_rpc_method_handler(call.stream)

    def _allows(self, authorization: str | bytes) -> bool:
        if not self._tokens:
            return True
        given = authorization.encode() if isinstance(authorization, str) else authorization
        scheme, _, token = given.partition(b" ")
        # Every token is compared, each in constant time, so that timing tells nothing.
        matches = [hmac.compare_digest(token.strip(), known) for known in self._tokens]
        return scheme.lower() == b"bearer" and any(matches)


class _Call:
    """One call on its way."""

    def __init__(
        self, handler: grpc.RpcMethodHandler[Any, Any], method: str, call_id: str, *, allowed: bool
    ) -> None:
        self._handler: Any = handler
        self._method = method
        self._id = call_id
        self._allowed = allowed
        self._request_bytes = 0
        self._response_bytes = 0

    async def answer(self, raw: bytes, context: Any) -> bytes:
        """Answer a unary call."""
        self._request_bytes = len(raw)

        async def work() -> bytes:
            request = _parse(self._handler.request_deserializer, raw)
            response: Message = await self._handler.unary_unary(request, context)
            written: bytes = self._handler.response_serializer(response)
            self._response_bytes = len(written)
            return written

        return await self._observed(work, context)

    async def stream(self, requests: Any, context: Any) -> None:
        """Answer a streaming call, whose handler writes to the context."""

        async def work() -> bytes:
            await self._handler.stream_stream(requests, context)
            return b""

        await self._observed(work, context)

    async def _observed(self, work: Callable[[], Awaitable[bytes]], context: Any) -> bytes:
        begin = time.monotonic()
        _current.set(self._id)
        with structlog.contextvars.bound_contextvars(request_id=self._id):
            code = grpc.StatusCode.OK
            found: dict[str, Any] = {}
            _log.debug("call begins", method=self._method, request_bytes=self._request_bytes)
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
                write = _log.error if code is grpc.StatusCode.INTERNAL else _log.info
                write(
                    "call",
                    method=self._method,
                    code=code.name,
                    peer=context.peer(),
                    request_bytes=self._request_bytes,
                    response_bytes=self._response_bytes,
                    seconds=round(time.monotonic() - begin, 6),
                    **found,
                )
        raise AssertionError("abort returned; this is a bug")


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
