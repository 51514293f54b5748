"""How long a caller will wait: made once at the edge, asked by everyone below."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from inquit.errors import DeadlineExceeded

__all__ = ["Deadline"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a clock after which an answer is of no use."""

    moment: float
    """On `clock`, in seconds; infinite where the caller waits for ever."""
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(clock() + seconds, clock)

    @classmethod
    def never(cls) -> Deadline:
        """Return a deadline that does not come."""
        return cls(math.inf)

    def remaining(self) -> float:
        """Return the seconds left: 0 when it has passed, infinity when it never comes."""
        return max(0.0, self.moment - self.clock())

    def earlier(self, seconds: float) -> Deadline:
        """Return the deadline for what must be done so many seconds before this one."""
        return Deadline(self.moment - seconds, self.clock)

    def check(self) -> None:
        """Raise DeadlineExceeded when no time is left."""
        if self.remaining() <= 0.0:
            raise DeadlineExceeded("the deadline passed before the answer was ready")
