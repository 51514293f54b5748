"""Shards read by real processes with a tiny model."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from inquit.archive.events import Done, Event, Told
from inquit.archive.processes import read_shards
from inquit.archive.rows import Columns
from inquit.archive.run import Archive, Run, opened_run
from inquit.archive.shard_reader import Job
from inquit.errors import ModelError


@pytest.fixture
def archive(tmp_path: Path, tiny_folder: Path) -> Archive:
    """Return a run over forty texts in about ten shards."""
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "“Yes,” said Ada Brill.\n" * 40, encoding="utf-8")
    return Archive((path,), tmp_path / "out", shard_bytes=100, model=str(tiny_folder), device="cpu")


def by_two(run: Run) -> list[Event]:
    """Read what is left by two processes."""
    return list(run.go(lambda job, shards: read_shards(job, shards, ("cpu", "cpu"))))


def test_every_shard_is_done_once(archive: Archive) -> None:
    """By whichever process is free; each document is told of."""
    with opened_run(archive) as run:
        events = by_two(run)
        done = [event.shard for event in events if isinstance(event, Done)]
        assert sorted(done) == [shard.number for shard in run.shards]
        assert sum(isinstance(event, Told) for event in events) == 40
        assert run.summary().counts.documents == 40
        assert by_two(run) == []
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_replaced(archive: Archive) -> None:
    """Its shard is read again, and nothing is missing or there twice."""
    with opened_run(archive) as run:
        killed = False
        for event in run.go(lambda job, shards: read_shards(job, shards, ("cpu", "cpu"))):
            if isinstance(event, Told) and not killed:
                child = multiprocessing.active_children()[0]
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)
                killed = True
        assert run.summary().counts.documents == 40
        assert run.summary().failures == {}


def test_leaving_early_ends_the_processes(archive: Archive) -> None:
    """Nobody goes on reading for who has gone."""
    with opened_run(archive) as run:
        events = run.go(lambda job, shards: read_shards(job, shards, ("cpu", "cpu")))
        next(events)
        events.close()  # type: ignore[attr-defined]
        assert not multiprocessing.active_children()


def test_a_stop_accuses_no_text(archive: Archive) -> None:
    """The processes end in an orderly way: nothing is half written, no row is noted as their end."""
    for _ in range(2):
        with opened_run(archive) as run:
            events = run.go(lambda job, shards: read_shards(job, shards, ("cpu",)))
            next(event for event in events if isinstance(event, Told))
            events.close()  # type: ignore[attr-defined]
        for notes in (archive.out / "shards").glob("*.reading"):
            head, note = notes.read_text("utf-8").splitlines()
            assert json.loads(head)["ends"] == {}
            assert not note.strip()
        assert not [path for path in archive.out.rglob(".*") if path.name != ".lock"]


def test_a_model_that_cannot_be_loaded_is_told(archive: Archive, tmp_path: Path) -> None:
    """By its own error, not by processes that end again and again."""
    with opened_run(archive) as run:

        def without_model(job: Job, shards: object) -> object:
            job = Job(
                job.folder,
                job.result_format,
                job.files,
                Columns(),
                job.options,
                job.limits,
                str(tmp_path),
                job.model_sha256,
                "cpu",
                1,
            )
            return read_shards(job, shards, ("cpu",))  # type: ignore[arg-type]

        with pytest.raises(ModelError, match="config"):
            list(run.go(without_model))  # type: ignore[arg-type]
    assert json.loads((archive.out / "run.json").read_text("utf-8"))["layout"] == 1
