"""One shard read, and every way in which that can end as an event."""

from __future__ import annotations

import zlib

from inquit.archive.events import Done, Failed
from inquit.archive.shard_reader import ShardReader, Tell
from inquit.archive.shards import Shard
from inquit.errors import InquitError
from inquit.logs import describe

__all__ = ["read_shard"]


def read_shard(reader: ShardReader, shard: Shard, tell: Tell) -> Done | Failed:
    """Read a shard; what cannot be read or written is no reason to stop with the others."""
    try:
        return Done(shard.number, reader.read(shard, tell))
    except (InquitError, OSError, EOFError, zlib.error) as error:
        # Messages of these are about files, not about texts.
        reason = getattr(error, "strerror", None) or str(error)
        return Failed(shard.number, f"{type(error).__name__}: {reason}")
    except Exception as error:  # noqa: BLE001  # others may quote what they met
        described = describe(error)
        return Failed(shard.number, f"{described['exception']} at {described['frames'][-1]}")
