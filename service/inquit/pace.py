"""How fast something goes, and so how long what waits will take."""

from __future__ import annotations

import math

__all__ = ["Pace"]

_MEMORY_SECONDS = 5.0
"""Work that was done so many seconds of work ago counts about a third."""


class Pace:
    """A running mean of units a second: tokens of the model, characters of decoding."""

    def __init__(self) -> None:
        self._units = 0.0
        self._seconds = 0.0

    def add(self, units: int, seconds: float) -> None:
        """Count a piece of work."""
        memory = math.exp(-seconds / _MEMORY_SECONDS)
        self._units = memory * self._units + units
        self._seconds = memory * self._seconds + seconds

    def seconds_for(self, units: int) -> float:
        """Return about how long that many units take; 0 while nothing is known."""
        return units * self._seconds / self._units if self._units else 0.0

    @property
    def per_second(self) -> float:
        """Units a second; 0 while nothing is known."""
        return self._units / self._seconds if self._seconds else 0.0
