"""A run of the suite: gold and an extractor in, what each perturbation costs out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from inquit.evaluation import signature as signatures
from inquit.evaluation.bootstrap import differences, intervals
from inquit.evaluation.counts import count
from inquit.evaluation.gold import GoldDocument
from inquit.evaluation.measures import MEASURES, Measure, Value
from inquit.evaluation.perturbations.catalogue import PERTURBATIONS, Perturbation
from inquit.evaluation.perturbations.edits import EditedText
from inquit.evaluation.perturbations.losses import Loss, LossReport, Outcome
from inquit.evaluation.perturbations.mapped_gold import mapped_gold, restored_names, with_plain_edges
from inquit.evaluation.perturbations.page import page_of
from inquit.evaluation.predictions import PredictedDocument
from inquit.evaluation.report import METRIC, Reader, distinct_gold, model_name, read_all

__all__ = ["SHOWN", "perturb"]

_SUITE = "perturbations/1"
_PLACES = "speaker.lenient_by_place"


def _named(group: str, name: str) -> Measure:
    return next(measure for measure in MEASURES if (measure.group, measure.name) == (group, name))


_END_TO_END = _named("end_to_end", "f1")


def _by_place(counts: Mapping[str, float]) -> Value | None:
    return _END_TO_END.value({**counts, "speaker.lenient": counts.get(_PLACES, 0)})


SHOWN = (
    _named("quoted_strings", "f1"),
    _named("speaker", "named_strict"),
    _named("speaker", "named_lenient"),
    _END_TO_END,
    Measure("end_to_end", "f1_by_place", _by_place),
    _named("spans", "source_f1"),
    _named("spans", "cue_f1"),
    _named("spans", "content_f1"),
)
"""What a run measures; `f1_by_place` forgives names that the perturbation itself misspelled."""


def perturb(
    gold_path: str | os.PathLike[str],
    extractor: Reader,
    perturbations: Sequence[Perturbation] = tuple(PERTURBATIONS.values()),
    *,
    samples: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> LossReport:
    """Score an extractor on a gold file as it is and under each perturbation.

    `seed` holds for the perturbations and the bootstrap. `progress` is called with the number of
    texts read and their total. Raise DataError where the file cannot be read.
    """
    path = Path(gold_path)
    gold = distinct_gold(path)
    done, total = 0, len(gold) * (1 + len(perturbations))

    def tell(read: int, _: int) -> None:
        if progress is not None:
            progress(done + read, total)

    plain = read_all(extractor, gold, tell)
    pages = [page_of(document) for document in gold]
    unedited = [EditedText(document.text, ()) for document in gold]
    before = _counts(gold, unedited, plain)
    outcomes = []
    for perturbation in perturbations:
        done += len(gold)
        edited = [
            perturbation(page, seed=seed, document_id=document.id)
            for page, document in zip(pages, gold, strict=True)
        ]
        mapped = list(map(mapped_gold, gold, edited))
        # A text that stays as it is is not read again.
        changed = [one for one, text in zip(mapped, edited, strict=True) if text.text != text.original]
        predicted = {**plain, **read_all(extractor, changed, tell)}
        after = _counts(gold, edited, predicted, mapped)
        outcomes.append(
            Outcome(perturbation, len(changed), _losses(before, after, samples=samples, seed=seed))
        )
    return LossReport(
        signatures.Signature(
            data=path.name,
            data_sha256=signatures.file_sha256(path),
            data_rows=len(gold),
            metric=f"{METRIC}, {_SUITE}",
            model=model_name(extractor.info),
            model_sha256=extractor.info.sha256,
            code=signatures.code_version(),
            samples=samples,
            seed=seed,
            machine=signatures.machine(),
        ),
        _losses(before, before, samples=samples, seed=seed),
        tuple(outcomes),
    )


def _counts(
    gold: Sequence[GoldDocument],
    edited: Sequence[EditedText],
    predicted: Mapping[str, PredictedDocument],
    mapped: Sequence[GoldDocument] | None = None,
) -> list[Counter[str]]:
    """Count each document twice: names as they are spelled now, and as they were."""
    found = []
    for document, text, moved in zip(gold, edited, mapped or gold, strict=True):
        prediction = predicted.get(document.id, PredictedDocument(document.id))
        counts = count(with_plain_edges(moved), prediction).counts
        kept = count(mapped_gold(document, text, respell=False), restored_names(prediction, text))
        counts[_PLACES] = kept.counts["speaker.lenient"]
        found.append(counts)
    return found


def _losses(
    before: Sequence[Counter[str]], after: Sequence[Counter[str]], *, samples: int, seed: int
) -> tuple[Loss, ...]:
    measures = [measure for measure in SHOWN if measure.value(_sum(before)) is not None]
    ranges = intervals(after, samples=samples, seed=seed, measures=measures)
    gaps = differences(before, after, samples=samples, seed=seed, measures=measures)
    losses = []
    for measure in measures:
        old, new = measure.value(_sum(before)), measure.value(_sum(after))
        if old is None or new is None:
            continue
        low, high = ranges.get(measure, (None, None))
        least, most = gaps.get(measure, (None, None))
        losses.append(
            Loss(
                group=measure.group,
                name=measure.name,
                value=new.percent,
                low=low,
                high=high,
                loss=old.percent - new.percent,
                loss_low=None if most is None else -most,
                loss_high=None if least is None else -least,
                total=int(new.total),
            )
        )
    return tuple(losses)


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for document in counts:
        sums.update(document)
    return sums
