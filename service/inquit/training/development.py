"""The development set: which epoch is kept, the decoder's thresholds, the figures and the card."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from inquit.errors import DataError
from inquit.evaluation.counts import count
from inquit.evaluation.gold import GoldDocument, read_gold
from inquit.evaluation.predictions import PredictedDocument, from_extraction
from inquit.evaluation.report import Scores, evaluate, score
from inquit.extractor import Extractor
from inquit.model.calibration import Calibration, fit
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from inquit.training.card import write_card
from inquit.training.settings import TrainSettings
from inquit.types import Document, ExtractOptions, QuoteKind

__all__ = ["DevelopmentSet"]

_ALL_KINDS = ExtractOptions(kinds=frozenset(QuoteKind))
_EVALUATION_FILE = "eval.json"
# What decides which epoch is kept: all that users see, in equal parts.
_JUDGED = (
    ("end_to_end", "f1"),
    ("spans", "content_f1"),
    ("spans", "source_f1"),
    ("spans", "cue_f1"),
)
# What the thresholds are chosen by, and the values tried for each, in this order.
_CHOSEN_BY = {
    ("quoted_strings", "f1"): 1.0,
    ("end_to_end", "f1"): 0.5,
    ("speaker", "named_strict"): 0.3,
    ("spans", "content_f1"): 0.4,
    ("spans", "source_f1"): 0.4,
    ("spans", "cue_f1"): 0.4,
}
# Of the sets beside it: fiction must not pay for news.
_BESIDE = {("fiction", "speaker"): 0.15, ("fiction", "found"): 0.15}
_CANDIDATES: dict[str, tuple[float, ...]] = {  # of `Decoding`
    # No lower: titles and terms of other texts come back. No higher: a model is less sure of texts
    # unlike these, and would lose their quotations.
    "speech_threshold": (0.7, 0.8),
    "sharpness": (1.25, 1.5, 2.0),
    "cue_bias": (-0.4, 0.4, 0.8, 1.2),
    "source_bias": (-0.4, 0.4, 0.8, 1.2),
    "content_bias": (-0.4, 0.4, 0.8, 1.2),
}
_WEIGHTS: dict[str, tuple[float, ...]] = {  # of `Weights`
    "strings": (0.3, 1.0, 1.5),
    "last_speaker": (0.1, 0.4),
    "nearest_name": (0.05, 0.25),
    "same_noun": (0.3, 0.7),
    "described": (0.3, 0.6),
    "before": (0.1, 0.4),
}
# Smaller gains are noise.
_LEAST_GAIN = 0.02


class DevelopmentSet:
    """Annotated texts that nothing is trained on: one set that decides, and others beside it."""

    def __init__(
        self,
        path: Path,
        *,
        others: Sequence[Path] = (),
        channels: Path | None = None,
        device: str = "cpu",
    ) -> None:
        """Read the gold files; raise DataError where one cannot be read or is empty.

        `channels` adds channels to the first one, see `inquit.evaluation.channels`.
        """
        self._path = path
        self._channels = channels
        self._device = device
        self._gold = _read_all(path)
        self._others = {other: _read_all(other) for other in others}

    @classmethod
    def of_folder(
        cls,
        folder: Path,
        corpora: tuple[str, ...],
        *,
        channels: Path | None = None,
        device: str = "cpu",
    ) -> DevelopmentSet:
        """Return the set of the first corpus that has one, those of the others beside it."""
        paths = [p for corpus in corpora if (p := folder / f"{corpus}_dev.jsonl").is_file()]
        if not paths:
            raise DataError(f"{folder} has no {corpora[0]}_dev.jsonl")
        return cls(paths[0], others=paths[1:], channels=channels, device=device)

    def judge(self, network: Network, config: ModelConfig, encoder: TextEncoder) -> dict[str, float]:
        """Return the figures of a network in training; `score` is their mean."""
        extractor = Extractor.of_network(network, config, encoder, device=self._device)
        scores = score(self._gold, dict(self._read(extractor)))
        figures = {f"{group}.{name}": _value(scores, group, name) for group, name in _JUDGED}
        return {**figures, "score": sum(figures.values()) / len(figures)}

    def finish(self, folder: Path, settings: TrainSettings) -> None:
        """Choose thresholds and weights on these sets, calibrate, write `eval.json` and the card."""
        self._chosen(folder).save(folder)
        extractor = Extractor.load(folder, device=self._device)
        reports = [evaluate(self._path, channels_path=self._channels, extractor=extractor)]
        reports += [evaluate(path, extractor=extractor) for path in self._others]
        first = reports[0].as_dict() | {"others": [r.as_dict() for r in reports[1:]]}
        text = json.dumps(first, indent=1, ensure_ascii=False) + "\n"
        (folder / _EVALUATION_FILE).write_text(text, encoding="utf-8")
        write_card(folder, settings, reports)

    def _chosen(self, folder: Path) -> ModelConfig:
        config = ModelConfig.load(folder)
        extractor = Extractor.load(folder, device=self._device)
        read = {path: _Outputs(extractor, gold) for path, gold in self._others.items()}
        first = _Outputs(extractor, self._gold)

        def value(config: ModelConfig) -> float:
            extractor.use(config)
            total = _weighted(first.scores(extractor), _CHOSEN_BY)
            return total + sum(_weighted(outputs.scores(extractor), _BESIDE) for outputs in read.values())

        plain = replace(config, quote_calibration=Calibration(), speaker_calibration=Calibration())
        best = _climbed(plain, value)
        extractor.use(best)
        strings = [s for g, p in first.predictions(extractor) for s in count(g, p).judged]
        told = [s for s in strings if s.told and s.named]
        return replace(
            best,
            quote_calibration=fit([s.confidence for s in strings], [s.speech for s in strings]),
            speaker_calibration=fit([s.speaker_confidence for s in told], [s.right for s in told]),
        )

    def _read(self, extractor: Extractor) -> Iterator[tuple[str, PredictedDocument]]:
        documents = (Document(row.id, row.text) for row in self._gold)
        for extraction in extractor.extract_many(documents, _ALL_KINDS):
            yield extraction.document_id, from_extraction(extraction)


class _Outputs:
    """What the network says of some texts, to be decoded again and again."""

    def __init__(self, extractor: Extractor, gold: Sequence[GoldDocument]) -> None:
        self._gold = gold
        self._encoded = [extractor.encode(Document(row.id, row.text), _ALL_KINDS) for row in gold]
        self._outputs = [extractor.run_all(document.windows) for document in self._encoded]

    def predictions(self, extractor: Extractor) -> Iterator[tuple[GoldDocument, PredictedDocument]]:
        for row, document, output in zip(self._gold, self._encoded, self._outputs, strict=True):
            yield row, from_extraction(extractor.decode(document, output))

    def scores(self, extractor: Extractor) -> Scores:
        return score(self._gold, {row.id: found for row, found in self.predictions(extractor)})


def _climbed(start: ModelConfig, value: Callable[[ModelConfig], float]) -> ModelConfig:
    """Return the configuration of most value, one number after the other; ties stay plain."""
    best, best_value = start, value(start)
    tried = [("decoding", n, c) for n, values in _CANDIDATES.items() for c in values]
    tried += [("resolution", n, c) for n, values in _WEIGHTS.items() for c in values]
    for part, name, candidate in tried:
        config = replace(best, **{part: replace(getattr(best, part), **{name: candidate})})
        reached = value(config)
        if reached > best_value + _LEAST_GAIN:
            best, best_value = config, reached
    return best


def _weighted(scores: Scores, weights: Mapping[tuple[str, str], float]) -> float:
    return sum(weight * _value(scores, *name) for name, weight in weights.items())


def _read_all(path: Path) -> list[GoldDocument]:
    gold = list(read_gold(path))
    if not gold:
        raise DataError(f"{path}: no rows")
    return gold


def _value(scores: Scores, group: str, name: str) -> float:
    try:
        return scores.value(group, name)
    except KeyError:
        return 0.0  # this set does not annotate it
