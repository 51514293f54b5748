"""The one place where gRPC's errors become those of `inquit.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from inquit.errors import (
    Cancelled,
    DeadlineExceeded,
    InquitError,
    InternalError,
    InvalidInput,
    Overloaded,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["from_call", "from_status"]

_STATUS_KEY = "grpc-status-details-bin"

_CLASSES: dict[grpc.StatusCode, type[InquitError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidInput,
    grpc.StatusCode.OUT_OF_RANGE: InvalidInput,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.UNIMPLEMENTED: Unimplemented,
}
"""Every other code is an InternalError."""
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def from_call(
    code: grpc.StatusCode, message: str, trailers: Iterable[Any] | None, target: str
) -> InquitError:
    """Translate a failed call from its code, its message and its trailing metadata."""
    for key, value in trailers or ():
        if key == _STATUS_KEY:
            try:
                return from_status(status_pb2.Status.FromString(value))
            except DecodeError:
                break  # the code and the message still tell enough
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and "message larger than max" in message:
        # gRPC itself refuses such messages, with the code of an overload.
        return InvalidInput(message, reason="MESSAGE_TOO_LARGE")
    if code is grpc.StatusCode.UNAVAILABLE:
        return Unavailable(f"{target}: {message}")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and message == "Deadline Exceeded":
        return DeadlineExceeded(f"{target}: no answer within the time limit")
    return _CLASSES.get(code, InternalError)(message or code.name.lower())


def from_status(status: status_pb2.Status) -> InquitError:
    """Translate a google.rpc.Status with its details; unknown details are passed over."""
    reason: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    field = ""
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        request = error_details_pb2.RequestInfo()
        retry = error_details_pb2.RetryInfo()
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(info):
            reason = info.reason or None
        elif detail.Unpack(request):
            request_id = request.request_id or None
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToNanoseconds() / 1e9
        elif detail.Unpack(bad) and bad.field_violations:
            field = bad.field_violations[0].field
    kind = _CLASSES.get(_CODES.get(status.code, grpc.StatusCode.UNKNOWN), InternalError)
    if kind is InvalidInput:
        return InvalidInput(status.message, field=field, reason=reason, request_id=request_id)
    return kind(status.message, reason=reason, request_id=request_id, retry_after=retry_after)
