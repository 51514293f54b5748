"""What is counted in one document; every measure is a ratio of sums of these counts.

Counts add up over documents, which is what makes the bootstrap cheap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from inquit.evaluation import names
from inquit.evaluation.channels import count_channels
from inquit.evaluation.fiction import count_fiction
from inquit.evaluation.gold import GoldDocument, GoldEntity, GoldMark, GoldQuote
from inquit.evaluation.kept import JudgedString, count_kept
from inquit.evaluation.matching import ENOUGH, best_quote, best_string, covered, overlap, trim
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets
from inquit.evaluation.slices import slices_of
from inquit.types import QuoteKind, SpeakerType

__all__ = ["Miss", "Tally", "count"]


@dataclass(frozen=True, slots=True)
class Miss:
    """A quoted string, or a quotation of fiction, that did not get its speaker."""

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
    judged: list[JudgedString] = field(default_factory=list)
    """The predicted strings that stand for a string of the gold and have a confidence."""


_ROLES = ("content", "cue", "source")


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
    count_kept(tally.counts, tally.judged)
    count_channels(tally.counts, gold, predicted)
    if gold.fiction:
        tally.misses += [
            Miss(gold.id, _words(gold.text, quote.content), speaker, tuple(e.name for e in quote.entities))
            for quote, speaker in count_fiction(tally.counts, gold, predicted)
        ]
    return tally


def _words(text: str, content: Iterable[Offsets]) -> str:
    return " … ".join(text[span.start : span.end] for span in content)


def _count_mark(tally: Tally, gold: GoldDocument, mark: GoldMark, predicted: PredictedDocument) -> None:
    counts = tally.counts
    best = best_string(mark.span, predicted)
    quote = None if best is None else best[1]
    holders = [entity for entity in mark.entities if entity.name] if mark.speech else []
    strict, lenient = _judge(None if quote is None else quote.speaker, holders)
    if quote is not None and quote.confidence is not None:
        tally.judged.append(
            JudgedString(
                confidence=quote.confidence,
                speaker_confidence=quote.speaker_confidence,
                speech=mark.speech,
                told=bool(holders),
                named=bool(quote.speaker),
                right=lenient,
            )
        )
    if not mark.speech:
        counts["strings.not_speech"] += 1
        counts["strings.kept"] += best is not None
        return
    counts["strings.speech"] += 1
    if best is not None:
        counts["strings.found"] += 1
        counts["strings.exact"] += trim(gold.text, best[0]) == trim(gold.text, mark.span)
    if not holders:
        return
    counts["speaker.strings"] += 1
    counts["speaker.strict"] += strict
    counts["speaker.lenient"] += lenient
    if all(entity.named for entity in holders):
        for prefix in ("speaker.named", *(f"slice.{name}" for name in slices_of(mark, gold))):
            counts[f"{prefix}_strings"] += 1
            counts[f"{prefix}_strict"] += strict
            counts[f"{prefix}_lenient"] += lenient
    if quote is not None:
        for kind in _count_type(counts, "speaker", holders, quote):
            counts[f"type.{kind}.strings"] += 1
            counts[f"type.{kind}.right"] += quote.speaker_type == kind
    if not lenient:
        string = gold.text[mark.span.start : mark.span.end]
        speaker = None if quote is None else quote.speaker
        tally.misses.append(Miss(gold.id, string, speaker, tuple(entity.name for entity in holders)))


def _count_type(
    counts: Counter[str], prefix: str, holders: Iterable[GoldEntity], quote: PredictedQuote
) -> set[SpeakerType]:
    """Count whether a found quotation has a speaker of the right type; return the types that are right."""
    types = {kind for holder in holders if (kind := holder.speaker_type) is not None}
    counts[f"{prefix}.typed"] += bool(types)
    counts[f"{prefix}.type_right"] += quote.speaker_type in types
    return types


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
                        overlap(mention, source) for source in quote.source
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
    """Count quotations of one kind, matched by overlap and by exact spans; these need no judged strings."""
    if not gold.quotes and any(gold.roles.values()):
        return  # role spans without quotations tell no kinds
    quotes = [quote for quote in predicted.quotes if not _set_aside(quote.content, gold.set_aside)]
    for wanted in gold.quotes:
        if wanted.kind is not kind:
            continue
        counts[f"{kind}.gold"] += 1
        best = best_quote(wanted.content, quotes)
        counts[f"{kind}.found"] += best is not None
        if not wanted.cue:
            counts[f"{kind}.without_cue"] += 1
            counts[f"{kind}.without_cue_found"] += best is not None
        _count_kind_speaker(counts, kind, wanted, best)
    _count_kind_spans(counts, kind, gold, quotes)
    for quote in quotes:
        if quote.kind is kind:
            counts[f"{kind}.predicted"] += 1
            counts[f"{kind}.right"] += any(
                covered(quote.content, wanted.content) >= ENOUGH for wanted in gold.quotes
            )


def _count_kind_spans(
    counts: Counter[str], kind: QuoteKind, gold: GoldDocument, quotes: Sequence[PredictedQuote]
) -> None:
    """Count exact spans by role, of the quotations of one kind on both sides."""
    own = [quote for quote in gold.quotes if quote.kind is kind]
    roles = {role: frozenset(span for q in own for span in getattr(q, role)) for role in _ROLES}
    _count_spans(counts, kind, gold.text, roles, [quote for quote in quotes if quote.kind is kind])


def _count_kind_speaker(
    counts: Counter[str], kind: QuoteKind, wanted: GoldQuote, best: PredictedQuote | None
) -> None:
    holders = [entity for entity in wanted.entities if entity.name]
    if holders:
        strict, lenient = _judge(None if best is None else best.speaker, holders)
        counts[f"{kind}.speakers"] += 1
        counts[f"{kind}.strict"] += strict
        counts[f"{kind}.lenient"] += lenient
        if best is not None:
            _count_type(counts, kind, holders, best)


def _set_aside(content: Sequence[Offsets], passages: Sequence[Offsets]) -> bool:
    return bool(passages) and covered(content, passages) >= ENOUGH
