"""The thread before the model: it runs whatever waits, in batches.

There is no timer. When the model is free, the next batch is formed from what waits then:
small when the service is idle, larger as load grows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

import structlog

from inquit.deadline import Deadline
from inquit.errors import InternalError, Unavailable
from inquit.jobs import Answer, Entry, Measured
from inquit.logs import describe
from inquit.observer import Observer, Release, Unobserved
from inquit.waiting import WaitingLine

__all__ = ["Batcher"]

_log = structlog.get_logger(__name__)

_LAST_BATCH_SECONDS = 5.0
"""How long a stop that lost patience waits for the batch that is running."""

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


class Batcher(Generic[W, O]):
    """Runs windows of many callers through `run`, which only its own thread calls."""

    def __init__(
        self,
        run: Callable[[Sequence[W]], list[O]],
        *,
        batch_tokens: int,
        max_windows: int,
        max_tokens: int,
        stall_seconds: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        observer: Observer | None = None,
    ) -> None:
        """`max_windows` and `max_tokens` bound what waits; a document that finds it empty always gets in."""
        self._run = run
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._observer = observer or Unobserved()
        self._line: WaitingLine[W, O] = WaitingLine(
            batch_tokens=batch_tokens,
            max_windows=max_windows,
            max_tokens=max_tokens,
            clock=clock,
            observer=self._observer,
        )
        self._thread = threading.Thread(target=self._work, name="inquit-model", daemon=True)
        self._abandoned = threading.Event()
        # Written by the thread only.
        self._running_since: float | None = None
        self._last_end: float | None = None

    def start(self) -> None:
        """Start the thread; what was submitted before waits for it."""
        self._thread.start()

    def submit(self, windows: Sequence[W], deadline: Deadline, *, patient: bool = False) -> Future[Answer[O]]:
        """Queue one document's windows; cancelling the future takes them out again.

        Raises Overloaded, Unavailable or DeadlineExceeded at once; who is `patient` is not refused for
        what waits before. The future raises DeadlineExceeded, Unavailable when the service stops, and
        InternalError when the model fails.
        """
        job = self._line.add(windows, deadline, patient=patient)
        # Others are finished by the thread, which may have begun on them.
        if not windows:
            job.finish_if_complete()
        return job.future

    def check(self, tokens: int, deadline: Deadline) -> None:
        """Raise what `submit` would raise now for about so many tokens, so far as it depends on time."""
        self._line.check(tokens, deadline)

    def stop(self, grace: float) -> bool:
        """Refuse new work, finish what waits within `grace` seconds, fail the rest.

        Returns whether the thread has ended; it has not when `run` hangs.
        """
        self._line.close()
        if self._thread.is_alive():
            self._thread.join(grace)
        if self._thread.is_alive():
            self._abandoned.set()
            self._thread.join(_LAST_BATCH_SECONDS)
        ended = not self._thread.is_alive()
        self._line.fail_all(lambda: Unavailable("the service stopped"), forget=ended)
        return ended

    @property
    def alive(self) -> bool:
        """Whether the thread lives and its batch, if any, is not taking for ever."""
        since = self._running_since
        return self._thread.is_alive() and (since is None or self._clock() - since < self._stall_seconds)

    @property
    def queued(self) -> tuple[int, int]:
        """Windows and tokens that wait or run."""
        return self._line.size

    @property
    def oldest_seconds(self) -> float:
        """How long the document submitted first has been waiting or running; 0 without one."""
        return self._line.oldest_seconds

    def _work(self) -> None:
        while True:
            try:
                batch = self._line.take(abandoned=self._abandoned)
                if batch is None:
                    return
                self._serve(batch.entries, batch.release)
                self._line.answered()
            except BaseException as error:  # noqa: BLE001  # a dead thread behind an open port is the worst failure
                _log.error("the batcher failed; this is a bug", **describe(error))
                self._line.fail_all(lambda: InternalError("the batcher failed"))

    def _serve(self, batch: Sequence[Entry[W, O]], release: Release) -> None:
        """Run a batch and hand out its outputs."""
        begin = self._clock()
        self._running_since = begin
        try:
            pairs = list(zip(batch, self._run([entry.window for entry in batch]), strict=True))
        except BaseException as error:  # noqa: BLE001  # as in _work
            self._running_since = None
            self._observer.batch_failed(windows=len(batch))
            self._recover(batch, error)
            return
        self._running_since = None
        seconds = self._clock() - begin
        self._count(batch, begin, seconds, release)
        for entry, output in pairs:
            job = entry.job
            job.started = begin if job.started is None else job.started
            # Every window of a batch is padded to the same length.
            job.network_seconds += seconds / len(batch)
            job.outputs[entry.index] = output
            self._line.leave(entry)
            job.finish_if_complete()

    def _recover(self, batch: Sequence[Entry[W, O]], error: BaseException) -> None:
        """Run the halves of a failed batch, until the guilty window has failed alone."""
        if len(batch) == 1:
            failure = InternalError("the model failed on this document")
            failure.__cause__ = error
            self._line.leave(batch[0])
            batch[0].job.fail(failure)
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            wanted = [entry for entry in half if not entry.job.done]
            for entry in half:
                # Its document failed with the first half, or its caller left.
                if entry not in wanted:
                    self._observer.window_dropped("left")
                    self._line.leave(entry)
            if wanted:
                self._serve(wanted, "split")

    def _count(self, batch: Sequence[Entry[W, O]], begin: float, seconds: float, release: Release) -> None:
        lengths = [entry.window.length for entry in batch]
        self._observer.batch_ran(
            windows=len(batch),
            tokens=sum(lengths),
            padded_tokens=max(lengths) * len(batch),
            seconds=seconds,
            release=release,
        )
        # Whatever keeps this thread from its next batch slows the callers as much as the model does.
        last = self._last_end
        busy = last is not None and min(entry.job.submitted for entry in batch) <= last
        self._last_end = begin + seconds
        since = last if busy and last is not None else begin
        self._line.pace.add(sum(lengths), self._last_end - since)
