"""A command whose options are the fields of a settings class, so that the two never differ."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

import typer

from inquit.cli.failures import CommandGroup
from inquit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

__all__ = ["settings_command"]

_S = TypeVar("_S", bound="BaseModel")


def settings_command(
    settings: type[_S],
    read: Callable[..., _S],
    run: Callable[[_S], int],
    *,
    name: str,
    help_text: str,
) -> typer.Typer:
    """Return a program with one option for each field of `settings`.

    `read` takes the options by name, None where one was not given, and raises InvalidInput;
    what it returns is run.
    """
    prefix = str(settings.model_config.get("env_prefix", ""))

    def command(**given: Any) -> None:
        try:
            chosen = read(**given)
        except InvalidInput as error:
            raise typer.BadParameter(error.message) from error
        raise typer.Exit(run(chosen))

    parameters = [_parameter(field, info, prefix) for field, info in settings.model_fields.items()]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    program = typer.Typer(
        cls=CommandGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    program.command(name, help=help_text)(command)
    return program


def _parameter(field: str, info: FieldInfo, prefix: str) -> inspect.Parameter:
    is_flag = bool in {info.annotation, *get_args(info.annotation)}
    default = "" if info.default is None or info.is_required() else f"; default: {info.default}"
    described = " ".join((info.description or "").split())
    name = field.replace("_", "-")
    option = typer.Option(
        f"--{name}/--no-{name}" if is_flag else f"--{name}",
        help=f"{described} [{prefix}{field.upper()}{default}]",
        metavar=None if is_flag else "VALUE",
        show_default=False,
    )
    kind: Any = bool | None if is_flag else str | None
    return inspect.Parameter(
        field, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, option]
    )
