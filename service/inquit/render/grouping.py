"""Quotes grouped by who uttered them, and their content as one readable line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inquit.types import Extraction, Quote, Speaker

__all__ = ["SpeakerQuotes", "by_speaker", "content_line", "one_line", "speaker_name", "visible"]

_GAP = " … "
"""Between two content spans, where the article has its cue."""

# Overrides and isolates of direction: words would be shown in another order than they stand.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_UNSHOWABLE = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), *_TURNING} - {ord("\t"), ord("\n"), ord("\r")},
    "\N{REPLACEMENT CHARACTER}",
)


@dataclass(frozen=True, slots=True)
class SpeakerQuotes:
    """What one speaker said; `speaker` is None for the quotes that nobody could be found for."""

    speaker: Speaker | None
    quotes: tuple[Quote, ...]


def by_speaker(extraction: Extraction) -> tuple[SpeakerQuotes, ...]:
    """Group the quotes, speakers in their own order, the quotes without one last."""
    known = {speaker.id for speaker in extraction.speakers}
    groups = [
        SpeakerQuotes(speaker, tuple(q for q in extraction.quotes if q.speaker_id == speaker.id))
        for speaker in extraction.speakers
    ]
    groups.append(SpeakerQuotes(None, tuple(q for q in extraction.quotes if q.speaker_id not in known)))
    return tuple(group for group in groups if group.quotes)


def content_line(quote: Quote) -> str:
    """Join the content spans into one line; white space inside is folded for reading."""
    return _GAP.join(one_line(span.text) for span in quote.content)


def speaker_name(speaker: Speaker) -> str:
    """Return the name on one line; the writer of an article has none in it."""
    return one_line(speaker.name) or f"({speaker.type.value})"


def one_line(text: str) -> str:
    """Fold white space for reading."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Put U+FFFD for what must not reach a screen: control characters, turns of direction, lone surrogates.

    An article is not trusted: escape sequences in it could rewrite a terminal, and an override of
    direction show a quotation in another order than it stands in the text.
    The length is unchanged, so offsets stay true.
    """
    return text.translate(_UNSHOWABLE)
