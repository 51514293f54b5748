"""`inquit batch` as its users start it, in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from inquit.archive.run import Archive, opened_run

__all__ = ["PATIENCE", "BatchProcess", "HeldShard", "results"]

PATIENCE = 120.0
"""Seconds after which a test gives up."""
SHARD_BYTES = 2000
"""Of input, so that there are many."""


class BatchProcess:
    """The command over an archive; a context manager that leaves no process behind."""

    def __init__(self, archive: Path, out: Path, model: str, *options: str) -> None:
        command = [sys.executable, "-m", "inquit", "batch", str(archive), "--out", str(out)]
        command += [
            "--model",
            model,
            "--device",
            "cpu",
            "--shard-megabytes",
            str(SHARD_BYTES / 1e6),
            *options,
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INQUIT_")}
        self._out = out
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment | {"RAY_USAGE_STATS_ENABLED": "0"},
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.send_to_all(signal.SIGKILL)
        self.wait()

    def planned(self) -> int:
        """Return how many shards there are."""
        return len((self._out / "plan.jsonl").read_text(encoding="utf-8").splitlines())

    def done(self) -> int:
        """Return how many shards are done."""
        return len(list((self._out / "shards").glob("0*.json")))

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the command alone."""
        self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to the command and all that it started."""
        os.killpg(self._process.pid, number)

    def wait(self) -> tuple[int, str]:
        """Wait for the end; return the exit status and what was said."""
        said, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, said


class HeldShard:
    """A shard of a run not yet begun at which whoever would read it waits; a context manager.

    Its notes are a named pipe: whoever would read the shard reads them first, and waits.
    """

    def __init__(self, archive: Path, out: Path, model: str, number: int) -> None:
        # As the command would plan it.
        with opened_run(Archive((archive,), out, shard_bytes=SHARD_BYTES, model=model, device="cpu")):
            pass
        self._pipe = out / "shards" / f"{number:08d}.reading"
        self._pipe.parent.mkdir()
        os.mkfifo(self._pipe)
        self._pool = ThreadPoolExecutor(1)
        self._writing = self._pool.submit(self._pipe.open, "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pipe.exists():
            self.let_go()
        self._pool.shutdown()

    def wait(self) -> None:
        """Wait until a process has come to it."""
        self._writing.result(PATIENCE)

    def let_go(self) -> None:
        """Let it be read as any other."""
        # If nobody has come, the thread that waits for them ends all the same.
        reading = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._pipe.unlink()
        self._writing.result(PATIENCE).close()
        os.close(reading)


def results(out: Path) -> dict[str, bytes]:
    """Return the files of results."""
    folders = ("documents", "quotes", "errors")
    return {str(p.relative_to(out)): p.read_bytes() for name in folders for p in (out / name).glob("0*")}
