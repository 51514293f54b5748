"""A contestant of a benchmark, seen from outside: one process of `reader.py` or several."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Contestant", "Pass", "shares"]

_READER = Path(__file__).with_name("reader.py")


@dataclass(frozen=True, slots=True)
class Pass:
    """All texts, read once."""

    seconds: float
    """From the word to begin to the last answer; the process was warm before."""
    quotations: int
    refused: int
    """Texts that the contestant gave up on."""


@dataclass(slots=True)
class Contestant:
    """Processes that read a share of the texts each; a context manager that ends them.

    `python` is the interpreter of the environment that has what `way` needs.
    """

    name: str
    way: str
    texts: Sequence[str]
    folder: Path
    """Where the shares are handed over."""
    processes: int = 1
    flags: Sequence[str] = ()
    python: Path = Path(sys.executable)
    passes: list[Pass] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    """What the reader says of itself."""
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the processes and wait until they are warm."""
        for index, share in enumerate(shares(self.texts, self.processes)):
            path = self.folder / f"{self.name.replace(' ', '-')}-{index}.json"
            path.write_text(json.dumps(share), encoding="utf-8")
            command = [str(self.python), str(_READER), self.way, str(path), *self.flags]
            self._started.append(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
        for process in self._started:
            self.about = self._answer(process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._started:
            # Its loop ends with its input.
            process.communicate()

    @property
    def best(self) -> Pass:
        """The fastest pass so far."""
        return min(self.passes, key=lambda one: one.seconds)

    def read(self) -> Pass:
        """Let every process read its share once."""
        began = time.perf_counter()
        for process in self._started:
            assert process.stdin is not None  # noqa: S101 - a pipe was asked for
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [self._answer(process) for process in self._started]
        seconds = time.perf_counter() - began
        done = Pass(
            seconds,
            sum(answer["quotations"] for answer in answers),
            sum(answer["refused"] for answer in answers),
        )
        self.passes.append(done)
        return done

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: its process ended with status {process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def shares(texts: Sequence[str], number: int) -> list[list[str]]:
    """Return the texts in that many parts of about the same length; an empty part is left out."""
    parts: list[list[str]] = [[] for _ in range(number)]
    sizes = [0] * number
    if number == 1:
        return [list(texts)]
    for text in sorted(texts, key=len, reverse=True):
        least = sizes.index(min(sizes))
        parts[least].append(text)
        sizes[least] += len(text)
    return [part for part in parts if part]
