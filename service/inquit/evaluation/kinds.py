"""Quotations of one kind: direct, mixed or indirect, and of these those with and without a cue.

Texts in which no cue is annotated tell nothing of what has one.

What was returned as of a kind is compared with the gold of all kinds, and the gold of a kind with
all that was returned: whether a quotation has the right kind is a figure of its own. A kind of the
gold may be derived from its marks by a pattern that does not know every mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from inquit.evaluation.exact import count_exact, listed, returned
from inquit.evaluation.gold import GoldDocument, GoldQuote
from inquit.evaluation.matching import ENOUGH, best_quote, covered, overlap
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets
from inquit.evaluation.speakers import count_type, judge, told
from inquit.types import QuoteKind

__all__ = ["CUES", "count_kinds"]

CUES = ("with_cue", "without_cue")
"""The parts of a kind: each side's quotations by whether they have a cue themselves."""


def count_kinds(counts: Counter[str], gold: GoldDocument, predicted: PredictedDocument) -> None:
    """Count quotations by kind, matched by overlap and by exact spans; these need no judged strings."""
    if not gold.quotes and any(gold.roles.values()):
        return  # role spans without quotations tell no kinds
    quotes = [quote for quote in predicted.quotes if not _set_aside(quote.content, gold.set_aside)]
    cues = bool(gold.roles.get("cue"))
    for wanted in gold.quotes:
        _count_wanted(counts, wanted, best_quote(wanted.content, quotes), _prefixes(wanted, cues=cues))
    for quote in quotes:
        _count_returned(counts, quote, gold, _prefixes(quote, cues=cues))
    everything = {"all_gold": listed(gold.text, gold.quotes), "all_predicted": returned(gold.text, quotes)}
    for prefix in (name for kind in QuoteKind for name in (kind, *(f"{kind}.{part}" for part in CUES))):
        count_exact(
            counts,
            prefix,
            gold=listed(gold.text, (quote for quote in gold.quotes if prefix in _prefixes(quote, cues=cues))),
            predicted=returned(
                gold.text, (quote for quote in quotes if prefix in _prefixes(quote, cues=cues))
            ),
            **everything,
        )


def _prefixes(quote: GoldQuote | PredictedQuote, *, cues: bool) -> tuple[str, ...]:
    return (quote.kind, f"{quote.kind}.{CUES[0 if quote.cue else 1]}") if cues else (quote.kind,)


def _count_wanted(
    counts: Counter[str], wanted: GoldQuote, best: PredictedQuote | None, prefixes: Iterable[str]
) -> None:
    for prefix in prefixes:
        counts[f"{prefix}.gold"] += 1
        counts[f"{prefix}.found"] += best is not None
    kind = wanted.kind
    if best is not None:
        counts[f"{kind}.same_kind"] += best.kind is kind
        if wanted.source:
            counts[f"{kind}.mentions"] += 1
            counts[f"{kind}.mention_right"] += best.mention is not None and any(
                overlap(best.mention, source) for source in wanted.source
            )
    holders = told(wanted.entities)
    if holders:
        strict, lenient = judge(best, holders)
        counts[f"{kind}.speakers"] += 1
        counts[f"{kind}.strict"] += strict
        counts[f"{kind}.lenient"] += lenient
        if best is not None:
            count_type(counts, kind, holders, best)


def _count_returned(
    counts: Counter[str], quote: PredictedQuote, gold: GoldDocument, prefixes: Iterable[str]
) -> None:
    covers = list(_covering(quote, gold.quotes))
    for prefix in prefixes:
        counts[f"{prefix}.predicted"] += 1
        counts[f"{prefix}.right"] += bool(covers)
    holders = [told(wanted.entities) for wanted in covers]
    # Where nobody can tell who speaks, there is nothing to be right about.
    if gold.entities and (not covers or any(holders)):
        counts[f"{quote.kind}.answers"] += 1
        counts[f"{quote.kind}.answers_right"] += any(judge(quote, some)[1] for some in holders)


def _covering(quote: PredictedQuote, quotes: Sequence[GoldQuote]) -> Iterator[GoldQuote]:
    return (wanted for wanted in quotes if covered(quote.content, wanted.content) >= ENOUGH)


def _set_aside(content: Sequence[Offsets], passages: Sequence[Offsets]) -> bool:
    return bool(passages) and covered(content, passages) >= ENOUGH
