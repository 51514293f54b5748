"""CSV: where it can be cut, and what it holds. Cells may hold line ends, so it is parsed to be cut."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import IO

from inquit.archive.files import ArchiveFile
from inquit.archive.rows import BadRow, Columns, Row, row_of
from inquit.archive.stretches import Stretch
from inquit.errors import DataError

__all__ = ["read", "stretches"]


class _Lines:
    """Lines of a file as text, with the place behind the last one that was taken."""

    def __init__(self, file: IO[bytes], place: int, stop: int | None = None) -> None:
        self.place = place
        self._file = file
        self._stop = stop

    def __iter__(self) -> Iterator[str]:
        while (self._stop is None or self.place < self._stop) and (line := self._file.readline()):
            is_first = self.place == 0
            self.place += len(line)
            # Bad bytes become U+FFFD, which the answer warns of.
            yield line.decode("utf-8-sig" if is_first else "utf-8", errors="replace")


def stretches(file: ArchiveFile, size: int, columns: Columns) -> Iterator[Stretch]:
    """Cut a file behind the first row that ends after each `size` bytes."""
    _allow_long_cells()
    with file.open() as opened:
        lines = _Lines(opened, 0)
        reader = csv.reader(lines)
        header = next(reader, None)
        if header is None:
            return
        _check(header, columns, file.name)
        start, first_row, row = lines.place, 1, 0
        for row, _ in enumerate(_parsed(reader), start=1):
            if lines.place - start >= size:
                yield Stretch(start, lines.place, first_row, lines.place - start)
                start, first_row = lines.place, row + 1
        if lines.place > start:
            yield Stretch(start, lines.place, first_row, lines.place - start)


def read(file: ArchiveFile, stretch: Stretch, columns: Columns) -> Iterator[Row | BadRow]:
    """Read the rows of a stretch; row 1 is the one behind the header."""
    _allow_long_cells()
    with file.open() as opened:
        header = next(csv.reader(_Lines(opened, 0)))
        opened.seek(stretch.start)
        lines = _Lines(opened, stretch.start, stretch.stop)
        for number, cells in enumerate(_parsed(csv.reader(lines)), start=stretch.first_row):
            if cells is None:
                yield BadRow(number, "not CSV: a carriage return in a cell without quotes")
            elif cells:
                yield row_of(dict(zip(header, cells, strict=False)), number, file.name, columns)


def _parsed(reader: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Yield the cells of each row, None where they cannot be told; the next row begins on the next line."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _check(header: list[str], columns: Columns, name: str) -> None:
    if columns.text not in header:
        raise DataError(f"{name}: no column {columns.text!r}; --text-column names the one with the text")


def _allow_long_cells() -> None:
    # The module's limit of 131,072 characters is for the whole process.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
