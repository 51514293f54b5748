"""A run over an archive: what is asked for, what is left to do, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from inquit.archive.events import Done, Event, Failed
from inquit.archive.files import archive_files
from inquit.archive.folder import Counts, ResultFormat, RunFolder
from inquit.archive.rows import Columns
from inquit.archive.shard_reader import Job
from inquit.archive.shards import Shard, plan
from inquit.errors import ModelError
from inquit.installed import installed_version
from inquit.model.config import CONFIG_FILE, ModelConfig
from inquit.model.weights import find_model, sha256_of
from inquit.types import ExtractOptions, Limits

__all__ = ["Archive", "Reading", "Run", "Summary", "opened_run"]

_LAYOUT = 1
"""Of the run's folder; another number is not gone on with."""

Reading = Callable[[Job, Iterable[Shard]], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class Archive:
    """What is to be read, how, and where the results go."""

    inputs: tuple[Path, ...]
    out: Path
    result_format: ResultFormat = ResultFormat.PARQUET
    columns: Columns = field(default_factory=Columns)
    options: ExtractOptions = field(default_factory=ExtractOptions)
    limits: Limits = field(default_factory=Limits)
    shard_bytes: int = 4_000_000
    model: str | None = None
    model_sha256: str | None = None
    """What the weights must have; None for any."""
    device: str = "auto"
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to, shards of earlier runs included."""

    counts: Counts
    shards: int
    failures: dict[int, str]
    """Shards that could not be read or written, with the reason."""


class Run:
    """A run whose plan stands."""

    def __init__(self, job: Job, folder: RunFolder, shards: list[Shard]) -> None:
        self._job = job
        self._folder = folder
        self._done = folder.done()
        self.shards = shards

    @property
    def size(self) -> int:
        """Bytes of all shards."""
        return sum(shard.stretch.size for shard in self.shards)

    @property
    def size_done(self) -> int:
        """Bytes of the shards that are done."""
        return sum(shard.stretch.size for shard in self.shards if shard.number in self._done)

    @property
    def counts(self) -> Counts:
        """What the shards held that are done."""
        return reduce(add, self._done.values(), Counts())

    def go(self, reading: Reading) -> Iterator[Event]:
        """Read what is not done yet."""
        left = [shard for shard in self.shards if shard.number not in self._done]
        if not left:
            return
        for event in reading(self._job, left):
            if isinstance(event, Done):
                self._done[event.shard] = event.counts
            elif isinstance(event, Failed):
                self._folder.keep_failure(event.shard, event.reason)
            yield event

    def summary(self) -> Summary:
        """Return what the run came to so far."""
        return Summary(self.counts, len(self._done), self._folder.failures())


@contextmanager
def opened_run(archive: Archive) -> Iterator[Run]:
    """Begin a run, or go on with the one in the folder; raise DataError or ModelError."""
    files = archive_files(archive.inputs, archive.out)
    folder = RunFolder(archive.out, archive.result_format)
    with folder.held():
        asked = _asked(archive, {file.name: file.fingerprint() for file in files})
        folder.begin(asked)
        shards = folder.shards()
        if shards is None:
            shards = list(plan(files, archive.shard_bytes, archive.columns))
            folder.keep_plan(shards)
        job = Job(
            folder=archive.out,
            result_format=archive.result_format,
            files={file.name: file for file in files},
            columns=archive.columns,
            options=archive.options,
            limits=archive.limits,
            model=archive.model,
            model_sha256=asked["model_sha256"],
            device=archive.device,
            threads=archive.threads,
        )
        yield Run(job, folder, shards)


def _asked(archive: Archive, fingerprints: dict[str, str]) -> dict[str, Any]:
    """Return all that decides the results, as JSON can hold it; not by how many processes."""
    model = find_model(archive.model)
    config = ModelConfig.load(model)
    sha256 = sha256_of(model)
    if archive.model_sha256 is not None and sha256 != archive.model_sha256.lower():
        raise ModelError(f"{model} has weights of the SHA-256 {sha256}, wanted is {archive.model_sha256}")
    return {
        "layout": _LAYOUT,
        "inputs": fingerprints,
        "id_column": archive.columns.id,
        "text_column": archive.columns.text,
        "shard_bytes": archive.shard_bytes,
        "result_format": archive.result_format.value,
        "kinds": sorted(kind.value for kind in archive.options.kinds),
        "min_confidence": archive.options.min_confidence,
        "offset_encoding": archive.options.offset_encoding.value,
        "max_characters": archive.limits.max_characters,
        "model": f"{config.name} {config.version}",
        "model_sha256": sha256,
        "model_config_sha256": hashlib.sha256((model / CONFIG_FILE).read_bytes()).hexdigest(),
        "inquit": installed_version(),
    }
