"""Every failure of a command as one line on stderr and an exit code.

1    data or a service made trouble: a bad line, no server, a full disk
2    the command was called wrongly: a missing file, an unknown option
130  interrupted (Ctrl-C)
141  nobody reads the output any more (`| head`)
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from inquit.errors import InquitError
from inquit.render.grouping import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BROKEN_PIPE", "FAILED", "INTERRUPTED", "CommandGroup", "complain", "needs_extra"]

FAILED = 1
INTERRUPTED = 130
BROKEN_PIPE = 141


class CommandGroup(TyperGroup):
    """A group of commands whose errors are told in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; expected errors become exit codes."""
        try:
            return super().invoke(ctx)
        except InquitError as error:
            complain(describe(error))
            raise typer.Exit(FAILED) from error
        except BrokenPipeError as error:
            # The interpreter flushes stdout once more when it ends, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
            raise typer.Exit(BROKEN_PIPE) from error
        except OSError as error:
            complain(f"{error.filename or 'output'}: {error.strerror or error}")
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program; calls that cannot be understood end it with one line."""
        try:
            code = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except typer.TyperException as error:
            if not standalone_mode:
                raise
            complain(_one_line(error))
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.exit(INTERRUPTED)
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def complain(message: str) -> None:
    """Write one line to stderr, whatever the message holds: it may quote a file, or a service."""
    line = one_line(message)
    print(f"inquit: {line}", file=sys.stderr, flush=True)  # noqa: T201 - a command speaks here


def describe(error: InquitError) -> str:
    """Return the error's message with the field it is about, where there is one."""
    field = getattr(error, "field", "")
    return f"{field}: {error.message}" if field and not error.message.startswith(field) else error.message


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a missing package into advice on what to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "inquit":
            raise
        complain(f"this needs the package {error.name}; try: pip install 'inquit[{extra}]'")
        raise typer.Exit(FAILED) from error


def _one_line(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see '{context.command_path} --help')" if context is not None else ""
    return error.format_message() + hint
