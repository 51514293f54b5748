"""What is counted in one document; every measure is a ratio of sums of these counts.

Counts add up over documents, which is what makes the bootstrap cheap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from inquit.evaluation.channels import count_channels
from inquit.evaluation.exact import annotated, count_exact, returned
from inquit.evaluation.fiction import count_fiction
from inquit.evaluation.gold import GoldDocument, GoldMark
from inquit.evaluation.kept import JudgedString, count_kept
from inquit.evaluation.kinds import count_kinds
from inquit.evaluation.matching import best_string, overlap, trim
from inquit.evaluation.predictions import PredictedDocument
from inquit.evaluation.rows import Offsets
from inquit.evaluation.slices import slices_of
from inquit.evaluation.speakers import count_type, judge, told
from inquit.types import QuoteKind

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


def count(gold: GoldDocument, predicted: PredictedDocument) -> Tally:
    """Compare one prediction with its gold."""
    tally = Tally()
    for mark in gold.marks:
        _count_mark(tally, gold, mark, predicted)
    tally.counts["strings.predicted"] = tally.counts["strings.found"] + tally.counts["strings.kept"]
    _count_mentions(tally.counts, gold, predicted)
    count_exact(tally.counts, "spans", gold=annotated(gold), predicted=returned(gold.text, predicted.quotes))
    count_kinds(tally.counts, gold, predicted)
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
    holders = told(mark.entities) if mark.speech else []
    strict, lenient = judge(quote, holders)
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
        for kind in count_type(counts, "speaker", holders, quote):
            counts[f"type.{kind}.strings"] += 1
            counts[f"type.{kind}.right"] += quote.speaker_type == kind
    if not lenient:
        string = gold.text[mark.span.start : mark.span.end]
        speaker = None if quote is None else quote.speaker
        tally.misses.append(Miss(gold.id, string, speaker, tuple(entity.name for entity in holders)))


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
