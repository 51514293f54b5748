from __future__ import annotations

import asyncio
from io import StringIO

import pytest

from inquit.loop_watch import LoopWatch
from running_service import events


class Clock:
    """Sleeps as late as it is told to, then ends the watch."""

    def __init__(self, *delays: float) -> None:
        self.now = 100.0
        self._delays = iter(delays)

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        try:
            self.now += seconds + next(self._delays)
        except StopIteration:
            raise asyncio.CancelledError from None


async def watch(*delays: float) -> list[float]:
    """Return what is told of wakes that are so late."""
    told: list[float] = []
    clock = Clock(*delays)
    with pytest.raises(asyncio.CancelledError):
        await LoopWatch(told.append, sleep=clock.sleep, clock=clock.read).run()
    return told


async def test_lateness_is_told() -> None:
    """Each wake tells by how much it was late, and never less than nothing."""
    assert await watch(0.0, 0.125, -0.01) == pytest.approx([0.0, 0.125, 0.0])


async def test_a_stall_is_logged_once(log: StringIO) -> None:
    """A loop that stays late is one line; the next stall is another."""
    await watch(0.2, 0.5, 0.75, 0.0, 1.0)
    rows = events(log, "the event loop was held up")
    assert [(row["level"], row["seconds"]) for row in rows] == [("warning", 0.5), ("warning", 1.0)]
