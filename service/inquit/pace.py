"""How fast the model reads, and so how long what waits will take."""

from __future__ import annotations

__all__ = ["Pace"]

_MEMORY = 0.9
"""Weight of earlier batches."""


class Pace:
    """A running mean of tokens a second, the work between two batches included."""

    def __init__(self) -> None:
        self._tokens = 0.0
        self._seconds = 0.0

    def add(self, tokens: int, seconds: float) -> None:
        """Count a batch."""
        self._tokens = _MEMORY * self._tokens + tokens
        self._seconds = _MEMORY * self._seconds + seconds

    def seconds_for(self, tokens: int) -> float:
        """Return about how long that many tokens take; 0 while nothing is known."""
        return tokens * self._seconds / self._tokens if self._tokens else 0.0
