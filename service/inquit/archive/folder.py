"""The folder of a run: what was asked for, what is done, and the results.

run.json                    what was asked for; a run that goes on must ask for the same
plan.jsonl                  the shards
shards/00000012.json        written last: the shard is done, with its counts
shards/00000012.reading     which row is being read, see `journal`
quotes/00000012.parquet     results of a shard, each file written whole or not at all
documents/00000012.parquet
errors/00000012.jsonl       only where rows could not be read
failed/00000012.json        why a shard could not be read or written at the last try
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from inquit.archive.shards import Shard
from inquit.archive.tables import DOCUMENTS, QUOTES
from inquit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Counts", "ResultFormat", "RunFolder", "ShardResults"]

_MANIFEST, _PLAN, _LOCK = "run.json", "plan.jsonl", ".lock"
_FOLDERS = ("shards", "quotes", "documents", "errors", "failed")
_PARTIAL = re.compile(r"\.(run\.json|plan\.jsonl|\d{8}\.\w+)\..*-\d+")
"""Names of files that are being written, see `_replaced`."""


class ResultFormat(StrEnum):
    """How the tables are written."""

    PARQUET = "parquet"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a shard held, or several."""

    documents: int = 0
    quotes: int = 0
    errors: int = 0
    characters: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))


@dataclass(frozen=True, slots=True)
class ShardResults:
    """Rows of a shard, in the order of the input."""

    documents: list[dict[str, Any]]
    quotes: list[dict[str, Any]]
    errors: list[dict[str, Any]]

    @property
    def counts(self) -> Counts:
        """How much there is."""
        characters = sum(row["characters"] for row in self.documents)
        return Counts(len(self.documents), len(self.quotes), len(self.errors), characters)


class RunFolder:
    """Keeps a run's files."""

    def __init__(self, path: Path, result_format: ResultFormat) -> None:
        self.path = path
        self._format = result_format

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out of the folder, which is made if need be; raise DataError.

        What a process that was killed left half written is removed.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise DataError(f"{self.path}: another run is writing there") from error
            self._sweep()
            yield

    def begin(self, asked: Mapping[str, Any]) -> None:
        """Note what is asked for, or compare it with what was; raise DataError where they differ."""
        path = self.path / _MANIFEST
        if not path.exists():
            if any(not path.name.startswith(".") for path in self.path.iterdir()):
                raise DataError(f"{self.path}: holds other files; give a folder that is new or empty")
            _write(path, json.dumps(asked, indent=1, ensure_ascii=False) + "\n")
            return
        known = _read(path)
        for name in asked.keys() | known.keys():
            if asked.get(name) != known.get(name):
                raise DataError(
                    f"{self.path}: holds a run with another {name}: {_told(known.get(name))}, now "
                    f"{_told(asked.get(name))}; give another folder"
                )

    def shards(self) -> list[Shard] | None:
        """Return the plan, None where there is none yet."""
        path = self.path / _PLAN
        if not path.exists():
            return None
        with path.open(encoding="utf-8") as file:
            return [Shard.from_dict(json.loads(line)) for line in file]

    def keep_plan(self, shards: Iterable[Shard]) -> None:
        """Write the plan."""
        lines = (json.dumps(shard.as_dict(), ensure_ascii=False) + "\n" for shard in shards)
        _write(self.path / _PLAN, "".join(lines))

    def counts(self, number: int) -> Counts | None:
        """Return what a shard held if it is done, else None."""
        try:
            values = _read(self._marker(number))
        except FileNotFoundError:
            return None
        return Counts(**values)

    def done(self) -> dict[int, Counts]:
        """Return the shards that are done, by number."""
        found = {}
        for path in (self.path / "shards").glob("*.json"):
            counts = self.counts(int(path.stem))
            if counts is not None:
                found[int(path.stem)] = counts
        return found

    def journal(self, number: int) -> Path:
        """Return where a shard notes which row is being read."""
        return self._file("shards", number, "reading")

    def keep(self, number: int, results: ShardResults) -> None:
        """Write what a shard held, and last that it is done."""
        self._keep_table("documents", number, DOCUMENTS, results.documents)
        self._keep_table("quotes", number, QUOTES, results.quotes)
        errors = self._file("errors", number, "jsonl")
        if results.errors:
            _write(errors, _lines(results.errors))
        else:
            errors.unlink(missing_ok=True)
        _write(self._marker(number), json.dumps(asdict(results.counts)) + "\n")
        self._file("failed", number, "json").unlink(missing_ok=True)

    def keep_failure(self, number: int, reason: str) -> None:
        """Note why a shard could not be done; the next run tries it again."""
        _write(self._file("failed", number, "json"), json.dumps({"reason": reason}) + "\n")

    def failures(self) -> dict[int, str]:
        """Return why shards could not be done, by number."""
        paths = sorted((self.path / "failed").glob("*.json"))
        return {int(path.stem): _read(path)["reason"] for path in paths}

    def _keep_table(self, name: str, number: int, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
        path = self._file(name, number, self._format.value)
        if self._format is ResultFormat.JSONL:
            _write(path, _lines(rows))
            return
        with _replaced(path) as partial:
            parquet.write_table(pa.Table.from_pylist(rows, schema=schema), partial, compression="zstd")

    def _sweep(self) -> None:
        for folder in (".", *_FOLDERS):
            for path in (self.path / folder).glob(".*"):
                if _PARTIAL.fullmatch(path.name):
                    path.unlink(missing_ok=True)

    def _marker(self, number: int) -> Path:
        return self._file("shards", number, "json")

    def _file(self, folder: str, number: int, suffix: str) -> Path:
        return self.path / folder / f"{number:08d}.{suffix}"


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _read(path: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: is damaged") from error
    return values


def _write(path: Path, text: str) -> None:
    with _replaced(path) as partial:
        partial.write_text(text, encoding="utf-8", errors="replace", newline="\n")


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Give a name to write to, whose file then takes its place, or on an error is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # No other process uses it; another machine may have the same number.
    partial = path.with_name(f".{path.name}.{os.uname().nodename}-{os.getpid()}")
    try:
        yield partial
        # A power cut after the rename must not leave an empty file.
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _told(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else text[:77] + "..."
