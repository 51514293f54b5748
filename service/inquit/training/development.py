"""The development set: which epoch is kept, the decoder's thresholds, the figures and the card."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from inquit.errors import DataError
from inquit.evaluation.gold import GoldDocument, read_gold
from inquit.evaluation.predictions import PredictedDocument, from_extraction
from inquit.evaluation.report import Scores, evaluate, score
from inquit.extractor import Extractor
from inquit.model.config import Decoding, ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from inquit.training.card import write_card
from inquit.training.run import TrainSettings
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
    ("end_to_end", "f1"): 0.3,
    ("spans", "content_f1"): 0.4,
    ("spans", "source_f1"): 0.4,
    ("spans", "cue_f1"): 0.4,
}
_CANDIDATES: dict[str, tuple[float, ...]] = {
    # No higher: a model is less sure of texts unlike these, and would lose their quotations.
    "speech_threshold": (0.3, 0.4, 0.6, 0.7, 0.8),
    "sharpness": (1.25, 1.5, 2.0),
    "cue_bias": (-0.4, 0.4, 0.8, 1.2),
    "source_bias": (-0.4, 0.4, 0.8, 1.2),
    "content_bias": (-0.4, 0.4, 0.8, 1.2),
}
# Smaller gains are noise.
_LEAST_GAIN = 0.02


class DevelopmentSet:
    """Annotated texts that nothing is trained on."""

    def __init__(self, path: Path, *, device: str = "cpu") -> None:
        """Read the gold file; raise DataError where it cannot be read or is empty."""
        self._path = path
        self._device = device
        self._gold: list[GoldDocument] = list(read_gold(path))
        if not self._gold:
            raise DataError(f"{path}: no rows")

    @classmethod
    def of_folder(cls, folder: Path, corpora: tuple[str, ...], *, device: str = "cpu") -> DevelopmentSet:
        """Return the set of the first corpus that has one."""
        for corpus in corpora:
            path = folder / f"{corpus}_dev.jsonl"
            if path.is_file():
                return cls(path, device=device)
        raise DataError(f"{folder} has no {corpora[0]}_dev.jsonl")

    def judge(self, network: Network, config: ModelConfig, encoder: TextEncoder) -> dict[str, float]:
        """Return the figures of a network in training; `score` is their mean."""
        extractor = Extractor.of_network(network, config, encoder, device=self._device)
        scores = score(self._gold, dict(self._read(extractor)))
        figures = {f"{group}.{name}": _value(scores, group, name) for group, name in _JUDGED}
        return {**figures, "score": sum(figures.values()) / len(figures)}

    def finish(self, folder: Path, settings: TrainSettings) -> None:
        """Choose the decoder's thresholds on this set, then write `eval.json` and the card."""
        config = ModelConfig.load(folder)
        chosen = self._choose(Extractor.load(folder, device=self._device), config.decoding)
        replace(config, decoding=chosen).save(folder)
        extractor = Extractor.load(folder, device=self._device)
        report = evaluate(self._path, extractor=extractor)
        text = json.dumps(report.as_dict(), indent=1, ensure_ascii=False) + "\n"
        (folder / _EVALUATION_FILE).write_text(text, encoding="utf-8")
        write_card(folder, settings, report)

    def _choose(self, extractor: Extractor, start: Decoding) -> Decoding:
        """Return the thresholds that score best, one after the other; ties stay with the plainest."""
        encoded = [extractor.encode(Document(row.id, row.text), _ALL_KINDS) for row in self._gold]
        outputs = [extractor.run_all(document.windows) for document in encoded]

        def value(decoding: Decoding) -> float:
            extractor.use(decoding)
            found = (
                extractor.decode(document, output) for document, output in zip(encoded, outputs, strict=True)
            )
            scores = score(self._gold, {e.document_id: from_extraction(e) for e in found})
            return sum(weight * _value(scores, *name) for name, weight in _CHOSEN_BY.items())

        best, best_value = start, value(start)
        for name, candidates in _CANDIDATES.items():
            for candidate in candidates:
                decoding = replace(best, **{name: candidate})
                reached = value(decoding)
                if reached > best_value + _LEAST_GAIN:
                    best, best_value = decoding, reached
        return best

    def _read(self, extractor: Extractor) -> Iterator[tuple[str, PredictedDocument]]:
        documents = (Document(row.id, row.text) for row in self._gold)
        for extraction in extractor.extract_many(documents, _ALL_KINDS):
            yield extraction.document_id, from_extraction(extraction)


def _value(scores: Scores, group: str, name: str) -> float:
    try:
        return scores.value(group, name)
    except KeyError:
        return 0.0  # this set does not annotate it
