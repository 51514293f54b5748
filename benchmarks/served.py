"""The service in a process of its own, as its users start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Served"]

_PATIENCE = 120.0
"""Seconds for its start, and for its end."""


class Served:
    """`python -m inquit serve` on a free port; a context manager that leaves no process behind."""

    def __init__(self, log: Path, flags: Sequence[str] = ()) -> None:
        """`log` is where it writes: a file, as reading a pipe would cost time while it is measured."""
        self._log = log
        self._flags = flags

    def __enter__(self) -> Self:
        """Start it and wait until it is ready."""
        command = [sys.executable, "-m", "inquit", "serve", "--port", "0", *self._flags]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INQUIT_")}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stderr=log, env=environment)
        end = time.monotonic() + _PATIENCE
        while (ready := next((row for row in self._rows() if row.get("event") == "ready"), None)) is None:
            if self._process.poll() is not None or time.monotonic() > end:
                self._process.kill()
                raise SystemExit(f"the service did not start:\n{self._log.read_text(encoding='utf-8')}")
            time.sleep(0.05)
        self.address: str = ready["address"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def failures(self) -> int:
        """Lines that its log holds about failures of its own."""
        return sum(row.get("level") in {"error", "critical"} for row in self._rows())

    @property
    def resident_mib(self) -> float:
        """Its resident set now; NaN where the system has no /proc."""
        return self._memory("VmRSS")

    @property
    def peak_mib(self) -> float:
        """The largest resident set it had; NaN where the system has no /proc."""
        return self._memory("VmHWM")

    def _memory(self, field: str) -> float:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return float("nan")
        line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) / 1024

    def _rows(self) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
        # gRPC's own library writes plain lines between ours, and the last one may be half written.
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}\n")]
