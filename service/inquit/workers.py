"""Several processes that serve on one port: started, watched, replaced and ended by their parent."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import structlog

from inquit.config import ServerSettings
from inquit.logs import describe
from inquit.parent import HURRY, READY, STOP

__all__ = ["Replacement", "Work", "Workers"]

Work = Callable[[ServerSettings, int, Any], None]
"""What a worker process does with its number and its link to the parent; importable by its name."""

_LAST_SECONDS = 10.0
"""Beyond lead and grace time, for a worker to leave its event loop and its interpreter."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Replacement:
    """How patiently a worker is replaced that ended without being told to."""

    pause: float = 0.5
    """Seconds before a new one begins, doubled after each rapid end."""
    longest_pause: float = 30.0
    sound_seconds: float = 60.0
    """A worker that ends within this time of being ready, or before it is, ends rapidly."""
    rapid_ends: int = 5
    """Rapid ends in a row of one worker after which the whole service gives up."""


@dataclass
class _Worker:
    process: SpawnProcess
    link: Connection[Any, Any]
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    ready_at: float | None = None
    """By the event loop's clock."""


class Workers:
    """`settings.workers` processes, numbered from 0; each has its own model and event loop."""

    def __init__(
        self, settings: ServerSettings, work: Work, *, replacement: Replacement | None = None
    ) -> None:
        """Take settings that name the port, which the parent holds; `work` is done by each process."""
        self._settings = settings
        self._work = work
        self._replacement = replacement or Replacement()
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[int, _Worker] = {}
        self._announced = False
        self._stopping = asyncio.Event()

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event) -> int:
        """Serve until `stop`; return 0 when every worker then ended in peace.

        Setting `hurry` cuts their lead and grace time short. Returns 1 at once when a worker ends
        before all were ready, and when one ends rapidly again and again.
        """
        # Starting it lets the signals through that `_signals_held` holds.
        resource_tracker.ensure_running()
        slots = {asyncio.create_task(self._keep(number)) for number in range(self._settings.workers)}
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({*slots, stopping}, return_when=asyncio.FIRST_COMPLETED)
        gave_up = not stop.is_set()
        stopping.cancel()
        self._stopping.set()
        self._tell(STOP)
        await self._see_out(slots, hurry)
        for slot in slots:
            if (error := slot.exception()) is not None:
                _log.error("a worker could not be kept", **describe(error))
        # Without a word where a worker was just to be replaced: it has no status.
        sound = all(worker.process.exitcode == 0 for worker in self._workers.values())
        _log.info("stopped", workers=len(slots))
        return 0 if sound and not gave_up else 1

    @property
    def pids(self) -> dict[int, int | None]:
        """The process of each worker that runs, by its number."""
        return {
            number: worker.process.pid
            for number, worker in self._workers.items()
            if not worker.ended.is_set()
        }

    async def _keep(self, number: int) -> None:
        """Have this worker running until the service stops; return early to end the service."""
        limits = self._replacement
        rapid = 0
        while not self._stopping.is_set():
            worker = self._begin(number)
            await worker.ended.wait()
            if self._stopping.is_set():
                return
            _log.error("worker ended", worker=number, exit_status=worker.process.exitcode)
            if not self._announced:
                return
            sound = worker.ready_at is not None and _now() - worker.ready_at >= limits.sound_seconds
            rapid = 0 if sound else rapid + 1
            if rapid >= limits.rapid_ends:
                _log.error("a worker ends again and again", worker=number)
                return
            del self._workers[number]
            pause = min(limits.pause * 2**rapid, limits.longest_pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def _begin(self, number: int) -> _Worker:
        loop = asyncio.get_running_loop()
        link, far_end = self._context.Pipe()
        process = self._context.Process(
            target=self._work,
            args=(self._settings, number, far_end),
            name=f"inquit-worker-{number}",
            daemon=True,
        )
        with _signals_held():
            process.start()
        # The worker has its own; this one would keep the link open when the worker is gone.
        far_end.close()
        worker = self._workers[number] = _Worker(process, link)

        def hear() -> None:
            try:
                word = link.recv_bytes()
            except (EOFError, OSError):
                loop.remove_reader(link.fileno())
                return
            if word == READY:
                worker.ready_at = _now()
                self._announce(number, worker)

        def end() -> None:
            loop.remove_reader(process.sentinel)
            loop.remove_reader(link.fileno())
            process.join()
            link.close()
            worker.ended.set()

        loop.add_reader(link.fileno(), hear)
        loop.add_reader(process.sentinel, end)
        _log.info("worker started", worker=number, pid=process.pid)
        return worker

    def _announce(self, number: int, worker: _Worker) -> None:
        """Say that the service is ready when all workers are, and later that one was replaced."""
        if self._announced:
            _log.info("worker replaced", worker=number, pid=worker.process.pid)
            return
        ready = sum(known.ready_at is not None for known in self._workers.values())
        if ready == self._settings.workers and not self._stopping.is_set():
            self._announced = True
            _log.info("ready", address=self._settings.address, workers=ready)

    def _tell(self, word: bytes) -> None:
        for worker in self._workers.values():
            # A worker that is gone, or going, needs no word.
            with suppress(OSError):
                worker.link.send_bytes(word)

    async def _see_out(self, slots: set[asyncio.Task[None]], hurry: asyncio.Event) -> None:
        """Wait for the workers, who were told to stop; kill those that do not end in time."""
        patience = self._settings.lead_seconds + self._settings.grace_seconds + _LAST_SECONDS
        impatient = asyncio.ensure_future(hurry.wait())
        ending = asyncio.ensure_future(asyncio.wait(slots))
        either: set[asyncio.Future[Any]] = {ending, impatient}
        await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        impatient.cancel()
        if hurry.is_set():
            self._tell(HURRY)
            await asyncio.wait({ending}, timeout=_LAST_SECONDS)
        if not ending.done():
            for number, pid in self.pids.items():
                _log.error("worker does not end", worker=number, pid=pid)
                self._workers[number].process.kill()
        await ending


def _now() -> float:
    return asyncio.get_running_loop().time()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Start a process with SIGINT and SIGTERM blocked, until it can tell what they mean."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
