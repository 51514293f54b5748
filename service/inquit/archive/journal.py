"""The row that a shard is at, kept where the next try finds it if this one's process dies.

A text that brings its process down would bring down every one that tries it again: a row at which
a process ended three times is left out, and told among the errors. Only ends that the run outlived
count: one that was stopped, with all of its processes, accuses no text.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Journal"]

_STRIKES = 3
_WIDTH = 20
_MANY = 0
"""Instead of a row: several are read together, and which one it was cannot be told."""


class Journal:
    """Notes each row before it is read, as a context; a shard that is done needs none.

    `start` names this start of the run.
    """

    def __init__(self, path: Path, start: str) -> None:
        self._path = path
        self._start = start
        # How often a process ended at each row.
        self._ends: dict[int, int] = {}
        self._file: IO[bytes]
        self._place = 0

    @property
    def is_careful(self) -> bool:
        """Whether a process ended in this shard before, so that rows must be read one by one."""
        return bool(self._ends)

    def hopeless(self) -> frozenset[int]:
        """Return the rows that are not to be tried again."""
        return frozenset(row for row, ends in self._ends.items() if ends >= _STRIKES and row != _MANY)

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        start, self._ends, row = _read(self._path)
        if row is not None and start == self._start:
            self._ends[row] = self._ends.get(row, 0) + 1
        ends = {str(row): count for row, count in self._ends.items()}
        head = json.dumps({"start": self._start, "ends": ends}).encode() + b"\n"
        self._file = self._path.open("wb", buffering=0)
        self._place = len(head)
        self._file.write(head + _note(_MANY))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An exception is no death of the process.
        self.at(None)
        self._file.close()

    def at(self, row: int | None) -> None:
        """Note that this row is read now, or none."""
        os.pwrite(self._file.fileno(), _note(row), self._place)

    def remove(self) -> None:
        """Remove the notes of a shard that is done."""
        self._path.unlink(missing_ok=True)


def _note(row: int | None) -> bytes:
    return ("" if row is None else str(row)).ljust(_WIDTH).encode()


def _read(path: Path) -> tuple[str, dict[int, int], int | None]:
    try:
        head, _, tail = path.read_bytes().partition(b"\n")
        known = json.loads(head)
        ends = {int(row): int(count) for row, count in known["ends"].items()}
        return str(known["start"]), ends, int(tail) if tail.strip() else None
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        # Cut off by the death it should tell of: the shard is tried as if for the first time.
        return "", {}, None
