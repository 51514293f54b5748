"""Gold annotations: what was said in a text, and by whom.

A row is `{"id", "text", "quotes", "marks", "entities", "set_aside"}`; all but the first
two may be missing. `spans`, role spans without links, may stand in place of `quotes`.

Rows of fiction are known by their entities, which are characters: each lists its `aliases`, or its
`mentions` as `[start, end, "PROP" | "NOM" | "PRON"]`, of which the proper ones are its aliases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from inquit.evaluation.rows import Offsets, Row, read_rows
from inquit.types import QuoteKind, SpeakerType

__all__ = [
    "GoldChannel",
    "GoldDocument",
    "GoldEntity",
    "GoldMark",
    "GoldMention",
    "GoldQuote",
    "parse_gold",
    "read_gold",
]

_NAMED_TYPES = frozenset({"person", "organization", "per", "org"})
_TYPES = {"per": SpeakerType.PERSON, "org": SpeakerType.ORGANIZATION} | {kind: kind for kind in SpeakerType}


class GoldMention(NamedTuple):
    """A place in the text that means a character."""

    span: Offsets
    proper: bool
    """A name, rather than a description or a pronoun."""


class GoldChannel(NamedTuple):
    """Where a quotation was said, as the text tells."""

    quote: Offsets
    """A span of the quotation's content."""
    channel: Offsets | None
    """None where the text does not tell."""


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """Somebody or something that speaks."""

    id: str
    name: str
    """Empty where the text has no name for it."""
    type: str = ""
    aliases: frozenset[str] = frozenset()
    """All names of a character; empty outside fiction."""
    mentions: tuple[GoldMention, ...] = ()
    """Places that mean a character; empty outside fiction."""

    @property
    def speaker_type(self) -> SpeakerType | None:
        """What the service should call it; None for types that no speaker has."""
        return _TYPES.get(self.type.lower())

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
    quote_type: str = ""
    """In fiction `explicit`, `anaphoric` or `implicit` where annotated: how the text names the speaker."""


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
    entities: tuple[GoldEntity, ...] = ()
    """Everybody who is listed, speaking or not."""
    fiction: bool = False
    """Whether the entities are characters with aliases or mentions."""
    channels: tuple[GoldChannel, ...] | None = None
    """Of the quotations that somebody looked at for their channel; None where nobody did."""


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
    characters = row.row("entities")
    fiction = any(_is_character(characters.row(name)) for name in characters.values)
    entities = {name: _entity(name, characters, text) for name in characters.values}
    listed = tuple(entities.values())
    if fiction:
        _add_unlisted(row, entities)
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
    spans += [mention.span for entity in listed for mention in entity.mentions]
    last = max((span.end for span in spans), default=0)
    if last > len(text):
        raise row.fail("text", f"has {len(text)} characters, but a span ends at {last}")
    return GoldDocument(
        row.text("id"), text, quotes, marks, set_aside, roles, entities=listed, fiction=fiction
    )


def _is_character(row: Row) -> bool:
    return "aliases" in row.values or "mentions" in row.values


def _entity(name: str, entities: Row, text: str) -> GoldEntity:
    row = entities.row(name)
    mentions = tuple(_mention(row, item) for item in row.items("mentions"))
    proper = {text[m.span.start : m.span.end] for m in mentions if m.proper}
    return GoldEntity(
        id=name,
        name=row.optional_text("name") or "",
        type=row.optional_text("type") or "",
        aliases=frozenset(row.strings("aliases")) | proper,
        mentions=mentions,
    )


def _mention(row: Row, item: Any) -> GoldMention:
    if not isinstance(item, list) or len(item) != 3 or not isinstance(item[2], str):
        raise row.fail("mentions", "a mention is [start, end, kind]")
    (span,) = Row({"mentions": [item[:2]]}, row.where).spans("mentions")
    return GoldMention(span, item[2] == "PROP")


def _add_unlisted(row: Row, entities: dict[str, GoldEntity]) -> None:
    """Find speakers who are given by an alias; one that no character has is a character of its own."""
    owners = {alias: entity for entity in list(entities.values()) for alias in entity.aliases}
    for quote in row.rows("quotes"):
        for name in quote.strings("entity"):
            if name not in entities:
                entities[name] = owners.get(name) or GoldEntity(name, name, aliases=frozenset({name}))


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
        quote_type=row.optional_text("quote_type") or "",
    )


def _mark(row: Row, entities: Mapping[str, GoldEntity]) -> GoldMark:
    span = row.span("span")
    if span is None:
        raise row.fail("span", "is needed")
    speech = row.get("speech")
    if not isinstance(speech, bool):
        raise row.fail("speech", "true or false is needed")
    return GoldMark(span, speech, _holders(row, entities))
