"""The options that decide which quotations are returned, and in which offsets."""

from __future__ import annotations

from typing import Annotated

import typer

from inquit.types import DEFAULT_KINDS, OffsetEncoding, QuoteKind

__all__ = [
    "DEFAULT_KIND_LIST",
    "KindsOption",
    "MinConfidenceOption",
    "OffsetEncodingOption",
    "kinds_of",
]

DEFAULT_KIND_LIST = ",".join(kind for kind in QuoteKind if kind in DEFAULT_KINDS)

KindsOption = Annotated[
    str, typer.Option(help="Which quotations: a list of direct, mixed, indirect.", metavar="LIST")
]
MinConfidenceOption = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="Leave out quotations that are less certain.")
]
OffsetEncodingOption = Annotated[
    OffsetEncoding, typer.Option(help="What offsets count, where the output has any.")
]


def kinds_of(value: str) -> frozenset[QuoteKind]:
    """Read a list of kinds; raise typer.BadParameter."""
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    try:
        kinds = frozenset(QuoteKind(name) for name in names)
    except ValueError as error:
        known = ", ".join(QuoteKind)
        raise typer.BadParameter(f"{value!r} is not a list of kinds; there are {known}") from error
    if not kinds:
        raise typer.BadParameter("give at least one kind")
    return kinds
