"""Shards read by processes of this machine, each with its own model."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NoReturn

from inquit.archive.events import Done, Event, Failed, Told
from inquit.archive.shard_reader import Job, ShardReader
from inquit.archive.shards import Shard
from inquit.archive.tasks import read_shard
from inquit.errors import InquitError, ModelError

__all__ = ["read_shards"]

_DEATHS = 5
"""Ends of processes, none of which read a document since the one before, after which the run is given up.

One document may cause four, see `journal`.
"""
_LAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Broken:
    """The model could not be loaded."""

    message: str


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    shard: Shard | None = None


def read_shards(job: Job, shards: Iterable[Shard], devices: tuple[str, ...]) -> Iterator[Event]:
    """Read shards by one process a device, `cpu` as often as there shall be; raise ModelError.

    A process that dies is replaced, and its shard read again. Left early, it ends its processes.
    """
    waiting = deque(shards)
    pool = _Pool(job)
    try:
        for device in devices[: len(waiting)]:
            pool.start(device, waiting)
        yield from pool.events(waiting)
    finally:
        pool.stop()


class _Pool:
    def __init__(self, job: Job) -> None:
        self._job = job
        # A fork would inherit the threads' locks of torch in whatever state they are.
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[str, list[_Worker]] = {}
        self._deaths = 0

    def start(self, device: str, waiting: deque[Shard]) -> None:
        """Start a process and give it a shard."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(replace(self._job, device=device), theirs), name="inquit-batch", daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.setdefault(device, []).append(worker)
        self._give(worker, waiting)

    def events(self, waiting: deque[Shard]) -> Iterator[Event]:
        """Yield what the processes tell until no shard is left."""
        while workers := {w.connection: (w, device) for device, ws in self._workers.items() for w in ws}:
            for connection in wait(list(workers)):
                worker, device = workers[connection]  # type: ignore[index]
                try:
                    event = worker.connection.recv()
                except (EOFError, OSError):
                    self._bury(worker, device, waiting)
                    continue
                if isinstance(event, _Broken):
                    raise ModelError(event.message)
                self._deaths = 0
                yield event
                if isinstance(event, Done | Failed) and not self._give(worker, waiting):
                    self._dismiss(worker, device)

    def stop(self) -> None:
        """End all processes."""
        workers = [worker for workers in self._workers.values() for worker in workers]
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join(_LAST_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.connection.close()
        self._workers.clear()

    def _give(self, worker: _Worker, waiting: deque[Shard]) -> bool:
        """Give a process its next shard, or none; tell whether there was one."""
        worker.shard = waiting.popleft() if waiting else None
        # If it is dead, the next look at its connection finds that out.
        with suppress(OSError):
            worker.connection.send(worker.shard)
        return worker.shard is not None

    def _dismiss(self, worker: _Worker, device: str) -> None:
        self._workers[device].remove(worker)
        worker.process.join()
        worker.connection.close()

    def _bury(self, worker: _Worker, device: str, waiting: deque[Shard]) -> None:
        """Replace a process that died."""
        self._dismiss(worker, device)
        self._deaths += 1
        if self._deaths >= _DEATHS:
            raise ModelError(
                f"the processes end before they read anything; the last ended with {worker.process.exitcode}"
            )
        if worker.shard is not None:
            waiting.appendleft(worker.shard)
            self.start(device, waiting)


def _end(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _work(job: Job, connection: Any) -> None:
    """Read shards until there are no more, or nobody wants them."""
    # The parent decides what an interruption means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # An orderly end: nothing is left half written, and no row is held to have caused it.
    signal.signal(signal.SIGTERM, _end)
    try:
        try:
            reader = ShardReader.load(job)
        except InquitError as error:
            connection.send(_Broken(error.message))
            return
        while (shard := connection.recv()) is not None:

            def tell(characters: int, number: int = shard.number) -> None:
                connection.send(Told(number, characters))

            connection.send(read_shard(reader, shard, tell))
    except (BrokenPipeError, EOFError):
        pass  # the parent is gone
