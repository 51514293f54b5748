from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inquit.archive import processes
from inquit.archive.events import Done, Event, Failed, Told
from inquit.archive.folder import Counts, ResultFormat
from inquit.archive.run import Archive, opened_run
from inquit.archive.shard_reader import Job
from inquit.archive.shards import Shard
from inquit.cli.batch_watch import BatchWatch
from inquit.model.weights import save_model
from inquit.types import OffsetEncoding, QuoteKind
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

if TYPE_CHECKING:
    from typer.testing import Result

    Run = Callable[..., Result]


@dataclass
class FakeProcesses:
    """Stands for the processes that read shards."""

    job: Job | None = None
    devices: tuple[str, ...] = ()
    outcome: Callable[[Shard], Done | Failed] = lambda shard: Done(shard.number, Counts(2, 5, 0, 18))
    read: list[int] = field(default_factory=list)

    def __call__(self, job: Job, shards: Iterable[Shard], devices: tuple[str, ...]) -> Iterator[Event]:
        self.job, self.devices = job, devices
        for shard in shards:
            self.read.append(shard.number)
            yield self.outcome(shard)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> FakeProcesses:
    """Stand in for the processes."""
    fake = FakeProcesses()
    monkeypatch.setattr(processes, "read_shards", fake)
    return fake


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Write a model folder."""
    folder = tmp_path / "model"
    save_model(folder, tiny_network(), tiny_config(), tiny_tokenizer())
    return folder


@pytest.fixture
def batch(inquit: Run, tmp_path: Path, model: Path) -> Run:
    """Return a function that runs the command over three lines."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"text": f"text {n}"}) + "\n" for n in range(3)), encoding="utf-8")

    def run(*arguments: object) -> Result:
        return inquit("batch", path, "--out", tmp_path / "out", "--model", model, *arguments)

    return run


def test_what_was_read_is_told(batch: Run, workers: FakeProcesses, tmp_path: Path) -> None:
    """The last line has the sums and the rate; all went well."""
    done = batch("--device", "cpu", "-p", "3")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"{tmp_path / 'out'}: 2 documents, 5 quotations; 2 now, ")
    assert workers.devices == ("cpu",) * 3


def test_options_reach_the_processes(batch: Run, workers: FakeProcesses) -> None:
    """Each option has its effect."""
    options = ["--kinds", "indirect", "--min-confidence", "0.5", "--offset-encoding", "utf16"]
    columns = ["--text-column", "text", "--id-column", "key", "--max-characters", "99"]
    batch(*options, *columns, "--format", "jsonl", "--threads", "2", "--device", "cpu")
    job = workers.job
    assert job is not None
    assert job.options.kinds == {QuoteKind.INDIRECT}
    assert (job.options.min_confidence, job.options.offset_encoding) == (0.5, OffsetEncoding.UTF16)
    assert (job.columns.id, job.limits.max_characters, job.threads) == ("key", 99, 2)
    assert job.result_format is ResultFormat.JSONL


def test_bad_rows_are_told_by_the_exit_code(batch: Run, workers: FakeProcesses, tmp_path: Path) -> None:
    """The run is done, but somebody should look."""
    workers.outcome = lambda shard: Done(shard.number, Counts(1, 0, 2, 6))
    done = batch("--device", "cpu")
    assert done.exit_code == 1
    assert f"2 rows could not be read, see {tmp_path / 'out' / 'errors'}" in done.stderr


def test_shards_that_failed_are_told_and_tried_again(batch: Run, workers: FakeProcesses) -> None:
    """With the reason."""
    workers.outcome = lambda shard: Failed(shard.number, "OSError: No space left on device")
    done = batch("--device", "cpu")
    assert done.exit_code == 1
    assert "shard 0 failed, the same command tries it again: OSError: No space left on device" in done.stderr
    batch("--device", "cpu")
    assert workers.read == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--kinds", "loud"], 2, "is not a list of kinds"),
        (["--actors", "2"], 2, "no effect without --ray"),
        (["--gpus-per-actor", "1"], 2, "no effect without --ray"),
        (["--ray", "-p", "2"], 2, "give --actors"),
        (["--ray", "--actors", "3,2"], 2, "the second no less than the first"),
        (["--ray", "--actors", "many"], 2, "is not one number or two"),
        (["--text-column", "body", "--device", "cpu"], 0, ""),
        (["--device", "abacus"], 1, "unknown device"),
    ],
)
def test_wrong_calls_are_told_in_one_line(
    batch: Run, workers: FakeProcesses, arguments: list[str], code: int, message: str
) -> None:
    """The option and what it may be."""
    done = batch(*arguments)
    assert done.exit_code == code, done.stderr
    assert message in done.stderr
    assert done.stderr.count("\n") == (code != 0)
    assert bool(workers.read) is (code == 0)


def test_missing_inputs_are_told(inquit: Run, tmp_path: Path, model: Path) -> None:
    """Before anything is written."""
    done = inquit("batch", tmp_path / "no.csv", "--out", tmp_path / "out", "--model", model)
    assert done.exit_code == 1
    assert "no such file" in done.stderr
    assert not (tmp_path / "out").exists()


def test_progress_tells_rate_and_time_left(tmp_path: Path, model: Path) -> None:
    """Of this run alone: what an earlier one has done makes it look no faster."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"text": "0123456789"}\n' * 40)
    now = 0.0
    with opened_run(Archive((path,), tmp_path / "out", shard_bytes=230, model=str(model))) as run:
        shards = run.shards
        list(run.go(lambda _job, left: iter([Done(next(iter(left)).number, Counts(10, 0, 0, 100))])))
        watch = BatchWatch(run, now=lambda: now)
        assert watch.line() == "0 documents, 0.0/s, 25%"
        watch.see(Told(shards[1].number, 10))
        now = 5.0
        watch.see(Done(shards[1].number, Counts(10, 0, 0, 100)))
        assert watch.line() == "10 documents, 2.0/s, 50%, 10 s left"
        watch.see(Failed(shards[2].number, "full"))
        assert watch.line() == "10 documents, 2.0/s, 75%, 2 s left"
