"""Lines of JSON: where they can be cut, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator

from inquit.archive.files import ArchiveFile
from inquit.archive.rows import BadRow, Columns, Row, row_of
from inquit.archive.stretches import Stretch
from inquit.records import BadRecord, parsed_line

__all__ = ["read", "stretches"]

_CHUNK = 1 << 20


def stretches(file: ArchiveFile, size: int) -> Iterator[Stretch]:
    """Cut a file behind the first line end after each `size` bytes, by looking at line ends alone."""
    start, place, first_row, rows = 0, 0, 1, 0
    with file.open() as opened:
        while chunk := opened.read(_CHUNK):
            begin = 0
            # A chunk may end several stretches.
            while (end := chunk.find(b"\n", max(begin, start + size - 1 - place))) >= 0:
                rows += chunk.count(b"\n", begin, end + 1)
                begin = end + 1
                yield Stretch(start, place + begin, first_row, place + begin - start)
                start, first_row, rows = place + begin, first_row + rows, 0
            rows += chunk.count(b"\n", begin)
            place += len(chunk)
    if place > start:
        yield Stretch(start, place, first_row, place - start)


def read(file: ArchiveFile, stretch: Stretch, columns: Columns) -> Iterator[Row | BadRow]:
    """Read the lines of a stretch; blank ones are left out."""
    with file.open() as opened:
        opened.seek(stretch.start)
        place, number = stretch.start, stretch.first_row
        while place < stretch.stop and (line := opened.readline()):
            if line.strip():
                yield _row(line, number, file.name, columns)
            place += len(line)
            number += 1


def _row(line: bytes, number: int, name: str, columns: Columns) -> Row | BadRow:
    try:
        record = parsed_line(line, is_first=number == 1)
    except BadRecord as error:
        return BadRow(number, str(error))
    return row_of(record, number, name, columns)
