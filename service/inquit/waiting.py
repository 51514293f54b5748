"""The line before the model: bounded, fair, and short of those who left.

A document's place is counted in tokens, those served before it came plus its own so far, so
that a long document does not keep short ones waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from inquit.batch import Batch, form_batch
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, Overloaded, Unavailable
from inquit.jobs import Entry, Job, Measured
from inquit.observer import Observer
from inquit.pace import Pace

__all__ = ["WaitingLine"]

_PATIENCE = 4
"""Every so many batches, the document that has waited longest leads, so that none starves."""
_CAUTION = 1.1
"""What is expected of the model is not always kept."""
_LEAST_RETRY, _MOST_RETRY = 1.0, 60.0
"""Seconds that a refused caller is told to wait."""

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


class WaitingLine(Generic[W, O]):
    """Windows that wait or run; callers add to it, and one thread takes from it."""

    def __init__(
        self,
        *,
        batch_tokens: int,
        max_windows: int,
        max_tokens: int,
        clock: Callable[[], float],
        observer: Observer,
    ) -> None:
        """`max_windows` and `max_tokens` bound it; a document that finds it empty always gets in."""
        self.pace = Pace()
        self._batch_tokens = batch_tokens
        self._max_windows = max_windows
        self._max_tokens = max_tokens
        self._clock = clock
        self._observer = observer
        # All below is guarded by the condition, which is held only for moments.
        self._changed = threading.Condition()
        self._inbox: list[Entry[W, O]] = []
        self._windows = 0
        self._tokens = 0
        self._served = 0
        self._closed = False
        # Changed by the thread only. An entry stays in one of the lists until it is answered.
        self._waiting: list[Entry[W, O]] = []
        self._running: list[Entry[W, O]] = []
        self._turn = 0

    def add(self, windows: Sequence[W], deadline: Deadline, *, patient: bool = False) -> Job[O]:
        """Queue one document's windows; raises Overloaded, DeadlineExceeded or Unavailable at once.

        Who is `patient` is refused for lack of room, but not for lack of time.
        """
        job: Job[O] = Job(deadline, self._clock(), len(windows))
        tokens = sum(window.length for window in windows)
        with self._changed:
            if self._windows and (
                self._windows + len(windows) > self._max_windows or self._tokens + tokens > self._max_tokens
            ):
                raise Overloaded("the queue is full", retry_after=self._retry_after())
            self._check(tokens, Deadline.never() if patient else deadline)
            place = self._served
            for index, window in enumerate(windows):
                self._inbox.append(Entry(job, index, window, place))
                place += window.length
            self._windows += len(windows)
            self._tokens += tokens
            self._changed.notify()
        return job

    def check(self, tokens: int, deadline: Deadline) -> None:
        """Raise what `add` would raise for about so many tokens, so far as it depends on time."""
        with self._changed:
            self._check(tokens, deadline)

    def take(self, *, abandoned: threading.Event) -> Batch[W, O] | None:
        """Wait for work and take a batch of it; None when the line is closed and empty.

        Once `abandoned` is set, all that waits is failed.
        """
        while True:
            with self._changed:
                while not self._inbox and not self._waiting and not self._closed:
                    self._changed.wait()
                self._waiting += self._inbox
                self._inbox.clear()
                closed = self._closed
            if abandoned.is_set():
                self.fail_all(lambda: Unavailable("the service stopped"))
            self._drop()
            if self._waiting:
                return self._next()
            if closed:
                return None

    def leave(self, entry: Entry[W, O]) -> None:
        """Count an entry out that was taken."""
        with self._changed:
            self._windows -= 1
            self._tokens -= entry.window.length

    def answered(self) -> None:
        """Forget the batch taken last: each of its entries has had its answer."""
        with self._changed:
            self._running = []

    def close(self) -> None:
        """Refuse who comes from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def fail_all(self, error: Callable[[], Exception], *, forget: bool = True) -> None:
        """Fail all that waits or runs, each with an exception of its own: raising one changes it.

        Without `forget` they stay in the line, for the thread that may still be at work on them.
        """
        with self._changed:
            entries = [*self._running, *self._waiting, *self._inbox]
            if forget:
                self._running, self._waiting = [], []
                self._inbox.clear()
                self._windows = self._tokens = 0
        for entry in entries:
            entry.job.fail(error())

    @property
    def size(self) -> tuple[int, int]:
        """Windows and tokens that wait or run."""
        with self._changed:
            return self._windows, self._tokens

    @property
    def oldest_seconds(self) -> float:
        """How long the document submitted first has been waiting or running; 0 without one."""
        with self._changed:
            entries = [*self._running, *self._waiting, *self._inbox]
        return max(0.0, self._clock() - min((e.job.submitted for e in entries), default=self._clock()))

    def _check(self, tokens: int, deadline: Deadline) -> None:
        if self._closed:
            raise Unavailable("the service is stopping")
        left = deadline.remaining()
        # Most often there is time for all that waits, and it need not be looked through.
        if _CAUTION * self.pace.seconds_for(self._tokens + tokens) <= left:
            return
        alone = self.pace.seconds_for(tokens)
        if alone > left:
            raise DeadlineExceeded(
                f"reading the text would take about {alone:.1f} s, and the deadline is in {left:.1f} s"
            )
        # Whoever has a smaller place than the last of these windows goes first.
        end = self._served + tokens
        ahead = sum(
            entry.window.length
            for entries in (self._running, self._waiting, self._inbox)
            for entry in entries
            if entry.place < end
        )
        needed = _CAUTION * self.pace.seconds_for(ahead + tokens)
        if needed > left:
            raise Overloaded(
                f"the queue is about {needed:.1f} s long, and the deadline is in {left:.1f} s",
                reason="DEADLINE_TOO_SHORT",
                retry_after=min(_MOST_RETRY, max(_LEAST_RETRY, needed - left)),
            )

    def _retry_after(self) -> float:
        """Return about how many seconds what waits will take."""
        return min(_MOST_RETRY, max(_LEAST_RETRY, self.pace.seconds_for(self._tokens)))

    def _drop(self) -> None:
        """Take out the windows that nobody waits for any more."""
        kept = []
        for entry in self._waiting:
            if entry.job.done:
                self._observer.window_dropped("left")
                self.leave(entry)
            elif entry.job.deadline.remaining() <= 0.0:
                entry.job.fail(DeadlineExceeded("the deadline passed in the queue"))
                self._observer.window_dropped("late")
                self.leave(entry)
            else:
                kept.append(entry)
        with self._changed:
            self._waiting = kept

    def _next(self) -> Batch[W, O]:
        self._turn += 1
        batch = form_batch(self._waiting, self._batch_tokens, longest_wait_leads=self._turn % _PATIENCE == 0)
        taken = set(batch.entries)
        left = [entry for entry in self._waiting if entry not in taken]
        with self._changed:
            self._waiting, self._running = left, list(batch.entries)
            self._served = max(self._served, min(entry.place for entry in batch.entries))
        return batch
