"""Where results go: a file or standard output, always UTF-8, line ends left alone."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Sink", "opened_sink"]


@dataclass(frozen=True, slots=True)
class Sink:
    """An open output."""

    file: IO[bytes]
    is_terminal: bool

    def write(self, text: str) -> None:
        """Write and flush, so that a reader of a pipe sees each result at once."""
        self.file.write(text.encode(errors="replace"))
        self.file.flush()


@contextmanager
def opened_sink(output: Path | None) -> Iterator[Sink]:
    """Open the file; None and `-` mean standard output."""
    if output is None or str(output) == "-":
        sys.stdout.flush()
        yield Sink(sys.stdout.buffer, sys.stdout.isatty())
        return
    with output.open("wb") as file:
        yield Sink(file, is_terminal=False)
