"""One shard read, and every way in which that can end as an event."""

from __future__ import annotations

import csv

import pyarrow as pa

from inquit.archive.events import Done, Failed
from inquit.archive.shard_reader import ShardReader, Tell
from inquit.archive.shards import Shard
from inquit.errors import InquitError

__all__ = ["read_shard"]


def read_shard(reader: ShardReader, shard: Shard, tell: Tell) -> Done | Failed:
    """Read a shard; what cannot be read or written is no reason to stop with the others."""
    try:
        return Done(shard.number, reader.read(shard, tell))
    except (InquitError, OSError, EOFError, csv.Error, pa.ArrowException, MemoryError) as error:
        # Messages of these are about files, not about texts.
        reason = getattr(error, "strerror", None) or str(error) or "out of memory"
        return Failed(shard.number, f"{type(error).__name__}: {reason}")
