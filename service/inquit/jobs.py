"""What waits for the model: a document's windows, each with its place in the queue."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from inquit.deadline import Deadline

__all__ = ["Answer", "Entry", "Job", "Measured"]


class Measured(Protocol):
    """Anything with a length in tokens."""

    @property
    def length(self) -> int:
        """Tokens, special ones included."""


W = TypeVar("W", bound=Measured)
O = TypeVar("O")  # noqa: E741  # output, beside W for window


@dataclass(frozen=True, slots=True)
class Answer(Generic[O]):
    """What the network said about a document's windows, in their order."""

    outputs: tuple[O, ...]
    queue_seconds: float = 0.0
    """From submission to the first batch."""
    network_seconds: float = 0.0
    """Share of its batches by padded tokens; of all threads together."""


@dataclass(slots=True, eq=False)
class Job(Generic[O]):
    """A document's windows on their way; the future is the way back, and cancelling it ends the job."""

    deadline: Deadline
    submitted: float
    count: int
    """Windows of the document."""
    future: Future[Answer[O]] = field(default_factory=Future)
    outputs: dict[int, O] = field(default_factory=dict)
    """By index of the window."""
    started: float | None = None
    network_seconds: float = 0.0
    _claimed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> bool:
        """Whether nobody waits for the rest of the windows."""
        return self.future.done()

    def add(self, index: int, output: O, *, began: float, seconds: float) -> None:
        """Keep a window's output, read in a batch that `began` then; answer once every one is there."""
        with self._lock:
            self.started = began if self.started is None else min(began, self.started)
            self.network_seconds += seconds
            self.outputs[index] = output
        self.finish_if_complete()

    def finish_if_complete(self) -> None:
        """Answer if every window has its output."""
        if len(self.outputs) == self.count and self._claim():
            started = self.submitted if self.started is None else self.started
            outputs = tuple(self.outputs[index] for index in range(self.count))
            # They are large, and entries of this job may outlive the answer.
            self.outputs.clear()
            self.future.set_result(Answer(outputs, started - self.submitted, self.network_seconds))

    def fail(self, error: Exception) -> None:
        """Answer with an error, unless there is an answer already."""
        if self._claim():
            self.future.set_exception(error)

    def _claim(self) -> bool:
        """Tell whether an answer is still wanted; after a yes the caller can no longer cancel."""
        with self._lock:
            # Several threads may bring an answer, and the future takes only one.
            if self._claimed or self.future.done():
                return False
            self._claimed = True
        return self.future.set_running_or_notify_cancel()


@dataclass(slots=True, eq=False)
class Entry(Generic[W, O]):
    """One window that waits."""

    job: Job[O]
    index: int
    """Of the window in its document."""
    window: W
    place: int
    """In the queue, counted in tokens; the smallest goes first."""
    has_left: bool = False
    """Whether it was counted out of the line."""
