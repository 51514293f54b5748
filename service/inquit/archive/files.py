"""Input files of an archive: which there are, how each is read, and whether it is still the same."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from inquit.errors import DataError

__all__ = ["ArchiveFile", "FileFormat", "archive_files"]

_EDGE_BYTES = 1 << 16
"""Bytes at each end of a file that its fingerprint is made of."""


class FileFormat(StrEnum):
    """How a file holds its documents."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_SUFFIXES = {
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
    ".csv": FileFormat.CSV,
    ".parquet": FileFormat.PARQUET,
    ".pq": FileFormat.PARQUET,
}


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One input."""

    path: Path
    name: str
    """As it stands in the results: the path that was given, below a folder that was given."""
    format: FileFormat
    is_compressed: bool

    def open(self) -> IO[bytes]:
        """Open the file's own bytes, those that are compressed unpacked."""
        return cast("IO[bytes]", gzip.open(self.path, "rb")) if self.is_compressed else self.path.open("rb")

    def fingerprint(self) -> str:
        """Return the size and a hash of both ends: enough to see another file, quick for a large one."""
        size = self.path.stat().st_size
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            digest.update(file.read(_EDGE_BYTES))
            file.seek(max(0, size - _EDGE_BYTES))
            digest.update(file.read(_EDGE_BYTES))
        return f"{size}:{digest.hexdigest()[:32]}"


def archive_files(paths: Iterable[Path], out: Path | None = None) -> tuple[ArchiveFile, ...]:
    """Return the files, and those of folders in the order of their names; raise DataError.

    A folder is searched for files of known kinds at any depth; hidden ones are left out, and
    those in `out`.
    """
    results = out.resolve() if out is not None else None
    found: dict[Path, ArchiveFile] = {}
    for path in paths:
        if path.is_dir():
            inside = [_known(p, str(p)) for p in sorted(path.rglob("*")) if p.is_file()]
            kept = [
                file
                for file in inside
                if file is not None
                and not _is_hidden(file.path, path)
                and results not in file.path.resolve().parents
            ]
            if not kept:
                raise DataError(f"{path}: no .jsonl, .csv or .parquet file in this folder")
        elif path.exists():
            file = _known(path, str(path))
            if file is None:
                raise DataError(
                    f"{path}: the name tells no format; there are .jsonl, .ndjson, .csv, each also with .gz, "
                    "and .parquet"
                )
            kept = [file]
        else:
            raise DataError(f"{path}: no such file")
        for file in kept:
            if found.setdefault(file.path.resolve(), file) is not file:
                raise DataError(f"{file.path}: is given twice")
    return tuple(found.values())


def _known(path: Path, name: str) -> ArchiveFile | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    is_compressed = suffixes[-1:] == [".gz"]
    file_format = _SUFFIXES.get(next(iter(suffixes[-2:] if is_compressed else suffixes[-1:]), ""))
    if file_format is None or (is_compressed and file_format is FileFormat.PARQUET):
        return None
    return ArchiveFile(path, name, file_format, is_compressed)


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
