"""Extractions as one self-contained HTML page: the articles with their quotations highlighted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from inquit.render.grouping import by_speaker, content_line, one_line, speaker_name, visible
from inquit.render.layers import Close, Mark, Open, pieces
from inquit.types import OffsetEncoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inquit.render.grouping import SpeakerQuotes
    from inquit.types import Document, Extraction, Quote, Span

__all__ = ["render_html"]

_GOLDEN_ANGLE = 137.508
"""Degrees: successive hues stay far apart however many speakers there are."""
_FIRST_HUE = 210


@dataclass(frozen=True, slots=True)
class _Highlight:
    """One mark in the article: what it is, and the look it takes from its speaker."""

    role: str
    look: _Look
    tip: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """A speaker's number in the legend (empty: unknown) and hue in degrees."""

    number: str
    hue: int | None

    @property
    def style(self) -> str:
        return "" if self.hue is None else f"--hue:{self.hue}"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table below the article."""

    anchor: str
    kind: str
    content: str
    mention: str
    cue: str
    channel: str
    confidence: str
    speaker_confidence: str


@dataclass(frozen=True, slots=True)
class _Group:
    """A speaker in the legend and the table."""

    look: _Look
    name: str
    type: str
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Article:
    """What the template shows of one document."""

    id: str
    language: str
    text: Markup
    groups: tuple[_Group, ...]
    quote_count: int
    warnings: tuple[str, ...]
    model_version: str


def render_html(
    results: Iterable[tuple[Document, Extraction]], *, title: str = "Quotations"
) -> Iterator[str]:
    """Yield the page piece by piece, so that any number of documents passes in bounded memory.

    Offsets must be code points: a page shows no offsets, so nobody needs another encoding.
    """
    articles = (_article(number, *result) for number, result in enumerate(results, start=1))
    for piece in _template().generate(title=visible(title), articles=articles):
        yield str(piece)  # the template yields `Markup` too, which escapes what it is added to


@cache
def _template() -> Template:
    source = resources.files("inquit.render").joinpath("templates/page.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


def _article(number: int, document: Document, extraction: Extraction) -> _Article:
    if extraction.offset_encoding is not OffsetEncoding.UTF32:
        raise ValueError(f"offset_encoding: must be utf32 for a page, is {extraction.offset_encoding}")
    anchors = {id(quote): f"d{number}q{index}" for index, quote in enumerate(extraction.quotes, start=1)}
    groups: list[_Group] = []
    highlights: list[Mark[_Highlight]] = []
    for index, speaker_quotes in enumerate(by_speaker(extraction)):
        look = _look(index, speaker_quotes)
        rows = tuple(_row(anchors[id(quote)], quote) for quote in speaker_quotes.quotes)
        groups.append(_group(look, speaker_quotes, rows))
        for quote in speaker_quotes.quotes:
            highlights.extend(_highlights(anchors[id(quote)], look, groups[-1].name, quote))
    return _Article(
        id=visible(document.id),
        language=document.language_code or "en",
        text=_highlighted(visible(document.text), highlights),
        groups=tuple(groups),
        quote_count=len(extraction.quotes),
        warnings=tuple(visible(warning.message) for warning in extraction.warnings),
        model_version=extraction.model_version,
    )


def _look(index: int, group: SpeakerQuotes) -> _Look:
    if group.speaker is None:
        return _Look(number="?", hue=None)
    return _Look(number=str(index + 1), hue=round(_FIRST_HUE + index * _GOLDEN_ANGLE) % 360)


def _group(look: _Look, group: SpeakerQuotes, rows: tuple[_Row, ...]) -> _Group:
    if group.speaker is None:
        return _Group(look=look, name="Speaker not found", type="", rows=rows)
    return _Group(look=look, name=speaker_name(group.speaker), type=group.speaker.type.value, rows=rows)


def _row(anchor: str, quote: Quote) -> _Row:
    return _Row(
        anchor=anchor,
        kind=quote.kind.value,
        content=content_line(quote),
        mention=_text(quote.speaker_mention),
        cue=_text(quote.cue),
        channel=_text(quote.channel),
        confidence=f"{quote.confidence:.0%}",
        speaker_confidence=f"{quote.speaker_confidence:.0%}" if quote.speaker_id else "",
    )


def _highlights(anchor: str, look: _Look, name: str, quote: Quote) -> Iterator[Mark[_Highlight]]:
    tip = _tip(name, quote)
    for index, span in enumerate(quote.content):
        first = anchor if index == 0 else ""
        yield Mark(span.start, span.end, _Highlight(f"content {quote.kind.value}", look, tip, first))
    for role, found in (
        ("mention", quote.speaker_mention),
        ("cue", quote.cue),
        ("channel", quote.channel),
    ):
        if found is not None:
            yield Mark(found.start, found.end, _Highlight(role, look, f"{role} of {name}"))


def _tip(name: str, quote: Quote) -> str:
    lines = [name]
    if quote.speaker_id is not None:
        lines[0] += f" ({quote.speaker_confidence:.0%})"
    for label, span in (("as", quote.speaker_mention), ("cue", quote.cue), ("channel", quote.channel)):
        if span is not None:
            lines.append(f"{label}: {_text(span)}")
    lines.append(f"{quote.kind.value} quotation ({quote.confidence:.0%})")
    return "\n".join(lines)


def _highlighted(text: str, marks: Iterable[Mark[_Highlight]]) -> Markup:
    parts: list[str] = []
    for piece in pieces(text, marks):
        match piece:
            case str():
                parts.append(escape(piece))
            case Open(mark, first):
                parts.append(_opening(mark.value, anchored=first))
            case Close(mark):
                parts.append(_closing(mark.value))
    return Markup("").join(Markup(part) for part in parts)  # noqa: S704 - each part is escaped above


def _opening(highlight: _Highlight, *, anchored: bool) -> Markup:
    tag = Markup("<mark") if highlight.role.startswith("content") else Markup("<span")
    if highlight.anchor and anchored:
        tag += Markup(' id="{}"').format(highlight.anchor)
    if highlight.look.style:
        tag += Markup(' style="{}"').format(highlight.look.style)
    return tag + Markup(' class="{}" data-speaker="{}" title="{}">').format(
        highlight.role, highlight.look.number, highlight.tip
    )


def _closing(highlight: _Highlight) -> Markup:
    return Markup("</mark>") if highlight.role.startswith("content") else Markup("</span>")


def _text(span: Span | None) -> str:
    return one_line(span.text) if span else ""
