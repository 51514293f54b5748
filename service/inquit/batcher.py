"""The threads before the model: they run whatever waits, in batches.

There is no timer. When the model is free, the next batch is formed from what waits then:
small when the service is idle, larger as load grows. Several threads run batches side by side:
one a core on a CPU, and on a GPU a second one that prepares while the first computes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

import structlog

from inquit.batch import Batch, rounded_up
from inquit.deadline import Deadline
from inquit.errors import InternalError, Unavailable
from inquit.jobs import Answer, Entry, Measured
from inquit.logs import describe
from inquit.observer import Observer, Release, Unobserved
from inquit.pace import Pace
from inquit.waiting import WaitingLine

__all__ = ["Batcher"]

_log = structlog.get_logger(__name__)

_DEAD_PASSES = 16
"""Windows that failed alone, one after the other, after which the device is taken for dead."""
_LAST_BATCH_SECONDS = 5.0
"""How long a stop that lost patience waits for the batch that is running."""

W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


class Batcher(Generic[W, O]):
    """Runs windows of many callers through `run`, which its own threads call, `lanes` at a time."""

    def __init__(
        self,
        run: Callable[[Sequence[W]], list[O]],
        *,
        batch_tokens: int,
        max_windows: int,
        max_tokens: int,
        lanes: int = 1,
        spread: bool = False,
        step: int = 1,
        pass_tokens: int = 0,
        stall_seconds: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        observer: Observer | None = None,
    ) -> None:
        """`max_windows` and `max_tokens` bound what waits; a document that finds it empty always gets in.

        With `spread`, idle lanes share what waits, in smaller batches, and each is as fast alone as
        beside the others. Windows are padded to a multiple of `step`, and each pass costs as much as
        `pass_tokens` beside its own.
        """
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
            spread=lanes if spread else 1,
            step=step,
            pass_tokens=pass_tokens,
        )
        self._step = step
        self._pass_tokens = pass_tokens
        # How many batches are read in the time of one when all lanes are busy.
        self._side_by_side = lanes if spread else 1
        self._speed = Pace()
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"inquit-model-{lane}", daemon=True)
            for lane in range(lanes)
        ]
        self._abandoned = threading.Event()
        # Each is written by its own thread only.
        self._running_since: list[float | None] = [None] * lanes
        # Passes over single windows that failed since one was read; a device that died fails them all.
        self._failures = 0
        # Of whichever thread ended a batch last.
        self._last_end: float | None = None
        self._ending = threading.Lock()

    def start(self) -> None:
        """Start the threads; what was submitted before waits for them."""
        for thread in self._threads:
            thread.start()

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

    def check(
        self, tokens: int, deadline: Deadline, *, coming: int = 0, before: float = 0.0, after: float = 0.0
    ) -> None:
        """Raise what `submit` would raise now for about so many tokens, so far as it depends on time.

        So many others are `coming`: accepted before, and not yet submitted. Of other work, so many
        seconds are done `before` for others, and `after` for this one.
        """
        self._line.check(tokens, deadline, coming=coming, before=before, after=after)

    def stop(self, grace: float) -> bool:
        """Refuse new work, finish what waits within `grace` seconds, fail the rest.

        Returns whether the threads have ended; they have not when `run` hangs.
        """
        self._line.close()
        if not self._join(grace):
            self._abandoned.set()
            self._join(_LAST_BATCH_SECONDS)
        ended = not any(thread.is_alive() for thread in self._threads)
        self._line.fail_all(lambda: Unavailable("the service stopped"), forget=ended)
        return ended

    @property
    def alive(self) -> bool:
        """Whether every thread lives, its batch, if any, is not taking for ever, and not all passes fail."""
        if self._failures >= _DEAD_PASSES:
            return False
        now = self._clock()
        return all(thread.is_alive() for thread in self._threads) and all(
            since is None or now - since < self._stall_seconds for since in self._running_since
        )

    @property
    def tokens_per_second(self) -> float:
        """How fast batches are read of late; 0 while nothing is known."""
        return self._speed.per_second

    @property
    def queued(self) -> tuple[int, int]:
        """Windows and tokens that wait or run."""
        return self._line.size

    @property
    def oldest_seconds(self) -> float:
        """How long the document submitted first has been waiting or running; 0 without one."""
        return self._line.oldest_seconds

    def _join(self, seconds: float) -> bool:
        """Wait for the threads together; True when all have ended."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, lane: int) -> None:
        while True:
            batch: Batch[W, O] | None = None
            try:
                batch = self._line.take(abandoned=self._abandoned)
                if batch is None:
                    return
                self._serve(lane, batch.entries, batch.release)
                self._line.answered(batch)
            except BaseException as error:  # noqa: BLE001  # a dead thread behind an open port is the worst failure
                _log.error("the batcher failed; this is a bug", **describe(error))
                self._running_since[lane] = None
                if batch is None:
                    self._line.fail_all(lambda: InternalError("the batcher failed"), forget=False)
                else:
                    self._line.give_up(batch, lambda: InternalError("the batcher failed"))

    def _serve(self, lane: int, batch: Sequence[Entry[W, O]], release: Release) -> None:
        """Run a batch and hand out its outputs."""
        begin = self._clock()
        self._running_since[lane] = begin
        try:
            pairs = list(zip(batch, self._run([entry.window for entry in batch]), strict=True))
        except BaseException as error:  # noqa: BLE001  # as in _work
            self._running_since[lane] = None
            self._observer.batch_failed(windows=len(batch))
            self._recover(lane, batch, error)
            return
        self._running_since[lane] = None
        self._failures = 0
        seconds = self._clock() - begin
        self._count(batch, begin, seconds, release)
        for entry, output in pairs:
            self._line.leave(entry)
            entry.job.add(entry.index, output, began=begin, seconds=seconds / len(batch))

    def _recover(self, lane: int, batch: Sequence[Entry[W, O]], error: BaseException) -> None:
        """Run the halves of a failed batch, until the guilty window has failed alone."""
        if len(batch) == 1:
            self._failures += 1
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
                self._serve(lane, wanted, "split")

    def _count(self, batch: Sequence[Entry[W, O]], begin: float, seconds: float, release: Release) -> None:
        lengths = [entry.window.length for entry in batch]
        tokens, padded = sum(lengths), rounded_up(max(lengths), self._step) * len(batch)
        self._observer.batch_ran(
            windows=len(batch),
            tokens=tokens,
            padded_tokens=padded,
            seconds=seconds,
            release=release,
        )
        # Whatever keeps the threads from their next batch slows the callers as much as the model does,
        # and what they do side by side counts as one.
        with self._ending:
            end, last = begin + seconds, self._last_end
            self._last_end = end
            if last is not None and min(entry.job.submitted for entry in batch) <= last:
                taken = max(0.0, end - last)
            else:
                taken = seconds / self._side_by_side
            self._line.pace.add(padded + self._pass_tokens, taken)
            self._speed.add(tokens, taken)
