"""Everything that decides a training run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inquit.training.augmentation import Augmentation

__all__ = ["TrainSettings", "comparable"]


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Everything that decides a training run; see `inquit.training.recipe` for the numbers."""

    data: Path
    """Folder with `*_train.jsonl` and `*_dev.jsonl` files."""
    out: Path
    """Folder of the finished model; checkpoints go to `OUT.run` beside it."""
    encoder: str
    """Hugging Face id or folder of the encoder to start from."""
    name: str
    version: str
    corpora: tuple[str, ...]
    """Prefixes of the training files that are used."""
    shares: tuple[tuple[str, float], ...]
    """Share of the rows of a corpus that an epoch sees; all of those not named here."""
    excerpts: int
    """Stretches of each novel that an epoch sees."""
    excerpt_length: int
    """Characters of such a stretch."""
    epochs: int
    batch_tokens: int
    """Padded tokens of one step."""
    window_length: int
    window_overlap: int
    """Tokens that neighbouring windows share when the model is used."""
    encoder_rate: float
    head_rate: float
    warmup: float
    """Share of the steps in which the rates rise from zero; they fall linearly afterwards."""
    weight_decay: float
    dropout: float
    """On the heads; inside the encoder it would halve the speed on a CPU and gain nothing."""
    averaged: int
    """Epochs at the end whose mean weights are judged as one more candidate (Izmailov et al., 2018)."""
    capitals_texts: int
    """Texts of the first corpus to which the head that tells capitals is fitted at the end, the rest at rest."""
    augmentation: Augmentation
    seed: int = 0
    device: str = "cpu"
    checkpoint_seconds: float = 300.0
    annotations: Path | None = None
    """Folder of further judgements on the same texts, `*_train.jsonl`; None for no more."""
    teacher: Path | None = None
    """Folder of a finished model that teaches this one; None for none."""


def comparable(settings: TrainSettings) -> dict[str, Any]:
    """Return what decides a run's result as plain JSON values, without where its files lie."""
    values = asdict(settings)
    for key in ("data", "out", "annotations", "teacher", "device", "checkpoint_seconds"):
        values.pop(key)
    values["taught"] = settings.teacher is not None
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain
