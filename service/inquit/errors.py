"""Every error that inquit raises on purpose.

    InquitError
    ├── InvalidInput          the caller's request cannot be served as it is
    ├── ModelError            a model folder is missing, broken or of another format
    ├── DataError             a training or gold file cannot be read
    ├── DeadlineExceeded      no time was left
    ├── Cancelled             the caller left
    ├── Overloaded            the queue is full; try again later
    ├── Unavailable           not ready, shutting down or unreachable
    ├── Unauthenticated       no token or a wrong one
    ├── PermissionDenied      the peer refuses this caller
    ├── Unimplemented         the peer does not have this method
    └── InternalError         a defect on the side that raised it

The service maps them to status codes in `inquit.status`, the client maps codes
back in `inquit.client.failures`; both tables use these classes and no others.
"""

from __future__ import annotations

__all__ = [
    "Cancelled",
    "DataError",
    "DeadlineExceeded",
    "InquitError",
    "InternalError",
    "InvalidInput",
    "ModelError",
    "Overloaded",
    "PermissionDenied",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
]


class InquitError(Exception):
    """The root of the tree; `reason` is a stable UPPER_SNAKE word for programs."""

    reason = "INQUIT_ERROR"

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """`retry_after` is in seconds, where trying again can help."""
        super().__init__(message)
        self.message = message
        if reason is not None:
            self.reason = reason
        self.request_id = request_id
        self.retry_after = retry_after


class InvalidInput(InquitError):
    """A field of the request is out of its range; `field` is its path in the request."""

    reason = "INVALID_INPUT"

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        reason: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, reason=reason, request_id=request_id)
        self.field = field


class ModelError(InquitError):
    """A model folder is missing, broken or of another format."""

    reason = "MODEL_UNUSABLE"


class DataError(InquitError):
    """A training, gold or input file cannot be read."""

    reason = "DATA_UNREADABLE"


class DeadlineExceeded(InquitError):
    """No time was left."""

    reason = "DEADLINE_EXCEEDED"


class Cancelled(InquitError):
    """The caller left before the answer."""

    reason = "CANCELLED"


class Overloaded(InquitError):
    """The queue is full; `retry_after` says when to try again."""

    reason = "OVERLOADED"


class Unavailable(InquitError):
    """The service is starting, stopping or cannot be reached."""

    reason = "UNAVAILABLE"


class Unauthenticated(InquitError):
    """No token was given, or a wrong one."""

    reason = "UNAUTHENTICATED"


class PermissionDenied(InquitError):
    """The peer refuses this caller."""

    reason = "PERMISSION_DENIED"


class Unimplemented(InquitError):
    """The peer does not have this method."""

    reason = "UNIMPLEMENTED"


class InternalError(InquitError):
    """A defect on the side that raised it; the log there has the details."""

    reason = "INTERNAL"
