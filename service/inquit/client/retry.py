"""Time limits of calls, and when an overloaded or loading service is asked again."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inquit.errors import Overloaded, Unavailable

if TYPE_CHECKING:
    from inquit.errors import InquitError

__all__ = ["Deadline", "pause_before_retry"]

_SHORTEST_PAUSE = 0.01
"""Seconds: a service that says 0 is not asked in a busy loop."""
_SPREAD = 0.25
"""Clients told the same pause come back over this share of it, not all at once."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds left, never below 0."""
        return max(0.0, self.at - time.monotonic())


def pause_before_retry(error: InquitError, deadline: Deadline) -> float | None:
    """Return the seconds to wait before asking again; None where asking again is no use.

    UNAVAILABLE without a time is not here: the channel itself retries it. A service that is
    loading its model gives one, and takes longer than the channel tries.
    """
    if not isinstance(error, Overloaded | Unavailable) or error.retry_after is None:
        return None
    pause = max(error.retry_after, _SHORTEST_PAUSE) * (1 + random.random() * _SPREAD)
    return pause if pause < deadline.remaining() else None
