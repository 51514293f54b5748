"""The commands, put together."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from inquit.cli.batch import batch
from inquit.cli.evaluate import evaluate
from inquit.cli.extract import extract
from inquit.cli.failures import CommandGroup
from inquit.cli.health import health
from inquit.cli.info import info
from inquit.cli.pack import pack
from inquit.cli.serve import serve
from inquit.cli.train import train

__all__ = ["app"]

app = typer.Typer(
    name="inquit",
    cls=CommandGroup,
    help="Find quotations in English text and say who uttered them.",
    add_completion=False,
    rich_markup_mode=None,
    # Tracebacks with local variables would show users' texts.
    pretty_exceptions_enable=False,
)

app.command()(extract)
app.command()(batch)
app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(serve)
app.command()(info)
app.command()(health)
app.command()(evaluate)
app.command()(train)
app.command()(pack)


def _version(*, asked: bool) -> None:
    if asked:
        try:
            typer.echo(f"inquit {version('inquit')}")
        except PackageNotFoundError:
            typer.echo("inquit (not installed)")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            is_eager=True,
            callback=lambda asked: _version(asked=asked),
        ),
    ] = False,
) -> None:
    """Find quotations in English text and say who uttered them."""
