"""How a client reaches its service: arguments first, then environment, then defaults."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from inquit.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_TARGET",
    "DEFAULT_TIMEOUT",
    "MAX_MESSAGE_BYTES",
    "Connection",
    "Tls",
    "checked_count",
    "checked_timeout",
]

DEFAULT_TARGET = "localhost:50051"
DEFAULT_TIMEOUT = 300.0
"""Seconds: enough for a text of 1,000,000 characters on a slow CPU."""
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_SERVICE = "inquit.v1.QuoteService"
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Tls:
    """What a TLS connection is made with; files are PEM."""

    ca: str | os.PathLike[str] | None = None
    """Authorities to trust; None means gRPC's own list."""
    certificate: str | os.PathLike[str] | None = None
    """Certificate chain of this client, where the service asks for one."""
    key: str | os.PathLike[str] | None = None
    """Private key of `certificate`."""
    server_name: str | None = None
    """Name expected in the service's certificate, where it is not the target's host."""

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise InvalidInput("certificate and key are given together or not at all", field="tls")


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything a channel and a call need, resolved and checked."""

    target: str
    token: str | None
    tls: Tls | None
    timeout: float
    max_message_bytes: int = MAX_MESSAGE_BYTES

    @classmethod
    def resolve(
        cls,
        target: str | None,
        *,
        token: str | None,
        tls: Tls | bool | str | os.PathLike[str] | None,
        timeout: float | None,
        max_message_bytes: int,
        environment: Mapping[str, str],
    ) -> Connection:
        """Fill in what was not given; an empty token means none. Raises InvalidInput."""
        if max_message_bytes <= 0:
            raise InvalidInput(f"must be above 0, is {max_message_bytes}", field="max_message_bytes")
        token = environment.get("INQUIT_TOKEN", "") if token is None else token
        if not token.isascii() or not token.isprintable() or token != token.strip():
            raise InvalidInput("must be printable ASCII without space around it", field="token")
        return cls(
            target=target or environment.get("INQUIT_TARGET") or DEFAULT_TARGET,
            token=token or None,
            tls=_tls(tls, environment),
            timeout=checked_timeout(_timeout(timeout, environment)),
            max_message_bytes=max_message_bytes,
        )

    def options(self) -> list[tuple[str, str | int]]:
        """Return channel options: message sizes, retries on UNAVAILABLE, spreading over replicas."""
        options: list[tuple[str, str | int]] = [
            ("grpc.max_send_message_length", self.max_message_bytes),
            ("grpc.max_receive_message_length", self.max_message_bytes),
            # A message that does not fit into this buffer is not retried; the default is 256 KiB.
            ("grpc.per_rpc_retry_buffer_size", self.max_message_bytes),
            ("grpc.enable_retries", 1),
            # All channels of a process to one target would share a connection, and its bounds.
            ("grpc.use_local_subchannel_pool", 1),
            # The defaults are 1 s and 2 minutes: too long for a service that is back after a restart.
            ("grpc.initial_reconnect_backoff_ms", 200),
            ("grpc.max_reconnect_backoff_ms", 5000),
            ("grpc.service_config", json.dumps(self._service_config())),
        ]
        if self.tls is not None and self.tls.server_name is not None:
            options.append(("grpc.ssl_target_name_override", self.tls.server_name))
        return options

    def _service_config(self) -> dict[str, object]:
        policy = {
            "maxAttempts": 5,
            "initialBackoff": "0.1s",
            "maxBackoff": "2s",
            "backoffMultiplier": 3,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
        config: dict[str, object] = {
            "methodConfig": [
                {"name": [{"service": _SERVICE}], "retryPolicy": policy},
                # Streams are opened again by the client, which knows what was answered.
                {"name": [{"service": _SERVICE, "method": "StreamExtract"}]},
            ]
        }
        if self.target.startswith(("dns:", "ipv4:", "ipv6:")):
            config["loadBalancingConfig"] = [{"round_robin": {}}]
        return config

    def credentials(self) -> grpc.ChannelCredentials | None:
        """Read the certificate files; None means a plain connection. Raises InvalidInput."""
        if self.tls is None:
            return None
        return grpc.ssl_channel_credentials(
            root_certificates=_read(self.tls.ca, "tls.ca"),
            private_key=_read(self.tls.key, "tls.key"),
            certificate_chain=_read(self.tls.certificate, "tls.certificate"),
        )

    def not_ready(self) -> Unavailable:
        """Return the error of a service that was waited for in vain."""
        return Unavailable(f"{self.target}: was not ready in time", reason="NOT_READY")

    def metadata(self, request_id: str | None) -> tuple[tuple[str, str | bytes], ...]:
        """Return what goes beside each request."""
        metadata: list[tuple[str, str | bytes]] = []
        if self.token is not None:
            metadata.append(("authorization", f"Bearer {self.token}"))
        if request_id is not None:
            if not request_id.isascii() or not request_id.isprintable():
                raise InvalidInput("must be printable ASCII", field="request_id")
            metadata.append(("x-request-id", request_id))
        return tuple(metadata)


def checked_count(count: int, field: str) -> int:
    """Return the count, or raise InvalidInput unless it is 1 or more."""
    if count < 1:
        raise InvalidInput(f"must be 1 or more, is {count}", field=field)
    return count


def checked_timeout(timeout: float) -> float:
    """Return the seconds, or raise InvalidInput: no call waits for ever."""
    if not 0 < timeout < float("inf"):
        raise InvalidInput(f"must be a number of seconds above 0, is {timeout}", field="timeout")
    return timeout


def _timeout(timeout: float | None, environment: Mapping[str, str]) -> float:
    if timeout is not None:
        return timeout
    text = environment.get("INQUIT_TIMEOUT", "")
    try:
        return float(text) if text else DEFAULT_TIMEOUT
    except ValueError as error:
        raise InvalidInput("must be a number of seconds", field="INQUIT_TIMEOUT") from error


def _tls(tls: Tls | bool | str | os.PathLike[str] | None, environment: Mapping[str, str]) -> Tls | None:
    if isinstance(tls, Tls):
        return tls
    if tls is False:
        return None
    from_environment = Tls(
        ca=environment.get("INQUIT_TLS_CA") or None,
        certificate=environment.get("INQUIT_TLS_CLIENT_CERT") or None,
        key=environment.get("INQUIT_TLS_CLIENT_KEY") or None,
    )
    if tls is True:
        return from_environment
    if tls is not None:
        return Tls(tls, from_environment.certificate, from_environment.key)
    asked = environment.get("INQUIT_TLS", "").lower()
    if asked not in _YES | _NO:
        raise InvalidInput("must be 1 or 0", field="INQUIT_TLS")
    return from_environment if asked in _YES or from_environment.ca else None


def _read(path: str | os.PathLike[str] | None, field: str) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{os.fspath(path)} cannot be read: {error.strerror}", field=field) from error
