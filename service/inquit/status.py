"""From exception to google.rpc.Status: the one table of the service."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from inquit.errors import (
    Cancelled,
    DataError,
    DeadlineExceeded,
    InquitError,
    InternalError,
    InvalidInput,
    ModelError,
    Overloaded,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)

__all__ = ["DETAILS_KEY", "DOMAIN", "code_of", "is_defect", "status_of"]

DOMAIN = "inquit"
"""`ErrorInfo.domain` of every error."""

DETAILS_KEY = "grpc-status-details-bin"
"""The trailing metadata under which gRPC carries a google.rpc.Status."""

_CODES: dict[type[Exception], grpc.StatusCode] = {
    InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
    Cancelled: grpc.StatusCode.CANCELLED,
    Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    Unimplemented: grpc.StatusCode.UNIMPLEMENTED,
    ModelError: grpc.StatusCode.INTERNAL,
    DataError: grpc.StatusCode.INTERNAL,
    InternalError: grpc.StatusCode.INTERNAL,
    InquitError: grpc.StatusCode.INTERNAL,
    Exception: grpc.StatusCode.INTERNAL,
}

_SOBER = "the service failed to answer; its log tells more under the request id"
"""All that a caller learns of a defect."""


def code_of(error: Exception) -> grpc.StatusCode:
    """Return the status code of the nearest class in the table."""
    return next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)


def is_defect(error: Exception) -> bool:
    """Tell whether the service is to blame, so that its log must say what happened."""
    return code_of(error) is grpc.StatusCode.INTERNAL


def status_of(error: Exception, request_id: str) -> status_pb2.Status:
    """Return the status with its details: ErrorInfo and RequestInfo always, others where they apply."""
    number: int = code_of(error).value[0]
    # A defect's own message could hold a text or a path.
    told = InternalError(_SOBER) if is_defect(error) or not isinstance(error, InquitError) else error
    message = told.message
    info = error_details_pb2.ErrorInfo(reason=told.reason, domain=DOMAIN)
    details: list[Message] = [info, error_details_pb2.RequestInfo(request_id=request_id)]
    if isinstance(told, InvalidInput) and told.field:
        message = f"{told.field}: {told.message}"
        info.metadata["field"] = told.field
        violation = error_details_pb2.BadRequest.FieldViolation(field=told.field, description=told.message)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if told.retry_after is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=_duration(told.retry_after)))
    status = status_pb2.Status(code=number, message=message)
    for detail in details:
        status.details.add().Pack(detail)
    return status


def _duration(seconds: float) -> Any:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
