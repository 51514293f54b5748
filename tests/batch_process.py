"""`inquit batch` as its users start it, in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

__all__ = ["PATIENCE", "BatchProcess", "results"]

PATIENCE = 120.0
"""Seconds after which a test gives up."""


class BatchProcess:
    """The command over an archive; a context manager that leaves no process behind."""

    def __init__(self, archive: Path, out: Path, model: str, *options: str) -> None:
        command = [sys.executable, "-m", "inquit", "batch", str(archive), "--out", str(out)]
        command += ["--model", model, "--device", "cpu", "--shard-megabytes", "0.002", *options]
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

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, as files tell."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert self._process.poll() is None, f"it ended before:\n{self.wait()[1]}"
            assert time.monotonic() < end
            time.sleep(0.005)

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


def results(out: Path) -> dict[str, bytes]:
    """Return the files of results."""
    folders = ("documents", "quotes", "errors")
    return {str(p.relative_to(out)): p.read_bytes() for name in folders for p in (out / name).glob("0*")}
