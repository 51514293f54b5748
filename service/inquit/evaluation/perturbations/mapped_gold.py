"""Gold and predictions carried over from a text to its edited form and back."""

from __future__ import annotations

import re
from dataclasses import replace

from inquit.evaluation.gold import GoldDocument, GoldEntity, GoldMark, GoldQuote
from inquit.evaluation.perturbations.edits import EditedText
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets

__all__ = ["mapped_gold", "restored_names", "with_plain_edges"]

# The measures compare spans without the marks and blanks at their edges, but know the common ones only.
_PLAIN = str.maketrans(
    dict.fromkeys("«»„‚`‹›", '"')
    | dict.fromkeys("\t\u00a0\u00ad\u2003\u2009\u200b\u200e\u202f\u2060\ufeff", " ")
)


def mapped_gold(document: GoldDocument, edited: EditedText, *, respell: bool = True) -> GoldDocument:
    """Return the gold of the edited text: spans moved, and names as they are spelled there, if wanted.

    A name is what stands where it stood first; one that is not in the text stays as it is.
    """
    return _Mapping(document, edited, respell=respell).document()


def with_plain_edges(document: GoldDocument) -> GoldDocument:
    """Return a document to count with, in whose text all marks and blanks are ones that measures know."""
    return replace(document, text=document.text.translate(_PLAIN))


class _Mapping:
    """One document on its way."""

    def __init__(self, document: GoldDocument, edited: EditedText, *, respell: bool) -> None:
        self._document = document
        self._edited = edited
        self._respell = respell
        self._entities: dict[str, GoldEntity] = {}

    def document(self) -> GoldDocument:
        document = self._document
        channels = document.channels
        return replace(
            document,
            text=self._edited.text,
            quotes=tuple(map(self._quote, document.quotes)),
            marks=tuple(map(self._mark, document.marks)),
            set_aside=self._spans(document.set_aside),
            roles={role: frozenset(self._spans(spans)) for role, spans in document.roles.items()},
            entities=tuple(map(self._entity, document.entities)),
            channels=None
            if channels is None
            else tuple(
                channel._replace(
                    quote=self._edited.span(channel.quote),
                    channel=None if channel.channel is None else self._edited.span(channel.channel),
                )
                for channel in channels
            ),
        )

    def _spans(self, spans: tuple[Offsets, ...] | frozenset[Offsets]) -> tuple[Offsets, ...]:
        return tuple(map(self._edited.span, spans))

    def _quote(self, quote: GoldQuote) -> GoldQuote:
        return replace(
            quote,
            content=self._spans(quote.content),
            cue=self._spans(quote.cue),
            source=self._spans(quote.source),
            entities=tuple(map(self._entity, quote.entities)),
        )

    def _mark(self, mark: GoldMark) -> GoldMark:
        return replace(
            mark, span=self._edited.span(mark.span), entities=tuple(map(self._entity, mark.entities))
        )

    def _entity(self, entity: GoldEntity) -> GoldEntity:
        found = self._entities.get(entity.id)
        if found is None:
            found = self._entities[entity.id] = replace(
                entity,
                name=self._spelled(entity.name),
                aliases=frozenset(map(self._spelled, entity.aliases)),
                mentions=tuple(
                    mention._replace(span=self._edited.span(mention.span)) for mention in entity.mentions
                ),
            )
        return found

    def _spelled(self, name: str) -> str:
        place = _first_place(name, self._edited.original) if self._respell else None
        if place is None:
            return name
        start, end = self._edited.span(place)
        return self._edited.text[start:end]


def restored_names(predicted: PredictedDocument, edited: EditedText) -> PredictedDocument:
    """Return a prediction whose speakers are spelled as the original text spells them there.

    The right person under a name that the edits changed is the right person. The name's own places
    are looked at first, then the text; one that is nowhere stays as it is.
    """
    return replace(predicted, quotes=tuple(_restored(quote, edited) for quote in predicted.quotes))


def _restored(quote: PredictedQuote, edited: EditedText) -> PredictedQuote:
    if not quote.speaker:
        return quote
    for start, end in (*quote.speaker_mentions, Offsets(0, len(edited.text))):
        place = _first_place(quote.speaker, edited.text[start:end])
        if place is not None:
            found = edited.original_span(Offsets(start + place.start, start + place.end))
            return replace(quote, speaker=edited.original[found.start : found.end])
    return quote


def _first_place(name: str, text: str) -> Offsets | None:
    """Return where a name stands first, whatever blanks part its words; None for nowhere."""
    if not name.strip():
        return None
    words = r"\s+".join(map(re.escape, name.split()))
    place = re.search(rf"(?<!\w){words}(?!\w)", text) or re.search(words, text)
    return None if place is None else Offsets(*place.span())
