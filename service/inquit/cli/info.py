"""`inquit info`: which model is there, and where it runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from inquit.cli.connection import (
    CaOption,
    ServerOption,
    TimeoutOption,
    TlsOption,
    connected,
    refuse_local_options,
)
from inquit.cli.local import DeviceOption, ModelOption, loaded_extractor
from inquit.render.grouping import visible

__all__ = ["info"]


def info(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    model: ModelOption = None,
    device: DeviceOption = None,
    server: ServerOption = None,
    timeout: TimeoutOption = None,
    tls: TlsOption = False,
    tls_ca: CaOption = None,
) -> None:
    """Say which model is here, or what a server serves."""
    if server is None:
        facts = asdict(loaded_extractor(model, device, None).info)
    else:
        refuse_local_options(model=model, device=device)
        with connected(server, timeout, tls=tls, tls_ca=tls_ca) as client:
            facts = asdict(client.info())
        facts |= facts.pop("limits")
    facts["languages"] = list(facts["languages"])
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    width = max(map(len, facts)) + 2
    for name, value in facts.items():
        shown = (
            ", ".join(value) if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else value
        )
        # A server says of itself what it likes.
        typer.echo(f"{name.replace('_', ' '):<{width}}{visible(str(shown))}")
