"""How much text is served at once: the bound on memory."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from inquit.errors import Overloaded

__all__ = ["Room"]

_RETRY_SECONDS = 1.0
"""What a caller is told to wait when there is no room."""


@dataclass(slots=True, eq=False)
class _Waiter:
    size: int
    granted: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop
    is_in: bool = False


class Room:
    """Room for so many characters; a lone text of any size always fits. Safe to use from several threads.

    Who is ready to wait is let in a little at a time, so that who is not finds a short queue.
    """

    def __init__(self, characters: int, patient_characters: Callable[[], int]) -> None:
        """`patient_characters` tells how much of those who waited may be in at once."""
        self._characters = characters
        self._patient_characters = patient_characters
        self._taken = 0
        self._taken_by_patient = 0
        self._waiters: deque[_Waiter] = deque()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Characters of the texts that are in."""
        return self._taken

    @property
    def waited_for(self) -> int:
        """Characters of the texts that wait."""
        with self._lock:
            return sum(waiter.size for waiter in self._waiters)

    def check(self, size: int) -> None:
        """Raise Overloaded unless there is room for so much, one text after the other.

        Of those who wait only as much counts as is let in at once: streams may wait for ever.
        """
        with self._lock:
            part = max(0, self._patient_characters() - self._taken_by_patient)
            asked = self._taken + min(part, sum(waiter.size for waiter in self._waiters))
            if asked and asked + size > self._characters:
                raise _full()

    def take(self, size: int) -> None:
        """Take room for a text, or raise Overloaded at once."""
        with self._lock:
            if not self._fits(size):
                raise _full()
            self._taken += size

    async def wait(self, size: int) -> None:
        """Take room for a text as soon as there is some, first come, first served."""
        loop = asyncio.get_running_loop()
        waiter = _Waiter(size, loop.create_future(), loop)
        with self._lock:
            self._waiters.append(waiter)
            self._let_in()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            with self._lock:
                if not waiter.is_in:
                    self._waiters.remove(waiter)
                    # It may have kept a smaller one out.
                    self._let_in()
            if waiter.is_in:
                self.give_back(size, patient=True)
            raise

    def give_back(self, size: int, *, patient: bool = False) -> None:
        """Leave with a text, for which room was waited if `patient`."""
        with self._lock:
            self._taken -= size
            if patient:
                self._taken_by_patient -= size
            self._let_in()

    def _let_in(self) -> None:
        while self._waiters and self._fits_patient(self._waiters[0].size):
            waiter = self._waiters.popleft()
            waiter.is_in = True
            self._taken += waiter.size
            self._taken_by_patient += waiter.size
            try:
                waiter.loop.call_soon_threadsafe(_grant, waiter.granted)
            except RuntimeError:  # its loop is closed: nobody waits any more
                self._taken -= waiter.size
                self._taken_by_patient -= waiter.size

    def _fits_patient(self, size: int) -> bool:
        taken = self._taken_by_patient
        return self._fits(size) and (not taken or taken + size <= self._patient_characters())

    def _fits(self, size: int) -> bool:
        return not self._taken or self._taken + size <= self._characters


def _full() -> Overloaded:
    return Overloaded("too much text is being served", retry_after=_RETRY_SECONDS)


def _grant(granted: asyncio.Future[None]) -> None:
    if not granted.done():
        granted.set_result(None)
