"""How fast something goes, and so how long what waits will take."""

from __future__ import annotations

import math
import threading

__all__ = ["Pace"]

_MEMORY_SECONDS = 5.0
"""Work that was done so many seconds of work ago counts about a third."""
_MOST_DOUBT = 10.0
"""How many times longer than expected a piece of work may count."""


class Pace:
    """A running mean of units a second: tokens of the model, characters of decoding.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._units = 0.0
        self._seconds = 0.0
        self._lock = threading.Lock()

    def add(self, units: int, seconds: float) -> None:
        """Count a piece of work; one that took much longer than expected, only in part.

        A machine that stood still for a minute is not slow from then on.
        """
        with self._lock:
            if self._units:
                seconds = min(seconds, _MOST_DOUBT * self._seconds_for(units))
            memory = math.exp(-seconds / _MEMORY_SECONDS)
            self._units = memory * self._units + units
            self._seconds = memory * self._seconds + seconds

    def seconds_for(self, units: int) -> float:
        """Return about how long that many units take; 0 while nothing is known."""
        with self._lock:
            return self._seconds_for(units)

    @property
    def per_second(self) -> float:
        """Units a second; 0 while nothing is known."""
        with self._lock:
            return self._units / self._seconds if self._seconds else 0.0

    def _seconds_for(self, units: int) -> float:
        return units * self._seconds / self._units if self._units else 0.0
