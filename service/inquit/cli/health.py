"""`inquit health`: whether a server is serving, for probes and scripts."""

from __future__ import annotations

from typing import Annotated

import typer

from inquit.cli.connection import CaOption, TlsOption, connected
from inquit.client.connection import DEFAULT_TARGET

__all__ = ["health"]


def health(
    *,
    server: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The server to ask.", envvar="INQUIT_TARGET")
    ] = DEFAULT_TARGET,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds to wait until it serves.")] = 5.0,
    tls: TlsOption = False,
    tls_ca: CaOption = None,
) -> None:
    """Exit with 0 when a server serves, with 1 when it does not in time."""
    with connected(server, timeout, tls=tls, tls_ca=tls_ca) as client:
        client.wait_ready()
    typer.echo("serving")
