"""Stretches of an input file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Stretch"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that stand one after the other in a file."""

    start: int
    """First byte, of what is compressed counted unpacked; of Parquet the first row, from 0."""
    stop: int
    """Byte or row behind the last."""
    first_row: int
    """Number of the first row in the file, from 1."""
    size: int
    """Bytes of input, for progress; of Parquet those of its text, unpacked, about."""
