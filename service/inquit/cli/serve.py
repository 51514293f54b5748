"""`inquit serve`: the gRPC service, its options made from the service's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from inquit.cli.failures import needs_extra

if TYPE_CHECKING:
    from inquit.config import ServerSettings

__all__ = ["serve"]

_HELP = "Serve the model over gRPC until SIGTERM or SIGINT. A flag wins over the environment."


def serve(context: typer.Context) -> None:
    """Serve the model over gRPC; see `inquit serve --help`."""
    with needs_extra("server"):
        from inquit.cli.settings_command import settings_command
        from inquit.config import ServerSettings, read_settings
    program = settings_command(ServerSettings, read_settings, _run, name="serve", help_text=_HELP)
    code = program(args=context.args, prog_name="inquit serve", standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)


def _run(settings: ServerSettings) -> int:
    with needs_extra("server"):
        from inquit.serve import run
    return run(settings)
