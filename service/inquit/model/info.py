"""What a loaded model says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["ModelInfo", "shape_of"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Identity of a loaded model and where it runs."""

    name: str
    version: str
    sha256: str
    """Of the weight file or all shards in a row, hex."""
    languages: tuple[str, ...]
    device: str
    dtype: str
    encoder: str = ""
    """Kind and shape, such as `bert, 6 layers of width 384`."""
    parameters: int = 0
    weight_bytes: int = 0
    """Of the files."""


def shape_of(encoder: Any) -> str:
    """Return kind and shape of an encoder, from its configuration in transformers."""
    return f"{encoder.model_type}, {encoder.num_hidden_layers} layers of width {encoder.hidden_size}"
