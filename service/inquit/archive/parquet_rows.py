"""Parquet: where it can be cut, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pyarrow as pa
from pyarrow import parquet

from inquit.archive.files import ArchiveFile
from inquit.archive.rows import BadRow, Columns, Row, row_of
from inquit.archive.stretches import Stretch
from inquit.errors import DataError

__all__ = ["read", "stretches"]

_AT_ONCE = 256
"""Rows that are unpacked together."""
_LANGUAGES = ("languageCode", "language_code")


def stretches(file: ArchiveFile, size: int, columns: Columns) -> Iterator[Stretch]:
    """Cut a file into like numbers of rows whose text has about `size` bytes."""
    with _opened(file) as opened:
        if columns.text not in opened.schema_arrow.names:
            raise DataError(
                f"{file.name}: no column {columns.text!r}; --text-column names the one with the text"
            )
        rows, weight = opened.metadata.num_rows, _text_bytes(opened, columns)
    if rows == 0:
        return
    step = max(1, round(rows * size / max(1, weight)))
    for start in range(0, rows, step):
        stop = min(rows, start + step)
        yield Stretch(start, stop, start + 1, max(1, weight * (stop - start) // rows))


def read(file: ArchiveFile, stretch: Stretch, columns: Columns) -> Iterator[Row | BadRow]:
    """Read the rows of a stretch, a few hundred at a time."""
    with _opened(file) as opened:
        wanted = [c for c in (columns.id, columns.text, *_LANGUAGES) if c in opened.schema_arrow.names]
        groups, place = _groups(opened, stretch)
        for batch in opened.iter_batches(batch_size=_AT_ONCE, row_groups=groups, columns=wanted):
            first, last = max(stretch.start - place, 0), min(stretch.stop - place, len(batch))
            if first < last:
                records = _records(batch.slice(first, last - first))
                for number, record in enumerate(records, start=place + first + 1):
                    yield row_of(record, number, file.name, columns)
            place += len(batch)
            if place >= stretch.stop:
                return


def _groups(opened: Any, stretch: Stretch) -> tuple[list[int], int]:
    """Return the row groups that hold rows of the stretch, and the first row of the first."""
    groups: list[int] = []
    begin, place = 0, 0
    for group in range(opened.metadata.num_row_groups):
        count = opened.metadata.row_group(group).num_rows
        if place < stretch.stop and place + count > stretch.start:
            if not groups:
                begin = place
            groups.append(group)
        place += count
    return groups, begin


def _records(batch: Any) -> list[dict[str, Any]]:
    """Return the rows; a string that is no UTF-8, which the format does not prevent, as bytes."""
    try:
        return cast("list[dict[str, Any]]", batch.to_pylist())
    except UnicodeDecodeError:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        return [
            {name: _value(column[row]) for name, column in columns.items()} for row in range(batch.num_rows)
        ]


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return error.object


def _text_bytes(opened: Any, columns: Columns) -> int:
    groups = [opened.metadata.row_group(number) for number in range(opened.metadata.num_row_groups)]
    leaves = [group.column(place) for group in groups for place in range(group.num_columns)]
    # Of dictionaries that were packed, less than the text has: a shard is then larger, never wrong.
    return sum(leaf.total_uncompressed_size for leaf in leaves if leaf.path_in_schema == columns.text)


def _opened(file: ArchiveFile) -> Any:
    try:
        return parquet.ParquetFile(file.path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file.name}: is no Parquet file that can be read") from error
