"""The settings of the service: flags, then INQUIT_* environment variables, then defaults."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from inquit.errors import InvalidInput
from inquit.logs import LogFormat, LogLevel
from inquit.types import Limits

__all__ = ["ServerSettings", "read_settings"]

_ENV_PREFIX = "INQUIT_"


class ServerSettings(BaseSettings):
    """Everything that whoever runs the service can choose; frozen once read."""

    model_config = SettingsConfigDict(
        env_prefix=_ENV_PREFIX, frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    host: str = "127.0.0.1"
    """Address to listen on: `0.0.0.0` or `::` for every interface, `unix:/path` for a Unix socket."""
    port: int = Field(default=50051, ge=0, le=65535)
    """Port to listen on; 0 takes a free one, which the log names. Not used with a Unix socket."""

    workers: int = Field(default=1, ge=1, le=256)
    """Processes that share the port, each with its own model; more than one needs Linux and TCP."""

    model: str | None = None
    """The model: `small` or `base`, which come with inquit, or a folder; none means `small`."""
    model_sha256: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    """SHA-256 that the weights, all `.safetensors` one after the other, must have; with others nothing starts."""
    device: str = "auto"
    """Where the model runs: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`."""
    dtype: str = "auto"
    """Number format of the model while it runs: `auto`, `float32`, `bfloat16` or `float16`."""
    threads: int | None = Field(default=None, ge=1)
    """Threads of one model pass on CPU; none means all that are granted, shared among the workers."""
    text_threads: int = Field(default=2, ge=1, le=64)
    """Threads that cut texts into windows and read the network's output."""

    max_characters: int = Field(default=1_000_000, ge=1)
    """Code points of one text; longer ones are refused."""
    max_batch_documents: int = Field(default=256, ge=1)
    """Documents of one BatchExtract; more are refused."""
    max_message_bytes: int = Field(default=64 * 1024 * 1024, ge=4096, le=2**31 - 1)
    """Bytes of one request or response message."""

    batch_tokens: int | None = Field(default=None, ge=1)
    """Tokens of one model pass, padding included; none means 512 on a CPU, 32768 on a CUDA GPU."""
    queue_windows: int = Field(default=16_384, ge=1)
    """Windows that may wait for the model; a call beyond is refused at once."""
    queue_tokens: int = Field(default=4_000_000, ge=1)
    """Tokens that may wait for the model; a call beyond is refused at once."""
    pending_characters: int = Field(default=4_000_000, ge=1)
    """Code points of all texts being served, about 250 bytes of memory each; a call beyond is refused at once."""
    stream_documents: int = Field(default=256, ge=1)
    """Documents of one stream in work or waiting for their caller to take the answer; no more is read then."""
    stream_characters: int = Field(default=1_000_000, ge=1)
    """Code points of these documents; no more is read once there are as many."""
    concurrent_calls: int = Field(default=1024, ge=1)
    """Calls at the same time, health checks included; gRPC refuses more."""
    max_metadata_bytes: int = Field(default=16 * 1024, ge=1024, le=2**31 - 1)
    """Bytes of one call's metadata, 32 more counted for each entry; a call with more is refused."""

    default_timeout: float = Field(default=600.0, gt=0)
    """Seconds for a call whose caller gave no deadline; in a stream, for each document."""
    max_timeout: float = Field(default=3600.0, gt=0)
    """Seconds after which every call ends, whatever its caller allows; a stream answers what it has read."""
    request_seconds: float = Field(default=120.0, gt=0)
    """Seconds in which the message of a call must have arrived."""

    max_connections: int = Field(default=4096, ge=1, le=2**31 - 1)
    """Connections at the same time; more are closed at once."""
    connection_calls: int = Field(default=512, ge=1, le=2**31 - 1)
    """Calls at the same time on one connection; more wait on the caller's side."""
    connection_idle_seconds: float = Field(default=3600.0, gt=0)
    """Seconds without a call after which a connection is closed."""
    connection_age_seconds: float | None = Field(default=None, gt=0)
    """Seconds, give or take a tenth, after which a connection takes no new calls; none means never."""
    handshake_seconds: float = Field(default=10.0, gt=0)
    """Seconds in which a new connection must be open, TLS included."""
    keepalive_seconds: float = Field(default=60.0, gt=0)
    """Seconds of silence after which a caller is asked whether it is still there."""
    keepalive_timeout_seconds: float = Field(default=20.0, gt=0)
    """Seconds that the caller has for the answer before the connection is closed."""

    lead_seconds: float = Field(default=0.0, ge=0)
    """Seconds between saying NOT_SERVING and refusing calls when stopping, for load balancers to notice."""
    grace_seconds: float = Field(default=30.0, ge=0)
    """Seconds that running calls get to end when stopping."""
    stall_seconds: float = Field(default=120.0, gt=0)
    """Seconds of one model pass after which health says NOT_SERVING."""

    tls_cert: Path | None = None
    """File with the certificate chain, PEM; TLS needs it together with `tls_key`."""
    tls_key: Path | None = None
    """File with the private key, PEM."""
    tls_client_ca: Path | None = None
    """File with authorities, PEM: callers must bring a certificate of one of them. Needs `tls_cert`."""
    token_file: Path | None = None
    """File with one bearer token a line; every call but health checks needs one of them."""
    reflection: bool = True
    """Whether tools like grpcurl may ask for the contract."""
    open_reflection: bool = False
    """Whether reflection needs no token."""

    health_host: str = "127.0.0.1"
    """Address of the health port; needs `health_port`."""
    health_port: int | None = Field(default=None, ge=0, le=65535)
    """Port with health checks alone, without TLS, certificates and tokens, for probes; none means no such port."""

    metrics_host: str = "127.0.0.1"
    """Address of the metrics for Prometheus; needs `metrics_port`."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Port of the metrics, over HTTP; none means no metrics, 0 takes a free one, which the log names."""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://[^/\s]")
    """Collector of traces, by OTLP over gRPC, such as `http://127.0.0.1:4317`; none means no traces."""

    log_level: LogLevel = "info"
    """Least level that is logged."""
    log_format: LogFormat = "json"
    """`json`, or `console` for people."""

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key are needed together")
        if self.tls_client_ca is not None and self.tls_cert is None:
            raise ValueError("tls_client_ca needs tls_cert and tls_key")
        return self

    @model_validator(mode="after")
    def _workers_share_a_port(self) -> Self:
        if self.workers > 1 and any(host.startswith("unix:") for host in (self.host, self.health_host)):
            raise ValueError("workers above 1 share TCP ports, not Unix sockets")
        if self.workers > 1 and platform.system() != "Linux":
            raise ValueError("workers above 1 need Linux, which spreads connections among processes")
        return self

    @property
    def limits(self) -> Limits:
        """What is announced to callers and checked."""
        return Limits(self.max_characters, self.max_batch_documents, self.max_message_bytes)

    @property
    def address(self) -> str:
        """Where to listen, as gRPC writes it."""
        return _address(self.host, self.port)

    @property
    def health_address(self) -> str | None:
        """Where the health port listens, as gRPC writes it; None without one."""
        return None if self.health_port is None else _address(self.health_host, self.health_port)


def read_settings(**flags: Any) -> ServerSettings:
    """Return the settings; flags that are None count as not given.

    Raises InvalidInput naming the setting, also where it came from the environment.
    """
    try:
        return ServerSettings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        source = "" if not name or flags.get(name) is not None else f" (from {_ENV_PREFIX}{name.upper()})"
        raise InvalidInput(
            f"{name}: {message}{source}" if name else message, field=name, reason="BAD_SETTING"
        ) from None


def _address(host: str, port: int) -> str:
    if host.startswith("unix:"):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
