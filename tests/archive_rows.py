"""All rows of an input file, read shard by shard."""

from __future__ import annotations

from inquit.archive.files import ArchiveFile
from inquit.archive.rows import BadRow, Columns, Row
from inquit.archive.shards import plan, shard_rows

__all__ = ["read_all"]


def read_all(file: ArchiveFile, size: int, columns: Columns | None = None) -> list[Row | BadRow]:
    """Return the rows in the order of the shards, of about `size` bytes each."""
    columns = columns or Columns()
    return [row for shard in plan([file], size, columns) for row in shard_rows(file, shard.stretch, columns)]
