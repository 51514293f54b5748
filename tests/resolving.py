"""Texts resolved by their quotations, each given by its words and those of its mention."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inquit.model.drafts import DraftQuote
from inquit.model.weighting import Weights
from inquit.resolve.antecedents import Antecedents, NoAntecedents
from inquit.resolve.resolver import Resolution, resolve
from inquit.text.segments import Segment, paragraphs, sentences
from inquit.types import QuoteKind, SpeakerType

__all__ = ["Quoted", "draft_of", "named", "resolved"]

_CUE = re.compile(r"\b(?:said|added|told|wrote)\b")


@dataclass(frozen=True)
class Quoted:
    """A quotation; of the places that have the words of its mention, the nearest is meant."""

    content: str
    mention: str | None = None
    follows: bool = False


def draft_of(text: str, quote: Quoted) -> DraftQuote:
    """Return the draft that a model would make of a quotation."""
    start = text.index(quote.content)
    content = Segment(start, start + len(quote.content))
    mention = None if quote.mention is None else _nearest(text, re.escape(quote.mention), content)
    quoted = quote.content[0] == "“"
    return DraftQuote(
        kind=QuoteKind.DIRECT if quoted else QuoteKind.INDIRECT,
        content=(content,),
        verbatim=(Segment(content.start + 1, content.end - 1),) if quoted else (),
        cue=_nearest(text, _CUE.pattern, content) if quote.mention is not None else None,
        mention=mention,
        confidence=0.9,
        mention_confidence=0.9,
        follows_open=quote.follows,
    )


def resolved(
    text: str,
    quotes: Sequence[Quoted],
    model: Antecedents | None = None,
    weights: Weights | None = None,
) -> Resolution:
    """Resolve a text whose drafts are these quotations, by default with the model silent."""
    parts = paragraphs(text)
    return resolve(
        text,
        parts,
        [s for p in parts for s in sentences(text, p)],
        [draft_of(text, q) for q in quotes],
        model or NoAntecedents(),
        weights=weights,
    )


def named(text: str, resolution: Resolution) -> list[tuple[str, SpeakerType] | None]:
    """Return name and type of each speaker; the name of an author whom the text does not name is empty."""
    return [
        None
        if a.entity is None
        else ("" if a.entity.name is None else text[a.entity.name.start : a.entity.name.end], a.entity.type)
        for a in resolution.attributions
    ]


def _nearest(text: str, pattern: str, content: Segment) -> Segment | None:
    """Return the place outside of a quotation that is nearest to it."""
    outside = [
        Segment(*m.span())
        for m in re.finditer(pattern, text)
        if m.end() <= content.start or m.start() >= content.end
    ]
    return min(outside, key=lambda s: max(content.start - s.end, s.start - content.end), default=None)
