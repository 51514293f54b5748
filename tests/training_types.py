"""A place to train in, shared by the tests of training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inquit.training.augmentation import Augmentation
from inquit.training.recipe import settings_of
from inquit.training.settings import TrainSettings

__all__ = ["Workbench"]


@dataclass(frozen=True)
class Workbench:
    """A folder of data and an encoder, for runs of any settings."""

    folder: Path
    encoder: Path

    def settings(self, out: str = "model", **changes: Any) -> TrainSettings:
        """Return settings of a run of two epochs with several steps each."""
        values: dict[str, Any] = {
            "data": self.folder,
            "out": self.folder / out,
            "encoder": str(self.encoder),
            "name": "tiny",
            "corpora": ("tiny",),
            "epochs": 2,
            "shares": (),
            "capitals_texts": 0,
            "version": "0.0.1",
            "batch_tokens": 160,
            "window_length": 288,
            "augmentation": Augmentation(marks=0.5, paragraphs=0.2, noise=0.2, case=0.2),
        }
        return settings_of("small", **(values | changes))

    def write(self, rows: list[Any], name: str = "tiny_train.jsonl") -> Path:
        """Write rows into a data file; a string is a line as it is."""
        path = self.folder / name
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return path
