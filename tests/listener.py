"""An observer that remembers what it heard."""

from __future__ import annotations

from inquit.observer import Drop, Release, Unobserved

__all__ = ["Listener"]


class Listener(Unobserved):
    """Counts in lists, in order."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, int, int, Release]] = []
        """Windows, tokens, padded tokens and release of each batch."""
        self.failed: list[int] = []
        self.dropped: list[Drop] = []

    def batch_ran(
        self, *, windows: int, tokens: int, padded_tokens: int, seconds: float, release: Release
    ) -> None:
        self.batches.append((windows, tokens, padded_tokens, release))

    def batch_failed(self, *, windows: int) -> None:
        self.failed.append(windows)

    def window_dropped(self, reason: Drop) -> None:
        self.dropped.append(reason)
