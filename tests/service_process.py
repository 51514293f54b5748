"""The real service in a process of its own, as its users start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

PATIENCE = 120.0
"""Seconds after which a test gives up on a process."""


class ServiceProcess:
    """`python -m inquit serve` on a free port; a context manager that leaves no process behind."""

    def __init__(self, *flags: str, wait: bool = True) -> None:
        command = [sys.executable, "-m", "inquit", "serve", "--port", "0", "--device", "cpu", *flags]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INQUIT_")}
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if wait:
            self.address: str = self.event("ready")["address"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.exit_status()
        assert self._process.stderr is not None
        self._process.stderr.close()

    @property
    def log(self) -> str:
        """Everything logged so far."""
        with self._news:
            return "".join(self._lines)

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """Wait for a log line with that event and those fields, and return it."""
        with self._news:
            found = self._news.wait_for(lambda: self._find(name, fields) or self._ended, PATIENCE)
        assert isinstance(found, dict), f"no event {name} {fields} in the log:\n{self.log}"
        return found

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def exit_status(self) -> int:
        """Wait for the end and return the exit status."""
        status = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _find(self, name: str, fields: dict[str, Any]) -> dict[str, Any] | None:
        for line in self._lines:
            # gRPC's own library writes plain lines between ours.
            row: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
            if row.get("event") == name and fields.items() <= row.items():
                return row
        return None
