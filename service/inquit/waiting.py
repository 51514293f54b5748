"""The line before the model: bounded, fair, and short of those who left.

A window's place is counted in tokens: all those served before its document came, plus those of the
document before it. So a long document does not keep short ones waiting, and is itself overtaken by
no more than comes while as many tokens are served as it has.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from inquit.batch import Batch, form_batch, rounded_up
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, Overloaded, Unavailable
from inquit.jobs import Entry, Job, Measured
from inquit.observer import Observer
from inquit.pace import Pace

__all__ = ["WaitingLine"]

_PATIENCE = 4
"""Every so many batches, the document that has waited longest leads, so that none starves."""
_SPREAD_SIGHT = 256
"""Windows that are looked at to tell whether idle threads can share what waits; more are enough for all."""
_CAUTION = 1.2
"""What is expected of the model is not always kept."""
_DOUBT = 3.0
"""How many times too long the expectation may be for an idle model to be tried all the same."""
_DOUBLING_SECONDS = 10.0
"""Idle for so long, an expectation of the past is doubted twice as much, again and again."""
_LEAST_RETRY, _MOST_RETRY = 1.0, 60.0
"""Seconds that a refused caller is told to wait."""

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


class WaitingLine(Generic[W, O]):
    """Windows that wait or run; callers add to it, and the threads of the model take from it."""

    def __init__(
        self,
        *,
        batch_tokens: int,
        max_windows: int,
        max_tokens: int,
        clock: Callable[[], float],
        observer: Observer,
        spread: int = 1,
        step: int = 1,
        pass_tokens: int = 0,
    ) -> None:
        """`max_windows` and `max_tokens` bound it; a document that finds it empty always gets in.

        What waits while threads are idle is spread over so many of them. Windows are padded to a
        multiple of `step`, and each pass costs as much as `pass_tokens` beside its own.
        """
        self.pace = Pace()
        """Of tokens as they cost: padded, and those of each pass."""
        self._batch_tokens = batch_tokens
        self._max_windows = max_windows
        self._max_tokens = max_tokens
        self._clock = clock
        self._observer = observer
        self._spread = spread
        self._step = step
        self._pass_tokens = pass_tokens
        # All below is guarded by the condition, which is held only for moments.
        self._changed = threading.Condition()
        self._inbox: list[Entry[W, O]] = []
        self._windows = 0
        self._tokens = 0
        self._padded_tokens = 0
        self._idle_since = clock()
        self._served = 0
        self._closed = False
        # An entry stays in one of the lists until it is answered.
        self._waiting: list[Entry[W, O]] = []
        self._running: list[Batch[W, O]] = []
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
            self._padded_tokens += sum(map(self._padded, windows))
            self._changed.notify()
        return job

    def check(
        self, tokens: int, deadline: Deadline, *, coming: int = 0, before: float = 0.0, after: float = 0.0
    ) -> None:
        """Raise what `add` would raise for about so many tokens, so far as it depends on time.

        So many others are `coming`: accepted before, and not yet in the line. Of other work, so many
        seconds are done `before` for others, and `after` for this one.
        """
        with self._changed:
            self._check(tokens, deadline, coming, before, after)

    def take(self, *, abandoned: threading.Event) -> Batch[W, O] | None:
        """Wait for work and take a batch of it; None when the line is closed and empty.

        Once `abandoned` is set, all that waits is failed.
        """
        while True:
            late: list[Job[O]] = []
            with self._changed:
                while not self._inbox and not self._waiting and not self._closed:
                    self._changed.wait()
                self._waiting += self._inbox
                self._inbox.clear()
                if abandoned.is_set():
                    late = [entry.job for entry in self._waiting]
                    self._count_out(self._waiting)
                    self._waiting = []
                else:
                    late = self._drop()
                batch = self._next() if self._waiting else None
                ended = self._closed and batch is None
                if self._closed or self._waiting:
                    self._changed.notify()
            for job in late:
                # Outside of the lock: whoever waits for the answer runs here.
                job.fail(
                    Unavailable("the service stopped")
                    if abandoned.is_set()
                    else DeadlineExceeded("the deadline passed in the queue")
                )
            if batch is not None:
                return batch
            if ended:
                return None

    def leave(self, entry: Entry[W, O]) -> None:
        """Count an entry out that was taken."""
        with self._changed:
            self._count_out([entry])

    def answered(self, batch: Batch[W, O]) -> None:
        """Forget a batch: each of its entries has had its answer."""
        with self._changed:
            self._running = [other for other in self._running if other is not batch]

    def give_up(self, batch: Batch[W, O], error: Callable[[], Exception]) -> None:
        """Fail what is left of a batch, each with an exception of its own, and forget it."""
        with self._changed:
            self._count_out([entry for entry in batch.entries if not entry.has_left])
            self._running = [other for other in self._running if other is not batch]
        for entry in batch.entries:
            entry.job.fail(error())

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
            entries = self._entries()
            if forget:
                self._running, self._waiting = [], []
                self._inbox.clear()
                self._windows = self._tokens = self._padded_tokens = 0
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
            entries = self._entries()
        return max(0.0, self._clock() - min((e.job.submitted for e in entries), default=self._clock()))

    def _check(
        self, tokens: int, deadline: Deadline, coming: int = 0, before: float = 0.0, after: float = 0.0
    ) -> None:
        if self._closed:
            raise Unavailable("the service is stopping")
        left = deadline.remaining()
        alone = self._seconds_for(tokens) + after
        # Most often there is time for all that waits, and it need not be looked through.
        if _CAUTION * self._seconds_for(self._padded_tokens + coming) + before + alone <= left:
            return
        # What is expected comes of the past: where nothing waits, somebody must find out anew.
        is_idle = not self._tokens and not coming and not before
        if alone > left:
            if is_idle and alone <= self._doubt() * left:
                return
            raise DeadlineExceeded(
                f"reading the text would take about {alone:.1f} s, and the deadline is in {left:.1f} s"
            )
        # Whoever has a smaller place than the last of these windows goes first; those who come while
        # as many tokens are served as these have will be some of them.
        end = self._served + tokens
        ahead = sum(self._padded(entry.window) for entry in self._entries() if entry.place < end)
        needed = _CAUTION * self._seconds_for(ahead + coming) + before + alone
        if needed > left:
            raise Overloaded(
                f"the queue is about {needed:.1f} s long, and the deadline is in {left:.1f} s",
                reason="DEADLINE_TOO_SHORT",
                retry_after=min(_MOST_RETRY, max(_LEAST_RETRY, needed - left)),
            )

    def _retry_after(self) -> float:
        """Return about how many seconds what waits will take."""
        return min(_MOST_RETRY, max(_LEAST_RETRY, self._seconds_for(self._padded_tokens)))

    def _doubt(self) -> float:
        """Return how many times too long the expectation may be: the more, the older it is."""
        return _DOUBT * 2 ** min(30.0, (self._clock() - self._idle_since) / _DOUBLING_SECONDS)

    def _padded(self, window: W) -> int:
        return rounded_up(window.length, self._step)

    def _seconds_for(self, tokens: int) -> float:
        """Return about how long so many padded tokens take, with the passes that they need."""
        passes = -(-tokens // self._batch_tokens)
        return self.pace.seconds_for(tokens + passes * self._pass_tokens)

    def _entries(self) -> list[Entry[W, O]]:
        return [*(e for batch in self._running for e in batch.entries), *self._waiting, *self._inbox]

    def _count_out(self, entries: Sequence[Entry[W, O]]) -> None:
        for entry in entries:
            entry.has_left = True
            self._windows -= 1
            self._tokens -= entry.window.length
            self._padded_tokens -= self._padded(entry.window)
        if not self._windows:
            self._idle_since = self._clock()

    def _drop(self) -> list[Job[O]]:
        """Take out the windows that nobody waits for any more; return the jobs that are late."""
        stays: list[Entry[W, O]] = []
        late: list[Job[O]] = []
        gone: list[Entry[W, O]] = []
        for entry in self._waiting:
            # Asked once of each: a caller may leave at any moment.
            if entry.job.done:
                gone.append(entry)
                self._observer.window_dropped("left")
            elif entry.job.deadline.remaining() <= 0.0:
                gone.append(entry)
                late.append(entry.job)
                self._observer.window_dropped("late")
            else:
                stays.append(entry)
        if gone:
            self._count_out(gone)
            self._waiting = stays
        return late

    def _next(self) -> Batch[W, O]:
        self._turn += 1
        idle = max(1, self._spread - len(self._running))
        share = -(-sum(self._padded(entry.window) for entry in self._waiting[:_SPREAD_SIGHT]) // idle)
        batch = form_batch(
            self._waiting,
            self._batch_tokens,
            share=share,
            step=self._step,
            longest_wait_leads=self._turn % _PATIENCE == 0,
        )
        taken = set(batch.entries)
        self._waiting = [entry for entry in self._waiting if entry not in taken]
        self._running.append(batch)
        self._served += sum(entry.window.length for entry in batch.entries)
        return batch
