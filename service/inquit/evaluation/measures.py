"""The measures: named ratios of the counts in `inquit.evaluation.counts`, in percent.

quoted_strings   strings in quotation marks that are somebody's words: found, and rightly
                 bounded; `rejected` is the share of the strings that are not speech left out
mention          the speaker mention of a quoted string overlaps the annotated source
speaker          the resolved speaker of all quoted strings that have one; `strict` wants the
                 same name, `lenient` all words of one in the other; a string not found is wrong
end_to_end       quoted strings found with a leniently right speaker
spans            exact spans by role, all kinds of quotation together
direct, mixed,   quotations of one kind by overlap of content, and their speakers
indirect
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inquit.types import QuoteKind

__all__ = ["MEASURES", "Measure", "Value"]

Counts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Value:
    """A measure over some documents."""

    percent: float
    hits: float | None
    """The numerator; None for F1, which has none."""
    total: float
    """The number of cases judged."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named way from counts to a value, None where there is nothing to judge."""

    group: str
    name: str
    value: Callable[[Counts], Value | None]


def _rate(group: str, name: str, hits: str, total: str) -> Measure:
    def value(counts: Counts) -> Value | None:
        among = counts.get(total, 0)
        return Value(100 * counts.get(hits, 0) / among, counts.get(hits, 0), among) if among else None

    return Measure(group, name, value)


def _complement(group: str, name: str, kept: str, total: str) -> Measure:
    def value(counts: Counts) -> Value | None:
        among = counts.get(total, 0)
        left = among - counts.get(kept, 0)
        return Value(100 * left / among, left, among) if among else None

    return Measure(group, name, value)


def _f1(group: str, name: str, *, right: str, predicted: str, gold: str, found: str | None = None) -> Measure:
    """Make an F1; `found` is recall's numerator where it differs from precision's."""

    def value(counts: Counts) -> Value | None:
        among = counts.get(gold, 0)
        if not among:
            return None
        precision = counts.get(right, 0) / counts[predicted] if counts.get(predicted) else 0.0
        recall = counts.get(found or right, 0) / among
        both = precision + recall
        return Value(200 * precision * recall / both if both else 0.0, None, among)

    return Measure(group, name, value)


def _span_measures(role: str) -> list[Measure]:
    right, predicted, gold = (f"spans.{role}.{part}" for part in ("right", "predicted", "gold"))
    return [
        _rate("spans", f"{role}_precision", right, predicted),
        _rate("spans", f"{role}_recall", right, gold),
        _f1("spans", f"{role}_f1", right=right, predicted=predicted, gold=gold),
    ]


def _kind_measures(kind: QuoteKind) -> list[Measure]:
    return [
        _rate(kind, "precision", f"{kind}.right", f"{kind}.predicted"),
        _rate(kind, "recall", f"{kind}.found", f"{kind}.gold"),
        _f1(
            kind,
            "f1",
            right=f"{kind}.right",
            predicted=f"{kind}.predicted",
            gold=f"{kind}.gold",
            found=f"{kind}.found",
        ),
        _rate(kind, "speaker_strict", f"{kind}.strict", f"{kind}.speakers"),
        _rate(kind, "speaker_lenient", f"{kind}.lenient", f"{kind}.speakers"),
    ]


MEASURES: tuple[Measure, ...] = (
    _rate("quoted_strings", "precision", "strings.found", "strings.predicted"),
    _rate("quoted_strings", "recall", "strings.found", "strings.speech"),
    _f1(
        "quoted_strings",
        "f1",
        right="strings.found",
        predicted="strings.predicted",
        gold="strings.speech",
    ),
    _complement("quoted_strings", "rejected", "strings.kept", "strings.not_speech"),
    _rate("quoted_strings", "exact_boundary", "strings.exact", "strings.found"),
    _rate("mention", "overlap", "mention.overlap", "mention.strings"),
    _rate("speaker", "strict", "speaker.strict", "speaker.strings"),
    _rate("speaker", "lenient", "speaker.lenient", "speaker.strings"),
    _rate("speaker", "named_strict", "speaker.named_strict", "speaker.named_strings"),
    _rate("speaker", "named_lenient", "speaker.named_lenient", "speaker.named_strings"),
    _f1(
        "end_to_end",
        "f1",
        right="speaker.lenient",
        predicted="strings.predicted",
        gold="strings.speech",
    ),
    *(measure for role in ("source", "cue", "content") for measure in _span_measures(role)),
    *(measure for kind in QuoteKind for measure in _kind_measures(kind)),
)
"""In the order in which they are shown."""
