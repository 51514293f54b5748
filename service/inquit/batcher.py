"""The queue before the model: one thread that runs whatever waits, in batches.

There is no timer. When the model is free, the next batch is formed from what waits then:
small when the service is idle, larger as load grows.

Who goes first: a document's place is counted in tokens, those served before it came plus
its own so far, so that a long document does not keep short ones waiting. Every few batches
the document that has waited longest leads, so that none starves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from inquit.batch import form_batch
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, InternalError, Overloaded, Unavailable
from inquit.jobs import Answer, Entry, Job, Measured
from inquit.logs import describe

__all__ = ["Batcher", "BatcherCounts"]

_log = structlog.get_logger(__name__)

_PATIENCE = 4
"""Every so many batches, the document that has waited longest leads."""
_LAST_BATCH_SECONDS = 5.0
"""How long a stop that lost patience waits for the batch that is running."""
_RATE_MEMORY = 0.9
"""Weight of earlier batches in the measured speed."""

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


@dataclass(slots=True)
class BatcherCounts:
    """What a batcher did since its start."""

    batches: int = 0
    windows: int = 0
    largest_batch: int = 0
    """Windows of the largest batch."""
    failed_batches: int = 0
    dropped_left: int = 0
    """Windows not run because their caller had left or their document had failed."""
    dropped_late: int = 0
    """Windows not run because their deadline had passed."""


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
    ) -> None:
        """`max_windows` and `max_tokens` bound what waits; a document that finds it empty always gets in."""
        self._run = run
        self._batch_tokens = batch_tokens
        self._max_windows = max_windows
        self._max_tokens = max_tokens
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._counts = BatcherCounts()
        self._thread = threading.Thread(target=self._work, name="inquit-model", daemon=True)
        # Shared with callers under the condition, which is held only for moments.
        self._changed = threading.Condition()
        self._inbox: list[Entry[W, O]] = []
        self._windows = 0
        self._tokens = 0
        self._served = 0
        self._closed = False
        self._abandoned = threading.Event()
        # Written by the thread only. An entry stays in one of the lists until it is answered.
        self._waiting: list[Entry[W, O]] = []
        self._running: list[Entry[W, O]] = []
        self._running_since: float | None = None
        self._tokens_per_second = 0.0

    def start(self) -> None:
        """Start the thread; what was submitted before waits for it."""
        self._thread.start()

    def submit(self, windows: Sequence[W], deadline: Deadline) -> Future[Answer[O]]:
        """Queue one document's windows; cancelling the future takes them out again.

        Raises Overloaded or Unavailable at once. The future raises DeadlineExceeded,
        Unavailable when the service stops, and InternalError when the model fails.
        """
        job: Job[O] = Job(deadline, self._clock(), len(windows))
        tokens = sum(window.length for window in windows)
        with self._changed:
            if self._closed:
                raise Unavailable("the service is stopping")
            if self._windows and (
                self._windows + len(windows) > self._max_windows or self._tokens + tokens > self._max_tokens
            ):
                raise Overloaded("the queue is full", retry_after=self._retry_after())
            place = self._served
            for index, window in enumerate(windows):
                self._inbox.append(Entry(job, index, window, place))
                place += window.length
            self._windows += len(windows)
            self._tokens += tokens
            self._changed.notify()
        # Others are finished by the thread, which may have begun on them.
        if not windows:
            job.finish_if_complete()
        return job.future

    def stop(self, grace: float) -> bool:
        """Refuse new work, finish what waits within `grace` seconds, fail the rest.

        Returns whether the thread has ended; it has not when `run` hangs.
        """
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(grace)
        if self._thread.is_alive():
            self._abandoned.set()
            self._thread.join(_LAST_BATCH_SECONDS)
        if self._thread.is_alive():
            with self._changed:
                entries = [*self._running, *self._waiting, *self._inbox]
            for entry in entries:
                entry.job.fail(_stopped())
            return False
        self._fail_everything(_stopped)
        return True

    @property
    def alive(self) -> bool:
        """Whether the thread lives and its batch, if any, is not taking for ever."""
        since = self._running_since
        return self._thread.is_alive() and (since is None or self._clock() - since < self._stall_seconds)

    @property
    def queued(self) -> tuple[int, int]:
        """Windows and tokens that wait or run."""
        with self._changed:
            return self._windows, self._tokens

    @property
    def counts(self) -> BatcherCounts:
        """What was done so far; goes on changing while the thread runs."""
        return self._counts

    def _work(self) -> None:
        while True:
            try:
                if not self._step():
                    return
            except BaseException as error:  # noqa: BLE001  # a dead thread behind an open port is the worst failure
                _log.error("the batcher failed; this is a bug", **describe(error))
                self._fail_everything(lambda: InternalError("the batcher failed"))

    def _step(self) -> bool:
        """Serve the next batch; False when it is time to end."""
        batch = self._next()
        if batch is None:
            return False
        self._serve(batch)
        with self._changed:
            self._running = []
        return True

    def _next(self) -> list[Entry[W, O]] | None:
        """Wait for work and take a batch of it; None when it is time to end."""
        while True:
            with self._changed:
                while not self._inbox and not self._waiting and not self._closed:
                    self._changed.wait()
                self._waiting += self._inbox
                self._inbox.clear()
                closed = self._closed
            if self._abandoned.is_set():
                self._fail_everything(_stopped)
            self._drop()
            if self._waiting:
                return self._take()
            if closed:
                return None

    def _drop(self) -> None:
        """Take out the windows that nobody waits for any more."""
        kept = []
        for entry in self._waiting:
            if entry.job.done:
                self._counts.dropped_left += 1
                self._leave(entry)
            elif entry.job.deadline.remaining() <= 0.0:
                entry.job.fail(DeadlineExceeded("the deadline passed in the queue"))
                self._counts.dropped_late += 1
                self._leave(entry)
            else:
                kept.append(entry)
        self._waiting = kept

    def _take(self) -> list[Entry[W, O]]:
        turn = self._counts.batches % _PATIENCE == _PATIENCE - 1
        batch = form_batch(self._waiting, self._batch_tokens, longest_wait_leads=turn)
        taken = set(batch)
        left = [entry for entry in self._waiting if entry not in taken]
        with self._changed:
            self._waiting, self._running = left, batch
            self._served = max(self._served, min(entry.place for entry in batch))
        return batch

    def _serve(self, batch: list[Entry[W, O]]) -> None:
        """Run a batch and hand out its outputs."""
        begin = self._clock()
        self._running_since = begin
        try:
            pairs = list(zip(batch, self._run([entry.window for entry in batch]), strict=True))
        except BaseException as error:  # noqa: BLE001  # as in _work
            self._running_since = None
            self._counts.failed_batches += 1
            self._recover(batch, error)
            return
        self._running_since = None
        seconds = self._clock() - begin
        self._count(batch, seconds)
        for entry, output in pairs:
            job = entry.job
            job.started = begin if job.started is None else job.started
            # Every window of a batch is padded to the same length.
            job.network_seconds += seconds / len(batch)
            job.outputs[entry.index] = output
            self._leave(entry)
            job.finish_if_complete()

    def _recover(self, batch: list[Entry[W, O]], error: BaseException) -> None:
        """Run the halves of a failed batch, until the guilty window has failed alone."""
        if len(batch) == 1:
            failure = InternalError("the model failed on this document")
            failure.__cause__ = error
            self._leave(batch[0])
            batch[0].job.fail(failure)
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            wanted = [entry for entry in half if not entry.job.done]
            for entry in half:
                # Its document failed with the first half, or its caller left.
                if entry not in wanted:
                    self._leave(entry)
            if wanted:
                self._serve(wanted)

    def _count(self, batch: list[Entry[W, O]], seconds: float) -> None:
        self._counts.batches += 1
        self._counts.windows += len(batch)
        self._counts.largest_batch = max(self._counts.largest_batch, len(batch))
        if seconds > 0.0:
            rate = sum(entry.window.length for entry in batch) / seconds
            memory = _RATE_MEMORY if self._tokens_per_second else 0.0
            self._tokens_per_second = memory * self._tokens_per_second + (1.0 - memory) * rate

    def _retry_after(self) -> float:
        """Return about how many seconds what waits will take, 1 to 60."""
        if not self._tokens_per_second:
            return 1.0
        return min(60.0, max(1.0, self._tokens / self._tokens_per_second))

    def _leave(self, entry: Entry[W, O]) -> None:
        with self._changed:
            self._windows -= 1
            self._tokens -= entry.window.length

    def _fail_everything(self, error: Callable[[], Exception]) -> None:
        """Fail all that is known, each with an exception of its own: raising one changes it."""
        with self._changed:
            entries = [*self._running, *self._waiting, *self._inbox]
            self._running, self._waiting = [], []
            self._inbox.clear()
            self._windows = self._tokens = 0
        for entry in entries:
            entry.job.fail(error())


def _stopped() -> Unavailable:
    return Unavailable("the service stopped")
