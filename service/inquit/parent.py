"""What a worker process hears from its parent, and says to it."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import structlog

__all__ = ["HURRY", "READY", "STOP", "Parent"]

READY = b"ready"
"""The worker's only word: its model is warm and its port open."""
STOP = b"stop"
HURRY = b"hurry"

_log = structlog.get_logger(__name__)


class Parent:
    """The worker's end of the link; a parent that dies closes it, which counts as STOP."""

    def __init__(self, worker: int, link: Connection[Any, Any]) -> None:
        """`worker` is the number of this process, from 0."""
        self.worker = worker
        self._link = link

    def obey(self, stop: asyncio.Event, hurry: asyncio.Event) -> None:
        """Set the events when told to; called on the event loop.

        SIGINT stays blocked, as `Workers` started this process: a terminal sends it to parent and
        workers alike, and the parent's word follows. SIGTERM stops this worker, and never hurries it:
        a service manager may send it to all processes at once.
        """
        loop = asyncio.get_running_loop()

        def hear() -> None:
            try:
                word = self._link.recv_bytes()
            except (EOFError, OSError):
                loop.remove_reader(self._link.fileno())
                _log.warning("the parent is gone")
                word = STOP
            stop.set()
            if word == HURRY:
                hurry.set()

        loop.add_reader(self._link.fileno(), hear)
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def say_ready(self) -> None:
        """Tell the parent that calls are answered."""
        # Who is gone is noticed by reading.
        with suppress(OSError):
            self._link.send_bytes(READY)
