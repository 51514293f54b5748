"""The measures: named ratios of the counts in `inquit.evaluation.counts`, in percent.

quoted_strings   strings in quotation marks that are somebody's words: found, and rightly
                 bounded; `rejected` is the share of the strings that are not speech left out
mention          the speaker mention of a quoted string overlaps the annotated source
speaker          the resolved speaker of all quoted strings that have one; `strict` wants the
                 same name, `lenient` all words of one in the other; a string not found is wrong;
                 `type` is whether those found have a speaker of the right type
type             the same, among the found strings whose speaker is of each type
end_to_end       quoted strings found with a leniently right speaker
spans            exact spans by role, all kinds of quotation together
direct, mixed,   quotations of one kind: by overlap of content; by exact spans (`content_f1`, ...);
indirect         `kind`, `mention` and `speaker_type` of those found; the speaker of all, one that
                 is not found being wrong; found together with a leniently right speaker
                 (`end_to_end_f1`); what has a cue, and what has none. See `inquit.evaluation.kinds`
channel          channels of the quotations that were listed for it and found; right is a span
                 that shares half of the longer one with the gold, `exact_f1` wants the same span
slice_…          named speakers of quoted strings, as in `speaker`, by what makes them hard: the
                 kinds are told in `inquit.evaluation.slices`
confidence,      calibration over the quoted strings returned: the expected calibration error in
speaker_         10 bins of equal width (`error`) or equal mass (`error_mass`) and the Brier score,
confidence       all times 100; `unnamed` is the share of strings returned without a speaker, which
                 are no part of the other figures
least_0.9        what is left with a `confidence` of at least 0.9: `speech` counts strings that are
                 speech, `speaker` those that have the leniently right speaker too
least_both_0.9   the same with both confidences at least 0.9
fiction          rows whose entities are characters: quotations found, and the speaker of all of
                 them right by any alias, a quotation that is not found being wrong; the same by
                 how the text names the speaker; `speaker_of_found` leaves out those not found
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inquit.evaluation.calibration import MILLION, error
from inquit.evaluation.exact import ROLES
from inquit.evaluation.fiction import QUOTE_TYPES
from inquit.evaluation.kinds import CUES
from inquit.evaluation.slices import SLICES
from inquit.types import QuoteKind, SpeakerType

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
        _matched_f1("spans", f"{role}_f1", f"spans.{role}"),
    ]


def _matched_f1(group: str, name: str, prefix: str) -> Measure:
    right, predicted, gold, found = (f"{prefix}.{part}" for part in ("right", "predicted", "gold", "found"))
    return _f1(group, name, right=right, predicted=predicted, gold=gold, found=found)


def _kind_measures(kind: QuoteKind) -> list[Measure]:
    def for_gold(measure: Measure) -> Measure:
        """Judge answers only where the gold has the kind: fiction may list direct quotations alone."""

        def value(counts: Counts) -> Value | None:
            return measure.value(counts) if counts.get(f"{kind}.gold") else None

        return Measure(measure.group, measure.name, value)

    return [
        for_gold(_rate(kind, "precision", f"{kind}.right", f"{kind}.predicted")),
        _rate(kind, "recall", f"{kind}.found", f"{kind}.gold"),
        _matched_f1(kind, "f1", kind),
        _rate(kind, "kind", f"{kind}.same_kind", f"{kind}.found"),
        *(_matched_f1(kind, f"{role}_f1", f"{kind}.{role}") for role in ROLES),
        _rate(kind, "mention", f"{kind}.mention_right", f"{kind}.mentions"),
        _rate(kind, "speaker_strict", f"{kind}.strict", f"{kind}.speakers"),
        _rate(kind, "speaker_lenient", f"{kind}.lenient", f"{kind}.speakers"),
        _rate(kind, "speaker_type", f"{kind}.type_right", f"{kind}.typed"),
        _f1(
            kind,
            "end_to_end_f1",
            right=f"{kind}.answers_right",
            predicted=f"{kind}.answers",
            gold=f"{kind}.speakers",
            found=f"{kind}.lenient",
        ),
        *(measure for part in CUES for measure in _cue_measures(kind, part)),
    ]


def _cue_measures(kind: QuoteKind, part: str) -> list[Measure]:
    prefix = f"{kind}.{part}"
    return [
        _rate(kind, f"recall_{part}", f"{prefix}.found", f"{prefix}.gold"),
        _matched_f1(kind, f"f1_{part}", prefix),
        _matched_f1(kind, f"content_f1_{part}", f"{prefix}.content"),
    ]


def _channel_measures() -> list[Measure]:
    right, exact, predicted, gold = (f"channel.{part}" for part in ("right", "exact", "predicted", "gold"))
    return [
        _rate("channel", "found", "channel.found", "channel.listed"),
        _rate("channel", "precision", right, predicted),
        _rate("channel", "recall", right, gold),
        _f1("channel", "f1", right=right, predicted=predicted, gold=gold),
        _f1("channel", "exact_f1", right=exact, predicted=predicted, gold=gold),
    ]


def _slice_measures(name: str) -> list[Measure]:
    return [
        _rate(f"slice_{name}", how, f"slice.{name}_{how}", f"slice.{name}_strings")
        for how in ("strict", "lenient")
    ]


def _calibration_measures(what: str) -> list[Measure]:
    def error_of(binning: str) -> Callable[[Counts], Value | None]:
        def value(counts: Counts) -> Value | None:
            found = error(counts, what, binning)
            return None if found is None else Value(100 * found[0], None, found[1])

        return value

    def brier(counts: Counts) -> Value | None:
        cases = counts.get(f"{what}.cases", 0)
        return Value(100 * counts[f"{what}.brier"] / MILLION / cases, None, cases) if cases else None

    return [
        Measure(what, "error", error_of("width")),
        Measure(what, "error_mass", error_of("mass")),
        Measure(what, "brier", brier),
    ]


def _least_measures(group: str, kept: str) -> list[Measure]:
    return [
        _rate(group, "speech_precision", f"{kept}.speech", f"{kept}.strings"),
        _rate(group, "speech_recall", f"{kept}.speech", "strings.speech"),
        _rate(group, "speaker_precision", f"{kept}.right", f"{kept}.judged"),
        _rate(group, "speaker_recall", f"{kept}.right", "speaker.strings"),
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
    _rate("speaker", "type", "speaker.type_right", "speaker.typed"),
    *(_rate("type", kind, f"type.{kind}.right", f"type.{kind}.strings") for kind in SpeakerType),
    _f1(
        "end_to_end",
        "f1",
        right="speaker.lenient",
        predicted="strings.predicted",
        gold="strings.speech",
    ),
    *(measure for role in ROLES for measure in _span_measures(role)),
    *(measure for kind in QuoteKind for measure in _kind_measures(kind)),
    *_channel_measures(),
    *(measure for name in SLICES for measure in _slice_measures(name)),
    *(measure for what in ("confidence", "speaker_confidence") for measure in _calibration_measures(what)),
    _rate("speaker_confidence", "unnamed", "speaker_confidence.unnamed", "speaker_confidence.told"),
    *_least_measures("least_0.9", "kept.confidence"),
    *_least_measures("least_both_0.9", "kept.both"),
    _rate("fiction", "found", "fiction.found", "fiction.quotes"),
    _rate("fiction", "speaker", "fiction.all.right", "fiction.all.speakers"),
    _rate("fiction", "speaker_of_found", "fiction.all.right", "fiction.found_speakers"),
    *(
        _rate("fiction", f"speaker_{kind}", f"fiction.{kind}.right", f"fiction.{kind}.speakers")
        for kind in QUOTE_TYPES
    ),
)
"""In the order in which they are shown."""
