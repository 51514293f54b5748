"""Unary calls of the client for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import grpc.aio

from inquit.client.failures import from_call
from inquit.client.retry import pause_before_retry
from inquit.deadline import Deadline
from inquit.errors import Cancelled, InquitError

if TYPE_CHECKING:
    from inquit.client.connection import Connection

__all__ = ["ask", "translated"]

_T = TypeVar("_T")


async def ask(
    method: grpc.aio.UnaryUnaryMultiCallable[Any, _T],
    request: Any,
    deadline: Deadline,
    connection: Connection,
    request_id: str | None,
) -> _T:
    """Call until there is an answer, an error that asking again cannot mend, or no time."""
    metadata = connection.metadata(request_id)
    while True:
        try:
            return await method(request, timeout=deadline.remaining(), metadata=metadata)
        except grpc.aio.UsageError as error:
            raise Cancelled("the client is closed", reason="CLIENT_CLOSED") from error
        except grpc.aio.AioRpcError as error:
            failure = translated(error, connection.target)
            pause = pause_before_retry(failure, deadline)
            if pause is None:
                raise failure from error
        await asyncio.sleep(pause)


def translated(error: grpc.aio.AioRpcError, target: str) -> InquitError:
    """Return what a failed call means."""
    return from_call(error.code(), error.details() or "", error.trailing_metadata(), target)
