"""The threads that cut texts into windows and read the network's output, and what waits for them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from inquit.pace import Pace

__all__ = ["Steps", "TextPool"]

T = TypeVar("T")

_FIXED = 500
"""Characters that are decoded in the time that any text takes, however short."""

_LEAST = 160
"""Characters of a text that is cut into one window of the shortest length."""

Steps = list[Future[Any]]
"""The steps of one document, in order; the last may go on after its caller has left."""


class TextPool:
    """Runs the steps of documents; sizes are in characters."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="inquit-text")
        # Steps end on other threads.
        self._lock = threading.Lock()
        self._under_way: set[Future[Any]] = set()
        self._encoding: list[int] = []
        self._decoding = 0
        self._decoding_pace = Pace()

    def encoding(self, size: int) -> int:
        """Characters that wait to be encoded or are, of each text no more than `size`, but a window's."""
        with self._lock:
            return sum(max(_LEAST, min(other, size)) for other in self._encoding)

    def decoding_seconds(self, size: int) -> tuple[float, float]:
        """Return about how long such a text would wait for its decoding now, and how long that takes."""
        with self._lock:
            pace = self._decoding_pace
            return pace.seconds_for(self._decoding) / self._threads, pace.seconds_for(size + _FIXED)

    async def encode(self, step: Callable[[], T], size: int, steps: Steps) -> T:
        """Run a step before the network."""
        with self._lock:
            self._encoding.append(size)
        return await self._run(step, steps, lambda: self._leave_encoding(size))

    async def decode(self, step: Callable[[], T], size: int, steps: Steps) -> T:
        """Run a step after the network."""

        def timed() -> T:
            began = time.perf_counter()
            result = step()
            with self._lock:
                self._decoding_pace.add(size + _FIXED, time.perf_counter() - began)
            return result

        with self._lock:
            self._decoding += size
        return await self._run(timed, steps, lambda: self._leave_decoding(size))

    def stop(self, patience: float) -> bool:
        """Start no more steps; return whether all have ended within so many seconds."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            under_way = set(self._under_way)
        return not wait(under_way, patience).not_done

    async def _run(self, step: Callable[[], T], steps: Steps, leave: Callable[[], None]) -> T:
        try:
            future = self._pool.submit(step)
        except RuntimeError:  # the pool was stopped meanwhile
            leave()
            raise
        with self._lock:
            self._under_way.add(future)
        steps.append(future)

        def forget(ended: Future[T]) -> None:
            # Also of a step that is cancelled before it runs.
            leave()
            with self._lock:
                self._under_way.discard(ended)

        future.add_done_callback(forget)
        return await asyncio.wrap_future(future)

    def _leave_encoding(self, size: int) -> None:
        with self._lock:
            self._encoding.remove(size)

    def _leave_decoding(self, size: int) -> None:
        with self._lock:
            self._decoding -= size
