"""What the edge reads from files: the server's certificate and the bearer tokens."""

from __future__ import annotations

import ssl
from pathlib import Path

import grpc

from inquit.config import ServerSettings
from inquit.errors import InvalidInput

__all__ = ["read_tokens", "server_credentials"]


def server_credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    """Return what TLS needs, or None for a plain port; raises InvalidInput."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    pair = (_read(settings.tls_key, "tls_key"), _read(settings.tls_cert, "tls_cert"))
    try:
        # gRPC says of a file that it cannot use no more than that the port is not bound.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.tls_cert, settings.tls_key, password=lambda: ""
        )
    except (ssl.SSLError, ValueError):
        raise InvalidInput(
            f"tls_cert, tls_key: {settings.tls_cert} and {settings.tls_key} are not"
            " a certificate chain and its unencrypted private key in PEM",
            field="tls_cert",
        ) from None
    return grpc.ssl_server_credentials([pair])


def read_tokens(path: Path | None) -> list[str]:
    """Return one token a line, none without a file; raises InvalidInput."""
    if path is None:
        return []
    try:
        lines = _read(path, "token_file").decode().splitlines()
    except UnicodeDecodeError:
        # The foreign message quotes the bytes.
        raise InvalidInput(f"token_file: {path} is not UTF-8", field="token_file") from None
    tokens = [line.strip() for line in lines if line.strip()]
    if not tokens:
        raise InvalidInput(f"{path} holds no token", field="token_file")
    return tokens


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{setting}: cannot read {path}: {error.strerror}", field=setting) from error
