"""Who is told what the engine does: the seam between the work and its metrics."""

from __future__ import annotations

from typing import Literal, Protocol

from inquit.types import Timings

__all__ = ["Drop", "Observer", "Release", "Unobserved"]

Release = Literal["full", "unlike", "drained", "alone", "split"]
"""Why a batch was no larger: the token budget, or an idle thread's share of what waits, was reached,
the rest would have needed too much padding, nothing else waited, its one window is over the budget, or it is half of a failed one."""

Drop = Literal["left", "late"]
"""Why a window did not run: its caller had left or its document had failed, or its deadline had passed."""


class Observer(Protocol):
    """Called from the threads that do the work, so each method is quick and never raises."""

    def batch_ran(
        self, *, windows: int, tokens: int, padded_tokens: int, seconds: float, release: Release
    ) -> None:
        """Hear of a batch that the model has read; `padded_tokens` includes `tokens`."""

    def batch_failed(self, *, windows: int) -> None:
        """Hear of a batch that the model failed on; its halves run next, unless it was one window."""

    def window_dropped(self, reason: Drop) -> None:
        """Hear of a window that nobody waited for any more."""

    def document_read(self, timings: Timings, *, characters: int, quotes: int) -> None:
        """Hear of a document that was answered."""


class Unobserved:
    """Listens to nothing."""

    def batch_ran(
        self, *, windows: int, tokens: int, padded_tokens: int, seconds: float, release: Release
    ) -> None:
        """Do nothing."""

    def batch_failed(self, *, windows: int) -> None:
        """Do nothing."""

    def window_dropped(self, reason: Drop) -> None:
        """Do nothing."""

    def document_read(self, timings: Timings, *, characters: int, quotes: int) -> None:
        """Do nothing."""
