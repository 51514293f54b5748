"""Arguments of the clients' methods as checked values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from inquit.errors import InvalidInput
from inquit.types import DEFAULT_KINDS, Document, ExtractOptions, OffsetEncoding, QuoteKind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Method", "checked_method", "make_document", "make_options"]

Method = Literal["batches", "stream"]
"""How many documents travel: by BatchExtract or by StreamExtract."""


def checked_method(method: Method) -> Method:
    """Return the method; raises InvalidInput."""
    if method not in get_args(Method):
        raise InvalidInput(f"there are {', '.join(get_args(Method))}", field="method")
    return method


def make_document(text: str | Document, id: str | None = None) -> Document:  # noqa: A002 - the public name
    """Return the document; an id given beside it wins."""
    document = text if isinstance(text, Document) else Document("", text)
    return document if id is None else replace(document, id=id)


def make_options(
    kinds: Iterable[QuoteKind | str] | None,
    offset_encoding: OffsetEncoding | str,
    min_confidence: float,
) -> ExtractOptions:
    """Check the options; raises InvalidInput."""
    try:
        chosen = DEFAULT_KINDS if kinds is None else frozenset(QuoteKind(kind) for kind in kinds)
    except ValueError as error:
        raise InvalidInput(f"{error}; there are {', '.join(QuoteKind)}", field="kinds") from error
    try:
        encoding = OffsetEncoding(offset_encoding)
    except ValueError as error:
        raise InvalidInput(
            f"{error}; there are {', '.join(OffsetEncoding)}", field="offset_encoding"
        ) from error
    if not chosen:
        raise InvalidInput("must not be empty", field="kinds")
    if not 0 <= min_confidence <= 1:
        raise InvalidInput(f"must be from 0 to 1, is {min_confidence}", field="min_confidence")
    return ExtractOptions(chosen, encoding, min_confidence)
