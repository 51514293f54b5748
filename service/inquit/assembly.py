"""From resolved drafts to the result: spans with their text, speakers, warnings, offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inquit.model.config import ModelConfig
from inquit.model.decoding import DocumentReading
from inquit.model.encoding import EncodedText
from inquit.resolve.entities import Entity
from inquit.resolve.resolver import Resolution
from inquit.text.offsets import Offsets
from inquit.text.readable import Readable
from inquit.text.segments import Segment
from inquit.types import (
    Document,
    Extraction,
    ExtractOptions,
    Quote,
    Span,
    Speaker,
    TextWarning,
    WarningCode,
)

__all__ = ["assemble"]

_BROKEN = re.compile("[\x00\ufffd\ud800-\udfff]")
_MOST_WARNINGS = 100
_UNNAMED_AUTHOR = "AUTHOR"


def assemble(
    document: Document,
    options: ExtractOptions,
    reading: DocumentReading,
    resolution: Resolution,
    config: ModelConfig,
    *,
    readable: Readable,
) -> Extraction:
    """Build the result for the kinds, confidence and offset encoding asked for.

    The reading and its resolution are of its text as it is `readable`; the result is of the document's own text.
    """
    spans = _Spans(document.text, readable, options)
    kept = []
    for draft, attribution in zip(reading.drafts, resolution.attributions, strict=True):
        confidence = _probability(config.quote_calibration(draft.confidence))
        speaker = 0.0
        if attribution.entity is not None:
            speaker = _probability(config.speaker_calibration(attribution.confidence))
        if draft.kind in options.kinds and min(confidence, speaker) >= options.min_confidence:
            kept.append((draft, attribution, confidence, speaker))
    ids: dict[int, str] = {}
    speakers: list[Speaker] = []
    quotes = []
    for draft, attribution, confidence, speaker in kept:
        entity = attribution.entity
        if entity is not None and id(entity) not in ids:
            ids[id(entity)] = f"S{len(ids) + 1}"
            speakers.append(_speaker(ids[id(entity)], entity, readable, spans))
        quotes.append(
            Quote(
                kind=draft.kind,
                content=spans.all(draft.content),
                verbatim=spans.all(draft.verbatim),
                cue=spans.maybe(draft.cue),
                speaker_mention=spans.maybe(attribution.mention),
                speaker_id=ids[id(entity)] if entity is not None else None,
                channel=spans.maybe(attribution.channel),
                confidence=confidence,
                speaker_confidence=speaker,
            )
        )
    return Extraction(
        document_id=document.id,
        quotes=tuple(quotes),
        speakers=tuple(speakers),
        offset_encoding=options.offset_encoding,
        warnings=tuple(_warnings(document.text, reading.encoded, spans)),
        model_version=config.version,
    )


class _Spans:
    """Makes spans of the caller's text, in the offset encoding asked for, from what was read."""

    def __init__(self, text: str, readable: Readable, options: ExtractOptions) -> None:
        self._text = text
        self._readable = readable
        self._offsets = Offsets(text, options.offset_encoding)

    def one(self, segment: Segment) -> Span:
        return self.own(self._readable.original(segment))

    def own(self, segment: Segment) -> Span:
        """Return a span of the caller's text as it is."""
        return Span(
            self._offsets(segment.start),
            self._offsets(segment.end),
            self._text[segment.start : segment.end],
        )

    def maybe(self, segment: Segment | None) -> Span | None:
        return None if segment is None else self.one(segment)

    def all(self, segments: Iterable[Segment]) -> tuple[Span, ...]:
        return tuple(self.one(s) for s in segments)


def _speaker(key: str, entity: Entity, readable: Readable, spans: _Spans) -> Speaker:
    mentions = set(entity.mentions)
    if entity.cluster is not None:
        mentions |= {Segment(n.start, n.end) for n in entity.cluster.names}
    name = _UNNAMED_AUTHOR if entity.name is None else readable.words(entity.name)
    return Speaker(key, name, entity.type, spans.all(sorted(mentions)))


def _probability(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


def _warnings(text: str, encoded: EncodedText, spans: _Spans) -> list[TextWarning]:
    found = [
        TextWarning(
            WarningCode.UNPAIRED_MARK,
            "a quotation mark without a partner; the likeliest reading was kept",
            spans.one(Segment(place, place + 1)),
        )
        for place in encoded.marks.unpaired[:_MOST_WARNINGS]
    ]
    broken = _BROKEN.search(text)
    if broken is not None:
        found.append(
            TextWarning(
                WarningCode.BROKEN_ENCODING,
                "the text holds characters that a wrong decoding leaves behind",
                spans.own(Segment(*broken.span())),
            )
        )
    return found
