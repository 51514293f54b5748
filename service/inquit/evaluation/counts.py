"""What is counted in one document; every measure is a ratio of sums of these counts.

Counts add up over documents, which is what makes the bootstrap cheap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from inquit.evaluation import names
from inquit.evaluation.gold import GoldDocument, GoldEntity, GoldMark, GoldQuote
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets
from inquit.types import QuoteKind

__all__ = ["Miss", "Tally", "count"]

_EDGES = "“”\"‘’' \n,."
_ENOUGH = 0.5
"""Share of a gold string or quotation that a prediction must cover to count as found."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A quoted string that did not get its speaker."""

    document_id: str
    string: str
    predicted: str | None
    """None where the string was not found or has no speaker."""
    gold: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """The counts of one document, and what went wrong in it."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)


def count(gold: GoldDocument, predicted: PredictedDocument) -> Tally:
    """Compare one prediction with its gold."""
    tally = Tally()
    for mark in gold.marks:
        _count_mark(tally, gold, mark, predicted)
    tally.counts["strings.predicted"] = tally.counts["strings.found"] + tally.counts["strings.kept"]
    _count_mentions(tally.counts, gold, predicted)
    _count_spans(tally.counts, "spans", gold.text, gold.roles, predicted.quotes)
    for kind in QuoteKind:
        _count_kind(tally.counts, kind, gold, predicted)
    return tally


def trim(text: str, span: Offsets) -> Offsets:
    """Drop quotation marks, spaces, commas and full stops from both edges."""
    start, end = span
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return Offsets(start, end)


def _overlap(first: Offsets, second: Offsets) -> int:
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def _count_mark(tally: Tally, gold: GoldDocument, mark: GoldMark, predicted: PredictedDocument) -> None:
    counts = tally.counts
    strings = [(span, quote) for quote in predicted.quotes for span in quote.verbatim]
    best = max(strings, key=lambda string: _overlap(string[0], mark.span), default=None)
    if best is not None and _overlap(best[0], mark.span) < _ENOUGH * (mark.span.end - mark.span.start):
        best = None
    if not mark.speech:
        counts["strings.not_speech"] += 1
        counts["strings.kept"] += best is not None
        return
    counts["strings.speech"] += 1
    if best is not None:
        counts["strings.found"] += 1
        counts["strings.exact"] += trim(gold.text, best[0]) == trim(gold.text, mark.span)
    holders = [entity for entity in mark.entities if entity.name]
    if not holders:
        return
    speaker = None if best is None else best[1].speaker
    strict, lenient = _judge(speaker, holders)
    counts["speaker.strings"] += 1
    counts["speaker.strict"] += strict
    counts["speaker.lenient"] += lenient
    if all(entity.named for entity in holders):
        counts["speaker.named_strings"] += 1
        counts["speaker.named_strict"] += strict
        counts["speaker.named_lenient"] += lenient
    if not lenient:
        string = gold.text[mark.span.start : mark.span.end]
        tally.misses.append(Miss(gold.id, string, speaker, tuple(entity.name for entity in holders)))


def _judge(speaker: str | None, holders: Iterable[GoldEntity]) -> tuple[bool, bool]:
    """Tell whether the speaker is one of the holders: strictly, leniently."""
    if not speaker:
        return False, False
    wanted = [entity.name for entity in holders]
    return any(names.agree(speaker, name) for name in wanted), any(
        names.contain(speaker, name) for name in wanted
    )


def _count_mentions(counts: Counter[str], gold: GoldDocument, predicted: PredictedDocument) -> None:
    strings = [(span, quote.mention) for quote in predicted.quotes for span in quote.verbatim]
    for quote in gold.quotes:
        if quote.kind is QuoteKind.INDIRECT or not quote.source:
            continue
        for content in quote.content:
            for string, mention in strings:
                if content.start <= (string.start + string.end) // 2 < content.end:
                    counts["mention.strings"] += 1
                    counts["mention.overlap"] += mention is not None and any(
                        _overlap(mention, source) for source in quote.source
                    )


def _count_spans(
    counts: Counter[str],
    prefix: str,
    text: str,
    gold: Mapping[str, Iterable[Offsets]],
    quotes: Sequence[PredictedQuote],
) -> None:
    found = {
        "content": [span for quote in quotes for span in quote.content],
        "cue": [span for quote in quotes for span in quote.cue],
        "source": [quote.mention for quote in quotes if quote.mention is not None],
    }
    for role, spans in found.items():
        predicted = {trim(text, span) for span in spans}
        wanted = {trim(text, span) for span in gold.get(role, ())}
        counts[f"{prefix}.{role}.right"] += len(predicted & wanted)
        counts[f"{prefix}.{role}.predicted"] += len(predicted)
        counts[f"{prefix}.{role}.gold"] += len(wanted)


def _count_kind(
    counts: Counter[str], kind: QuoteKind, gold: GoldDocument, predicted: PredictedDocument
) -> None:
    """Count quotations of one kind, matched by overlap; these need no judged strings."""
    quotes = [quote for quote in predicted.quotes if not _set_aside(quote.content, gold.set_aside)]
    for wanted in gold.quotes:
        if wanted.kind is not kind:
            continue
        counts[f"{kind}.gold"] += 1
        best = max(quotes, key=lambda quote: _covered(wanted.content, quote.content), default=None)
        if best is not None and _covered(wanted.content, best.content) < _ENOUGH:
            best = None
        counts[f"{kind}.found"] += best is not None
        _count_kind_speaker(counts, kind, wanted, best)
    for quote in quotes:
        if quote.kind is kind:
            counts[f"{kind}.predicted"] += 1
            counts[f"{kind}.right"] += any(
                _covered(quote.content, wanted.content) >= _ENOUGH for wanted in gold.quotes
            )


def _count_kind_speaker(
    counts: Counter[str], kind: QuoteKind, wanted: GoldQuote, best: PredictedQuote | None
) -> None:
    holders = [entity for entity in wanted.entities if entity.name]
    if holders:
        strict, lenient = _judge(None if best is None else best.speaker, holders)
        counts[f"{kind}.speakers"] += 1
        counts[f"{kind}.strict"] += strict
        counts[f"{kind}.lenient"] += lenient


def _covered(spans: Sequence[Offsets], others: Sequence[Offsets]) -> float:
    """Return the share of the spans' characters that the others cover."""
    length = sum(span.end - span.start for span in spans)
    shared = sum(_overlap(span, other) for span in spans for other in others)
    return shared / length if length else 0.0


def _set_aside(content: Sequence[Offsets], passages: Sequence[Offsets]) -> bool:
    return bool(passages) and _covered(content, passages) >= _ENOUGH
