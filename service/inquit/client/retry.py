"""When an overloaded or loading service is asked again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from inquit.errors import Overloaded, Unavailable

if TYPE_CHECKING:
    from inquit.deadline import Deadline
    from inquit.errors import InquitError

__all__ = ["pause_before_retry"]

_SHORTEST_PAUSE = 0.01
"""Seconds: a service that says 0 is not asked in a busy loop."""
_SPREAD = 0.25
"""Clients told the same pause come back over this share of it, not all at once."""


def pause_before_retry(error: InquitError, deadline: Deadline) -> float | None:
    """Return the seconds to wait before asking again; None where asking again is no use.

    UNAVAILABLE without a time is not here: the channel itself retries it. A service that is
    loading its model gives one, and takes longer than the channel tries. Where the deadline is too
    short for the queue, it comes nearer as fast as the queue gets shorter.
    """
    if not isinstance(error, Overloaded | Unavailable) or error.retry_after is None:
        return None
    if error.reason == "DEADLINE_TOO_SHORT":
        return None
    pause = max(error.retry_after, _SHORTEST_PAUSE) * (1 + random.random() * _SPREAD)
    return pause if pause < deadline.remaining() else None
