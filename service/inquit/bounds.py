"""What one connection may take, as gRPC's channel arguments.

Each is checked on a socket by the tests, as gRPC ignores arguments that it does not know.
"""

from __future__ import annotations

from typing import Any

from inquit.config import ServerSettings

__all__ = ["channel_arguments"]

_PING_SECONDS = 5
"""Least time between a caller's pings. gRPC's clients ping every 10 seconds or less often; its servers
hang up, unless told otherwise, on those that do so within five minutes."""

_PING_STRIKES = 2
"""Pings that may come earlier between two messages of the server, before it hangs up."""


def channel_arguments(settings: ServerSettings, *, message_bytes: int) -> list[tuple[str, Any]]:
    """Return the arguments for a server whose messages have up to that many bytes."""
    handshake = _milliseconds(settings.handshake_seconds)
    silence = _milliseconds(settings.keepalive_timeout_seconds)
    arguments: list[tuple[str, Any]] = [
        # Otherwise a second server on the same port starts without a word and takes half of the calls.
        # The parent of several workers makes sure that none but they do.
        ("grpc.so_reuseport", int(settings.workers > 1)),
        ("grpc.max_receive_message_length", message_bytes),
        ("grpc.max_send_message_length", message_bytes),
        # Between the two, gRPC refuses at random.
        ("grpc.max_metadata_size", settings.max_metadata_bytes),
        ("grpc.absolute_max_metadata_size", settings.max_metadata_bytes),
        ("grpc.max_allowed_incoming_connections", settings.max_connections),
        ("grpc.max_concurrent_streams", settings.connection_calls),
        ("grpc.max_connection_idle_ms", _milliseconds(settings.connection_idle_seconds)),
        ("grpc.server_handshake_timeout_ms", handshake),
        # The last step of opening a connection, which the timeout above leaves out.
        ("grpc.http2.settings_timeout", handshake),
        ("grpc.keepalive_time_ms", _milliseconds(settings.keepalive_seconds)),
        # Of the two only the second closes a connection whose peer answers no ping; it is a minute by itself.
        ("grpc.keepalive_timeout_ms", silence),
        ("grpc.http2.ping_timeout_ms", silence),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", _milliseconds(_PING_SECONDS)),
        ("grpc.http2.max_ping_strikes", _PING_STRIKES),
    ]
    if settings.connection_age_seconds is not None:
        arguments += [
            ("grpc.max_connection_age_ms", _milliseconds(settings.connection_age_seconds)),
            # No call lasts longer, so none is cut.
            ("grpc.max_connection_age_grace_ms", _milliseconds(settings.max_timeout)),
        ]
    return arguments


def _milliseconds(seconds: float) -> int:
    # gRPC's arguments have 32 bits; 24 days.
    return min(max(1, round(seconds * 1000)), 2**31 - 1)
