"""Reads whole shards with a model that is loaded once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inquit.archive.files import ArchiveFile
from inquit.archive.folder import Counts, ResultFormat, RunFolder, ShardResults
from inquit.archive.journal import Journal
from inquit.archive.rows import BadRow, Columns, Row
from inquit.archive.shards import Shard, shard_rows
from inquit.archive.tables import document_row, quote_rows
from inquit.client.outcome import Outcome
from inquit.extractor import Extractor
from inquit.local_reader import LocalReader
from inquit.types import ExtractOptions, Limits

__all__ = ["Job", "ShardReader"]

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a process must know to read shards of a run."""

    folder: Path
    result_format: ResultFormat
    files: Mapping[str, ArchiveFile]
    columns: Columns
    options: ExtractOptions
    limits: Limits
    model: str | None
    model_sha256: str
    """Of the weights: a model that was changed since the run began is refused."""
    device: str
    threads: int
    """Cores of one process."""
    start: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Of the run: names it, as the run may be started again; see `journal`."""

    def run_folder(self) -> RunFolder:
        """Return the folder of the run."""
        return RunFolder(self.folder, self.result_format)


class ShardReader:
    """Turns shards into files of results."""

    def __init__(self, job: Job, extractor: Extractor) -> None:
        self._job = job
        self._folder = job.run_folder()
        self._reader = LocalReader(extractor, job.limits)

    @classmethod
    def load(cls, job: Job) -> ShardReader:
        """Load the model and read a first text; raise ModelError."""
        extractor = Extractor.load(job.model, device=job.device, threads=job.threads, sha256=job.model_sha256)
        extractor.warm_up()
        return cls(job, extractor)

    def read(self, shard: Shard, tell: Tell = lambda _: None) -> Counts:
        """Read a shard and write its results, unless it is done; `tell` hears of each document's characters."""
        done = self._folder.counts(shard.number)
        if done is not None:
            return done
        with Journal(self._folder.journal(shard.number), self._job.start) as journal:
            results = self._results(shard, journal, tell)
            journal.at(None)
            self._folder.keep(shard.number, results)
            journal.remove()
        return results.counts

    def _results(self, shard: Shard, journal: Journal, tell: Tell) -> ShardResults:
        file = self._job.files[shard.file]
        rows: list[Row] = []
        bad: list[BadRow] = []
        for row in shard_rows(file, shard.stretch, self._job.columns):
            if isinstance(row, BadRow):
                bad.append(row)
            elif row.number in journal.hopeless():
                bad.append(BadRow(row.number, "the process that read it ended, three times", row.document.id))
            else:
                rows.append(row)
        # Windows of like length make full batches; the results are put back in order.
        rows.sort(key=lambda row: len(row.document.text))
        documents: list[dict[str, Any]] = []
        quotes: list[dict[str, Any]] = []
        for row, outcome in zip(rows, self._outcomes(rows, journal), strict=True):
            if outcome.error is not None:
                bad.append(BadRow(row.number, outcome.error.message, row.document.id))
            else:
                extraction = outcome.unwrap()
                documents.append(document_row(file.name, row.number, len(row.document.text), extraction))
                quotes += quote_rows(file.name, row.number, extraction)
            tell(len(row.document.text))
        documents.sort(key=lambda row: row["row"])
        quotes.sort(key=lambda row: (row["row"], row["quote"]))
        bad.sort(key=lambda row: row.number)
        errors = [
            {"source": file.name, "row": row.number, "document_id": row.document_id, "reason": row.reason}
            for row in bad
        ]
        return ShardResults(documents, quotes, errors)

    def _outcomes(self, rows: list[Row], journal: Journal) -> Iterator[Outcome]:
        if not journal.is_careful:
            yield from self._reader.read((row.document for row in rows), self._job.options)
            return
        for row in rows:
            journal.at(row.number)
            yield from self._reader.read([row.document], self._job.options)
