"""What the readers of shards tell while they work."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.archive.folder import Counts

__all__ = ["Done", "Event", "Failed", "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """One more document of a shard in work was read."""

    shard: int
    characters: int


@dataclass(frozen=True, slots=True)
class Done:
    """A shard is done."""

    shard: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Failed:
    """A shard could not be read or written; the next run tries it again."""

    shard: int
    reason: str


Event = Told | Done | Failed
