"""An extraction as a table for a terminal: speakers, and under each what was said."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from inquit.render.grouping import by_speaker, content_line, one_line, speaker_name, visible

if TYPE_CHECKING:
    from inquit.render.grouping import SpeakerQuotes
    from inquit.types import Document, Extraction, Quote, Span

__all__ = ["DEFAULT_WIDTH", "render_terminal"]

DEFAULT_WIDTH = 100
"""Columns where the output is no terminal and so has no width of its own."""

_STYLES = ("cyan", "green", "magenta", "yellow", "blue", "red")


def render_terminal(
    document: Document, extraction: Extraction, *, width: int = DEFAULT_WIDTH, colour: bool = False
) -> str:
    """Return the table as text, with escape sequences only where `colour` asks for them."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(Rule(Text(_title(document, extraction), style="bold"), align="left", style="dim"))
        for index, group in enumerate(by_speaker(extraction)):
            style = _STYLES[index % len(_STYLES)] if group.speaker else "dim"
            console.print(_heading(group, style))
            console.print(Padding(_quotes(group), (0, 0, 1, 2)))
        if not extraction.quotes:
            console.print(Text("No quotations found.", style="dim"))
        for warning in extraction.warnings:
            where = f" (at {warning.span.start})" if warning.span else ""
            console.print(Text(f"warning: {visible(warning.message)}{where}", style="yellow"))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def _title(document: Document, extraction: Extraction) -> str:
    quotes, speakers = len(extraction.quotes), len(extraction.speakers)
    counts = (
        f"{quotes} quotation{'' if quotes == 1 else 's'}, {speakers} speaker{'' if speakers == 1 else 's'}"
    )
    return " · ".join(part for part in (one_line(document.id), counts) if part)


def _heading(group: SpeakerQuotes, style: str) -> Text:
    if group.speaker is None:
        return Text("(speaker not found)", style=style)
    heading = Text(speaker_name(group.speaker), style=f"bold {style}")
    heading.append(f"  {group.speaker.type.value}", style="dim")
    return heading


def _quotes(group: SpeakerQuotes) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, expand=True)
    table.add_column("kind", no_wrap=True, style="dim", width=8)
    table.add_column("content", ratio=2, overflow="fold")
    table.add_column("attribution", ratio=1, overflow="fold", style="dim")
    table.add_column("confidence", justify="right", no_wrap=True, width=4)
    for quote in group.quotes:
        table.add_row(
            quote.kind.value, Text(content_line(quote)), Text(_attribution(quote)), f"{quote.confidence:.0%}"
        )
    return table


def _attribution(quote: Quote) -> str:
    """Return the article's own words for who said it, in the article's order."""
    found = sorted(
        (span for span in (quote.speaker_mention, quote.cue, quote.channel) if span is not None),
        key=_start,
    )
    return " · ".join(one_line(span.text) for span in found)


def _start(span: Span) -> int:
    return span.start
