"""How fast something goes, and so how long what waits will take."""

from __future__ import annotations

__all__ = ["Pace"]

_MEMORY = 0.9
"""Weight of earlier work."""


class Pace:
    """A running mean of units a second: tokens of the model, characters of decoding."""

    def __init__(self) -> None:
        self._units = 0.0
        self._seconds = 0.0

    def add(self, units: int, seconds: float) -> None:
        """Count a piece of work."""
        self._units = _MEMORY * self._units + units
        self._seconds = _MEMORY * self._seconds + seconds

    def seconds_for(self, units: int) -> float:
        """Return about how long that many units take; 0 while nothing is known."""
        return units * self._seconds / self._units if self._units else 0.0
