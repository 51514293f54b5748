"""A whole evaluation: gold and an extractor or its answers in, figures with a signature out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from inquit.errors import DataError
from inquit.evaluation import signature as signatures
from inquit.evaluation.bootstrap import intervals
from inquit.evaluation.calibration import Reliability, count_calibration, reliabilities
from inquit.evaluation.channels import with_channels
from inquit.evaluation.counts import Miss, count
from inquit.evaluation.gold import GoldDocument, read_gold
from inquit.evaluation.kept import CURVES, Point, curve
from inquit.evaluation.measures import MEASURES
from inquit.evaluation.predictions import PredictedDocument, from_extraction, read_predictions
from inquit.evaluation.signature import Signature
from inquit.types import Document, Extraction, ExtractOptions, QuoteKind

__all__ = [
    "METRIC",
    "Figure",
    "ModelIdentity",
    "Reader",
    "Report",
    "Scores",
    "distinct_gold",
    "evaluate",
    "model_name",
    "read_all",
    "score",
]

METRIC = "inquit-quotes/1 (found at 50 % overlap; kinds direct, mixed, indirect)"


class ModelIdentity(Protocol):
    """What a signature says about a model."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def version(self) -> str:
        """The model's version."""

    @property
    def sha256(self) -> str:
        """The hash of its weights in hex."""

    @property
    def device(self) -> str:
        """Where it ran."""

    @property
    def dtype(self) -> str:
        """In which precision it ran."""


class Reader(Protocol):
    """The part of an extractor that an evaluation needs."""

    @property
    def info(self) -> ModelIdentity:
        """The model that reads."""

    def extract_many(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Extraction]:
        """Yield one extraction a document, in the same order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with its 95 % interval, in percent."""

    group: str
    name: str
    value: float
    low: float | None
    """None without a bootstrap."""
    high: float | None
    hits: int | None
    """None for F1, which is no share of anything."""
    total: int

    def as_dict(self) -> dict[str, float | int | None]:
        """Return the numbers by name, percentages to two places."""
        return {
            "value": round(self.value, 2),
            "low": None if self.low is None else round(self.low, 2),
            "high": None if self.high is None else round(self.high, 2),
            "hits": self.hits,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one set of predictions, in the order of `measures.MEASURES`."""

    figures: tuple[Figure, ...]
    misses: tuple[Miss, ...]
    """Strings and quotations without their speaker: text of the documents, for eyes only."""
    reliability: Mapping[str, Reliability] = field(default_factory=dict)
    """Of `confidence` and `speaker_confidence`, where strings were judged."""
    curves: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """What a least `confidence` keeps, and one that asks it of `both` confidences."""

    def value(self, group: str, name: str) -> float:
        """Return one figure in percent; raise KeyError where it could not be measured."""
        for figure in self.figures:
            if (figure.group, figure.name) == (group, name):
                return figure.value
        raise KeyError(f"{group}.{name}")

    def as_dict(self) -> dict[str, dict[str, dict[str, float | int | None]]]:
        """Return the figures as group, name, numbers."""
        groups: dict[str, dict[str, dict[str, float | int | None]]] = {}
        for figure in self.figures:
            groups.setdefault(figure.group, {})[figure.name] = figure.as_dict()
        return groups


@dataclass(frozen=True, slots=True)
class Report:
    """Scores and what they were measured with."""

    signature: Signature
    scores: Scores
    unanswered: int
    """Gold documents without a prediction; they count as read without a find."""

    def as_dict(self) -> dict[str, Any]:
        """Return signature, figures, calibration and curves, ready for JSON."""
        return {
            "signature": self.signature.as_dict(),
            "unanswered": self.unanswered,
            "figures": self.scores.as_dict(),
            "calibration": {name: value.as_dict() for name, value in self.scores.reliability.items()},
            "curves": {
                name: [point.as_dict() for point in points] for name, points in self.scores.curves.items()
            },
        }

    def table(self) -> str:
        """Return the figures as lines of text, the signature below."""
        rows = [("measure", "value", "95 % interval", "cases")]
        rows += [_cells(figure) for figure in self.scores.figures]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}"
            for row in rows
        ]
        if self.unanswered:
            lines.append(f"{self.unanswered} documents have no prediction and count as empty")
        return "\n".join([*lines, "", str(self.signature)])


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    interval = "" if figure.low is None or figure.high is None else f"{figure.low:.1f} to {figure.high:.1f}"
    cases = str(figure.total) if figure.hits is None else f"{figure.hits}/{figure.total}"
    return f"{figure.group} {figure.name}", f"{figure.value:.1f}", interval, cases


def score(
    gold: Sequence[GoldDocument],
    predicted: Mapping[str, PredictedDocument],
    *,
    samples: int = 0,
    seed: int = 0,
) -> Scores:
    """Score predictions in memory by document id; a missing one counts as empty."""
    tallies = [
        count(document, predicted.get(document.id, PredictedDocument(document.id))) for document in gold
    ]
    count_calibration([(tally.counts, tally.judged) for tally in tallies])
    sums: Counter[str] = Counter()
    for tally in tallies:
        sums.update(tally.counts)
    ranges = intervals([tally.counts for tally in tallies], samples=samples, seed=seed)
    figures = []
    for measure in MEASURES:
        value = measure.value(sums)
        if value is not None:
            low, high = ranges.get(measure, (None, None))
            hits = None if value.hits is None else int(value.hits)
            figures.append(
                Figure(measure.group, measure.name, value.percent, low, high, hits, int(value.total))
            )
    judged = [string for tally in tallies for string in tally.judged]
    return Scores(
        tuple(figures),
        tuple(miss for tally in tallies for miss in tally.misses),
        reliabilities(sums),
        {
            name: curve(judged, value, speech=sums["strings.speech"], told=sums["speaker.strings"])
            for name, value in CURVES.items()
        }
        if judged
        else {},
    )


def evaluate(
    gold_path: str | os.PathLike[str],
    *,
    predictions_path: str | os.PathLike[str] | None = None,
    channels_path: str | os.PathLike[str] | None = None,
    extractor: Reader | None = None,
    samples: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Score an extractor, or predictions in a file, on a gold file.

    Exactly one of `predictions_path` and `extractor` is given. `channels_path` adds channels to
    the gold, in the form told in `inquit.evaluation.channels`. `progress` is called with the
    number of documents read and their total. Raise DataError where a file cannot be read.
    """
    path = Path(gold_path)
    gold = distinct_gold(path)
    if channels_path is not None:
        gold = with_channels(gold, Path(channels_path))
    if extractor is not None and predictions_path is None:
        predicted = read_all(extractor, gold, progress)
        model, model_sha256 = model_name(extractor.info), extractor.info.sha256
    elif predictions_path is not None and extractor is None:
        predicted = read_predictions(Path(predictions_path))
        _check_known(predicted, gold, Path(predictions_path))
        model = Path(predictions_path).name
        model_sha256 = signatures.file_sha256(Path(predictions_path))
    else:
        raise ValueError("give an extractor or a file of predictions, and not both")
    return Report(
        signature=Signature(
            data=path.name,
            data_sha256=signatures.file_sha256(path),
            data_rows=len(gold),
            channels="" if channels_path is None else Path(channels_path).name,
            channels_sha256="" if channels_path is None else signatures.file_sha256(Path(channels_path)),
            metric=METRIC,
            model=model,
            model_sha256=model_sha256,
            code=signatures.code_version(),
            samples=samples,
            seed=seed,
            machine=signatures.machine(),
        ),
        scores=score(gold, predicted, samples=samples, seed=seed),
        unanswered=sum(document.id not in predicted for document in gold),
    )


def distinct_gold(path: Path) -> list[GoldDocument]:
    """Return the documents of a gold file; raise DataError for none, or for two of one id."""
    gold = list(read_gold(path))
    if not gold:
        raise DataError(f"{path}: no rows")
    repeated = [name for name, times in Counter(document.id for document in gold).items() if times > 1]
    if repeated:
        raise DataError(f"{path}: id: {repeated[0]!r} stands in the file twice")
    return gold


def model_name(info: ModelIdentity) -> str:
    """Return what a signature calls a model that runs here."""
    return f"{info.name} {info.version} ({info.device}, {info.dtype})"


def read_all(
    extractor: Reader, gold: Sequence[GoldDocument], progress: Callable[[int, int], None] | None = None
) -> dict[str, PredictedDocument]:
    """Return what an extractor reads in the texts, by document, all kinds asked for."""
    documents = (Document(row.id, row.text) for row in gold)
    predicted: dict[str, PredictedDocument] = {}
    for extraction in extractor.extract_many(documents, ExtractOptions(kinds=frozenset(QuoteKind))):
        predicted[extraction.document_id] = from_extraction(extraction)
        if progress is not None:
            progress(len(predicted), len(gold))
    return predicted


def _check_known(
    predicted: Mapping[str, PredictedDocument], gold: Sequence[GoldDocument], path: Path
) -> None:
    """Refuse predictions of other documents: their score would be that of empty answers."""
    if not predicted.keys() & {document.id for document in gold}:
        raise DataError(f"{path}: documentId: none of the {len(predicted)} rows is in the gold file")
