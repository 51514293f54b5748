"""How late the event loop wakes: what a call on it would wait for nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

__all__ = ["LoopWatch"]

_log = structlog.get_logger(__name__)

_INTERVAL_SECONDS = 0.1
_STALL_SECONDS = 0.25
"""Lateness from which the log tells."""


class LoopWatch:
    """Sleeps and looks at the clock, for ever."""

    def __init__(
        self,
        tell: Callable[[float], None],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` gets the seconds of lateness at each wake."""
        self._tell = tell
        self._sleep = sleep
        self._clock = clock

    async def run(self) -> None:
        """Watch until cancelled; a stall is logged once, however often it goes on."""
        stalled = False
        while True:
            due = self._clock() + _INTERVAL_SECONDS
            await self._sleep(_INTERVAL_SECONDS)
            late = max(0.0, self._clock() - due)
            self._tell(late)
            if late > _STALL_SECONDS and not stalled:
                _log.warning("the event loop was held up", seconds=round(late, 3))
            stalled = late > _STALL_SECONDS
