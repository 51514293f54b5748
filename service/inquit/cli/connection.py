"""The options by which commands reach a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from inquit.client import Client

__all__ = [
    "CaOption",
    "ServerOption",
    "TimeoutOption",
    "TlsOption",
    "connected",
    "refuse_local_options",
]

ServerOption = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Ask this server (a token comes from INQUIT_TOKEN, which other users cannot see).",
        show_default=False,
    ),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        help="Seconds to wait for the server's answer. Default: INQUIT_TIMEOUT, else 300.",
        show_default=False,
    ),
]
TlsOption = Annotated[bool, typer.Option("--tls", help="Use TLS with the system's authorities.")]
CaOption = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="Use TLS with the authorities in this PEM file.",
        show_default=False,
    ),
]


def connected(server: str, timeout: float | None, *, tls: bool, tls_ca: Path | None) -> Client:
    """Return a client for the server; nothing is dialled yet."""
    from inquit.client import Client

    return Client(server, tls=tls_ca or tls or None, timeout=timeout)


def refuse_local_options(**options: object) -> None:
    """Refuse options that have no effect with a server, before anybody trusts in them."""
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter("has no effect with --server", param_hint=f"--{name}")
