"""grpc.health.v1 in the two messages that a client needs, without the package of stubs."""

from __future__ import annotations

from inquit.errors import Cancelled, DeadlineExceeded, Unavailable

__all__ = ["WATCH", "is_serving", "not_ready"]

WATCH = "/grpc.health.v1.Health/Watch"
"""Takes a HealthCheckRequest, empty bytes for the whole server, and streams its status."""

_SERVING = b"\x08\x01"
"""HealthCheckResponse{status: SERVING}: field 1, varint, value 1."""


def is_serving(response: bytes) -> bool:
    """Whether the status is SERVING."""
    return response == _SERVING


def not_ready(error: Exception) -> bool:
    """Whether waiting longer may help."""
    return isinstance(error, Unavailable | DeadlineExceeded | Cancelled)
