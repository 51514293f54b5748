from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest

import fake_worker
from inquit import workers as workers_module
from inquit.config import ServerSettings
from inquit.workers import Replacement, Work, Workers
from running_service import events, until

AT_ONCE = Replacement(pause=0.0, rapid_ends=3)


@dataclass(frozen=True)
class Supervised:
    workers: Workers
    status: asyncio.Future[int]
    stop: asyncio.Event
    hurry: asyncio.Event

    async def end(self) -> int:
        self.stop.set()
        return await self.status


@asynccontextmanager
async def supervising(
    work: Work, *, replacement: Replacement = AT_ONCE, **settings: Any
) -> AsyncIterator[Supervised]:
    """Run two fake workers until the end of the block."""
    workers = Workers(ServerSettings(port=4000, workers=2, **settings), work, replacement=replacement)
    stop, hurry = asyncio.Event(), asyncio.Event()
    status = asyncio.ensure_future(workers.run(stop, hurry))
    try:
        yield Supervised(workers, status, stop, hurry)
    finally:
        stop.set()
        hurry.set()
        await status


async def until_ready(log: StringIO) -> None:
    """Wait for the line that tells that all workers are."""
    await until(lambda: bool(events(log, "ready")))


async def test_all_begin_and_end_together(log: StringIO) -> None:
    """The service is ready when all workers are, and ends with 0 when all ended in peace."""
    async with supervising(fake_worker.obedient) as supervised:
        await until_ready(log)
        assert sorted(supervised.workers.pids) == [0, 1]
        (ready,) = events(log, "ready")
        assert (ready["address"], ready["workers"]) == ("127.0.0.1:4000", 2)
        assert await supervised.end() == 0
        assert supervised.workers.pids == {}
    assert not events(log, "worker ended")


async def test_a_killed_worker_is_replaced(log: StringIO) -> None:
    """The new one has the number of the old one; the others go on as they are."""
    async with supervising(fake_worker.obedient) as supervised:
        await until_ready(log)
        before = dict(supervised.workers.pids)
        os.kill(before[1] or 0, signal.SIGKILL)
        await until(lambda: bool(events(log, "worker replaced")))
        after = supervised.workers.pids
        assert (after[0], after[1] != before[1]) == (before[0], True)
        assert [(row["worker"], row["exit_status"]) for row in events(log, "worker ended")] == [(1, -9)]
        assert len(events(log, "ready")) == 1
        assert await supervised.end() == 0


async def test_a_worker_that_cannot_begin_ends_the_service(log: StringIO) -> None:
    """What fails at the start would fail again: nobody waits for a service that never gets ready."""
    async with supervising(fake_worker.broken) as supervised:
        assert await supervised.status == 1
    assert events(log, "worker ended")[0]["exit_status"] == 3
    assert not events(log, "ready")


async def test_rapid_ends_end_the_service(log: StringIO) -> None:
    """A worker that ends again and again is not replaced for ever."""
    async with supervising(fake_worker.obedient) as supervised:
        await until_ready(log)
        for count in range(AT_ONCE.rapid_ends):
            await until(lambda count=count: len(events(log, "worker replaced")) == count)  # type: ignore[misc]
            os.kill(supervised.workers.pids[0] or 0, signal.SIGKILL)
            await until(lambda count=count: len(events(log, "worker ended")) == count + 1)  # type: ignore[misc]
        assert await supervised.status == 1
    assert events(log, "a worker ends again and again")[0]["worker"] == 0


async def test_ends_after_a_sound_life_are_no_rapid_ones(log: StringIO) -> None:
    """Whoever served for long is replaced however often that happens."""
    patient = Replacement(pause=0.0, sound_seconds=0.0, rapid_ends=1)
    async with supervising(fake_worker.obedient, replacement=patient) as supervised:
        await until_ready(log)
        for count in (1, 2, 3):
            os.kill(supervised.workers.pids[0] or 0, signal.SIGKILL)
            await until(lambda count=count: len(events(log, "worker replaced")) == count)  # type: ignore[misc]
        assert await supervised.end() == 0


async def test_a_stop_does_not_wait_for_a_replacement(log: StringIO) -> None:
    """Who is told to stop while a worker is to be replaced starts no new one."""
    slow = Replacement(pause=3600.0, longest_pause=3600.0)
    async with supervising(fake_worker.obedient, replacement=slow) as supervised:
        await until_ready(log)
        os.kill(supervised.workers.pids[0] or 0, signal.SIGKILL)
        await until(lambda: bool(events(log, "worker ended")))
        assert await supervised.end() == 0
    assert len(events(log, "worker started")) == 2


async def test_hurry_reaches_the_workers(log: StringIO) -> None:
    """The second order goes to all of them."""
    async with supervising(fake_worker.stubborn, grace_seconds=3600.0) as supervised:
        await until_ready(log)
        supervised.stop.set()
        supervised.hurry.set()
        assert await supervised.status == 0


async def test_a_worker_that_does_not_end_is_killed(log: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """After lead and grace time nothing keeps the service, and the exit status says so."""
    monkeypatch.setattr(workers_module, "_LAST_SECONDS", 0.0)
    async with supervising(fake_worker.deaf, grace_seconds=0.0) as supervised:
        await until_ready(log)
        assert await supervised.end() == 1
        assert supervised.workers.pids == {}
    assert len(events(log, "worker does not end")) == 2


async def test_one_bad_end_is_the_end_of_all(log: StringIO) -> None:
    """The exit status is 0 only when that of every worker is."""
    async with supervising(fake_worker.troubled) as supervised:
        await until_ready(log)
        assert await supervised.end() == 1
