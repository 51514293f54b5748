"""A run over an archive, with the shards read in this process by a tiny model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inquit.archive.events import Done, Event, Failed
from inquit.archive.folder import Counts, ResultFormat, RunFolder
from inquit.archive.journal import Journal
from inquit.archive.run import Archive, Run, opened_run
from inquit.archive.shard_reader import Job, ShardReader, Tell
from inquit.archive.shards import Shard
from inquit.archive.tasks import read_shard
from inquit.errors import DataError, ModelError
from inquit.extractor import Extractor
from inquit.types import Document, ExtractOptions, Limits, QuoteKind

TEXTS = [f"“We have {n} dams,” said Ada Brill. “They hold.”" + " It was late." * (n % 5) for n in range(20)]


@pytest.fixture
def archive(tmp_path: Path, tiny_folder: Path) -> Archive:
    """Return a run over twenty texts and two rows that are none."""
    lines = [json.dumps({"id": f"d{n}", "text": text}) for n, text in enumerate(TEXTS)]
    lines[7:7] = ["junk", json.dumps({"id": "long", "text": "x" * 2000})]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Archive(
        inputs=(path,),
        out=tmp_path / "out",
        result_format=ResultFormat.JSONL,
        limits=Limits(max_characters=1000),
        shard_bytes=500,
        model=str(tiny_folder),
        device="cpu",
    )


def in_process(job: Job, shards: Iterable[Shard]) -> Iterator[Event]:
    """Read shards one by one."""
    reader = ShardReader.load(job)
    for shard in shards:
        yield read_shard(reader, shard, lambda _: None)


def go(archive: Archive, most: int | None = None) -> Run:
    """Read all that is left of a run, or only so many shards."""
    with opened_run(archive) as run:
        for number, _ in enumerate(run.go(in_process), start=1):
            if number == most:
                break
        return run


def rows(archive: Archive, table: str) -> list[dict[str, Any]]:
    """Return a table of the results."""
    paths = sorted((archive.out / table).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_row_is_answered_as_by_the_extractor(archive: Archive) -> None:
    """Tables hold what a single call gives, in the order of the input, and errors the rest."""
    summary = go(archive).summary()
    extractor = Extractor.load(archive.model, device="cpu")
    expected = [extractor.extract(Document(f"d{n}", text)) for n, text in enumerate(TEXTS)]
    documents = rows(archive, "documents")
    assert [row["document_id"] for row in documents] == [f"d{n}" for n in range(20)]
    assert [row["row"] for row in documents] == [n for n in range(1, 23) if n not in {8, 9}]
    assert [row["characters"] for row in documents] == [len(text) for text in TEXTS]
    assert [row["quotes"] for row in documents] == [len(extraction.quotes) for extraction in expected]
    quotes = [(e, q) for e in expected for q in e.quotes]
    found = rows(archive, "quotes")
    assert [(row["document_id"], row["verbatim"]) for row in found] == [
        (e.document_id, [{"start": s.start, "end": s.end, "text": s.text} for s in q.verbatim])
        for e, q in quotes
    ]
    assert [(row["row"], row["document_id"], row["reason"]) for row in rows(archive, "errors")] == [
        (8, "", "not JSON: Expecting value at column 1"),
        (9, "long", "the text has 2000 characters, the limit is 1000"),
    ]
    assert summary.counts == Counts(20, len(quotes), 2, sum(map(len, TEXTS)))


def test_a_run_that_was_stopped_goes_on(archive: Archive, tmp_path: Path) -> None:
    """It reads only what is not done, and ends with the same bytes."""
    first = go(archive, most=3)
    assert 0 < first.size_done < first.size
    done = contents(archive.out)
    go(archive)
    whole = replace(archive, out=tmp_path / "whole")
    go(whole)
    after = contents(archive.out)
    assert after == contents(whole.out)
    assert done.items() <= after.items()


def test_what_a_killed_process_left_half_done_is_done_again(archive: Archive, tmp_path: Path) -> None:
    """Results without the marker, and files that were never finished, do not count."""
    go(archive)
    expected = contents(archive.out)
    (archive.out / "shards" / "00000001.json").unlink()
    (archive.out / "documents" / "00000001.jsonl").write_text("half")
    (archive.out / "quotes" / "00000001.jsonl").unlink()
    go(archive)
    assert contents(archive.out) == expected


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"shard_bytes": 501}, "shard_bytes"),
        ({"options": ExtractOptions(frozenset(QuoteKind))}, "kinds"),
        ({"result_format": ResultFormat.PARQUET}, "result_format"),
        ({"limits": Limits(max_characters=999)}, "max_characters"),
    ],
)
def test_another_run_in_the_folder_is_refused(archive: Archive, change: dict[str, Any], name: str) -> None:
    """What differs is named; the number of processes may differ."""
    go(archive, most=1)
    with pytest.raises(DataError, match=f"another {name}"):
        go(replace(archive, **change))
    go(replace(archive, threads=2))


def test_inputs_that_changed_are_noticed(archive: Archive) -> None:
    """The shards of a file that is not the same any more would be of two files."""
    go(archive, most=1)
    archive.inputs[0].write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="another inputs"):
        go(archive)


def test_two_runs_at_once_are_refused(archive: Archive) -> None:
    """They would read everything twice."""
    with opened_run(archive), pytest.raises(DataError, match="another run"):
        go(archive)


def test_a_folder_with_other_files_is_left_alone(archive: Archive) -> None:
    """Results are not mixed with what is there."""
    archive.out.mkdir()
    (archive.out / "thesis.txt").touch()
    with pytest.raises(DataError, match="holds other files"):
        go(archive)


def test_what_a_killed_run_was_writing_is_no_obstacle(archive: Archive) -> None:
    """A run begins in such a folder, or goes on, and removes it; hidden files of others stay."""
    for partial, other in (
        (".run.json.host-12", ".gitkeep"),
        ("quotes/.00000000.jsonl.host-1.x-12", "quotes/.nfs0001-2"),
    ):
        for name in (partial, other):
            (archive.out / name).parent.mkdir(parents=True, exist_ok=True)
            (archive.out / name).touch()
        with opened_run(archive):
            assert not (archive.out / partial).exists()
            assert (archive.out / other).exists()


def test_a_file_that_cannot_be_written_leaves_no_part(archive: Archive) -> None:
    """A disk that is full would stay so."""
    resource = pytest.importorskip("resource", reason="this system has no limits for files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            RunFolder(archive.out, archive.result_format).keep_failure(0, "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list((archive.out / "failed").iterdir())


def test_a_defect_is_told_by_type_and_place(archive: Archive) -> None:
    """Its message may hold a text; the other shards go on."""

    class Broken(ShardReader):
        def read(self, shard: Shard, tell: Tell = lambda _: None) -> Counts:
            if shard.number == 0:
                raise ValueError("secret")
            return super().read(shard, tell)

    with opened_run(archive) as run:

        def reading(job: Job, shards: Iterable[Shard]) -> Iterator[Event]:
            reader = Broken.load(job)
            return (read_shard(reader, shard, lambda _: None) for shard in shards)

        list(run.go(reading))
        summary = run.summary()
    assert summary.shards == len(run.shards) - 1
    assert "ValueError at " in summary.failures[0]
    assert "secret" not in summary.failures[0]


def test_a_shard_that_fails_is_told_and_tried_again(archive: Archive) -> None:
    """The others go on, and the next run tries it once more."""
    with opened_run(archive) as run:
        shard = run.shards[1]

        def failing(_: Job, shards: Iterable[Shard]) -> Iterator[Event]:
            for wanted in shards:
                if wanted == shard:
                    yield Failed(wanted.number, "OSError: No space left on device")

        list(run.go(failing))
        assert run.summary().failures == {1: "OSError: No space left on device"}
    summary = go(archive).summary()
    assert summary.failures == {}
    assert summary.counts.documents == 20


def test_a_row_that_ends_its_process_each_time_is_left_out(archive: Archive) -> None:
    """It is told among the errors; its neighbours are read."""
    row = 3
    journal = RunFolder(archive.out, archive.result_format).journal(0)

    def dying(job: Job, shards: Iterable[Shard]) -> Iterator[Event]:
        for _ in range(3):
            with Journal(journal, job.start) as notes:
                notes.at(row)
                left = journal.read_bytes()
            journal.write_bytes(left)
        return in_process(job, shards)

    with opened_run(archive) as run:
        list(run.go(dying))
    first, *_ = rows(archive, "errors")
    assert (first["row"], first["document_id"]) == (row, "d2")
    assert "three times" in first["reason"]
    assert len(rows(archive, "documents")) == 19
    assert not journal.exists()


def test_other_weights_than_asked_for_are_refused(archive: Archive) -> None:
    """As by the service."""
    with pytest.raises(ModelError, match="wanted is 00"):
        go(replace(archive, model_sha256="00" * 32))


def test_a_shard_that_is_done_is_not_read_again(archive: Archive) -> None:
    """Whoever asks a second time, as Ray does after a loss, hears what it held."""
    with opened_run(archive) as run:
        events = list(run.go(in_process))
        job = Job(
            archive.out,
            archive.result_format,
            {},  # no file could be read
            archive.columns,
            archive.options,
            archive.limits,
            archive.model,
            "",
            "cpu",
            1,
        )
        reader = ShardReader(job, Extractor.load(archive.model, device="cpu"))
        assert [Done(s.number, reader.read(s)) for s in run.shards] == events
