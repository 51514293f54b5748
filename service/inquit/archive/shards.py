"""Shards: stretches of files that are read, written and done as one."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from inquit.archive import csv_rows, json_rows, parquet_rows
from inquit.archive.files import ArchiveFile, FileFormat
from inquit.archive.rows import BadRow, Columns, Row
from inquit.archive.stretches import Stretch
from inquit.errors import DataError

__all__ = ["Shard", "plan", "shard_rows"]


@dataclass(frozen=True, slots=True)
class Shard:
    """A stretch of one input file."""

    number: int
    """From 0, in the order of the inputs; it names the shard's output files."""
    file: str
    """Name of the input."""
    stretch: Stretch

    def as_dict(self) -> dict[str, Any]:
        """Return the shard as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Shard:
        """Return what `as_dict` gave."""
        return cls(values["number"], values["file"], Stretch(**values["stretch"]))


def plan(files: Iterable[ArchiveFile], size: int, columns: Columns) -> Iterator[Shard]:
    """Cut files into shards of about `size` bytes of input; raise DataError where one cannot be read."""
    number = 0
    for file in files:
        try:
            for stretch in _stretches(file, size, columns):
                yield Shard(number, file.name, stretch)
                number += 1
        except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"{file.name}: cannot be read: {_reason(error)}") from error


def shard_rows(file: ArchiveFile, stretch: Stretch, columns: Columns) -> Iterator[Row | BadRow]:
    """Read the rows of one shard."""
    match file.format:
        case FileFormat.JSONL:
            return json_rows.read(file, stretch, columns)
        case FileFormat.CSV:
            return csv_rows.read(file, stretch, columns)
        case FileFormat.PARQUET:
            return parquet_rows.read(file, stretch, columns)


def _stretches(file: ArchiveFile, size: int, columns: Columns) -> Iterator[Stretch]:
    match file.format:
        case FileFormat.JSONL:
            return json_rows.stretches(file, size)
        case FileFormat.CSV:
            return csv_rows.stretches(file, size, columns)
        case FileFormat.PARQUET:
            return parquet_rows.stretches(file, size, columns)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
