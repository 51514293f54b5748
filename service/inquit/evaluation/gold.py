"""Gold annotations: what was said in a text, and by whom.

A row is `{"id", "text", "quotes", "marks", "entities", "set_aside"}`; all but the first
two may be missing. `spans`, role spans without links, may stand in place of `quotes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inquit.evaluation.rows import Offsets, Row, read_rows
from inquit.types import QuoteKind

__all__ = ["GoldDocument", "GoldEntity", "GoldMark", "GoldQuote", "parse_gold", "read_gold"]

_NAMED_TYPES = frozenset({"person", "organization", "per", "org"})


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """Somebody or something that speaks."""

    id: str
    name: str
    """Empty where the text has no name for it."""
    type: str = ""

    @property
    def named(self) -> bool:
        """Whether it is a person or an organisation rather than `a senior official`."""
        return self.type.lower() in _NAMED_TYPES


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """One attribution with its role spans."""

    kind: QuoteKind
    content: tuple[Offsets, ...]
    cue: tuple[Offsets, ...] = ()
    source: tuple[Offsets, ...] = ()
    entities: tuple[GoldEntity, ...] = ()
    """Who said it; several for a joint statement, none where nobody can tell."""


@dataclass(frozen=True, slots=True)
class GoldMark:
    """A string in quotation marks, judged."""

    span: Offsets
    speech: bool
    """False for titles, nicknames, terms and scare quotes."""
    entities: tuple[GoldEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One annotated text."""

    id: str
    text: str
    quotes: tuple[GoldQuote, ...] = ()
    marks: tuple[GoldMark, ...] = ()
    set_aside: tuple[Offsets, ...] = ()
    """Passages that were not judged."""
    roles: Mapping[str, frozenset[Offsets]] = field(default_factory=dict)
    """All spans of `content`, `cue` and `source`."""


_ROLES = ("content", "cue", "source")


def read_gold(path: Path) -> Iterator[GoldDocument]:
    """Yield the documents of a gold file; raise DataError naming the line and the field."""
    for row in read_rows(path):
        yield _document(row)


def parse_gold(values: Mapping[str, Any]) -> GoldDocument:
    """Read one gold row that is in memory."""
    return _document(Row(values, "row"))


def _document(row: Row) -> GoldDocument:
    text = row.text("text")
    entities = {name: _entity(name, row.row("entities")) for name in row.row("entities").values}
    quotes = tuple(_quote(quote, entities) for quote in row.rows("quotes"))
    marks = tuple(_mark(mark, entities) for mark in row.rows("marks"))
    loose = row.row("spans")
    roles = {
        role: frozenset(span for quote in quotes for span in getattr(quote, role))
        | frozenset(loose.spans(role))
        for role in _ROLES
    }
    set_aside = row.spans("set_aside")
    spans = [*(mark.span for mark in marks), *set_aside, *(span for role in roles.values() for span in role)]
    last = max((span.end for span in spans), default=0)
    if last > len(text):
        raise row.fail("text", f"has {len(text)} characters, but a span ends at {last}")
    return GoldDocument(row.text("id"), text, quotes, marks, set_aside, roles)


def _entity(name: str, entities: Row) -> GoldEntity:
    row = entities.row(name)
    return GoldEntity(
        id=name,
        name=row.optional_text("name") or "",
        type=row.optional_text("type") or "",
    )


def _holders(row: Row, entities: Mapping[str, GoldEntity]) -> tuple[GoldEntity, ...]:
    names = row.strings("entity")
    unknown = next((name for name in names if name not in entities), None)
    if unknown is not None:
        raise row.fail("entity", f"{unknown!r} is not among the row's entities")
    return tuple(entities[name] for name in names)


def _quote(row: Row, entities: Mapping[str, GoldEntity]) -> GoldQuote:
    kind = row.text("kind")
    if kind not in set(QuoteKind):
        raise row.fail("kind", f"one of {', '.join(QuoteKind)} is needed")
    return GoldQuote(
        kind=QuoteKind(kind),
        content=row.spans("content"),
        cue=row.spans("cue"),
        source=row.spans("source"),
        entities=_holders(row, entities),
    )


def _mark(row: Row, entities: Mapping[str, GoldEntity]) -> GoldMark:
    span = row.span("span")
    if span is None:
        raise row.fail("span", "is needed")
    speech = row.get("speech")
    if not isinstance(speech, bool):
        raise row.fail("speech", "true or false is needed")
    return GoldMark(span, speech, _holders(row, entities))
