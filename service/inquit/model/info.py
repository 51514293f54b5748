"""What a loaded model says about itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ModelInfo"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Identity of a loaded model and where it runs."""

    name: str
    version: str
    sha256: str
    """Of the weight file, hex."""
    languages: tuple[str, ...]
    device: str
    dtype: str
