"""How much text is served at once: the bound on memory."""

from __future__ import annotations

import asyncio
import threading
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass

from inquit.errors import Overloaded

__all__ = ["Room"]

_RETRY_SECONDS = 1.0
"""What a caller is told to wait when there is no room."""


@dataclass(slots=True, eq=False)
class _Waiter:
    size: int
    place: int
    granted: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop
    is_in: bool = False


class Room:
    """Room for so many characters; a lone text of any size always fits. Safe to use from several threads.

    Who is ready to wait is let in a little at a time, so that who is not finds a short queue. As in
    the line before the model, a text is overtaken by no more than comes while as much is let in as it
    has itself: a long one does not keep short ones waiting.
    """

    def __init__(self, characters: int, patient_characters: Callable[[], int]) -> None:
        """`patient_characters` tells how much of those who waited may be in at once."""
        self._characters = characters
        self._patient_characters = patient_characters
        self._taken = 0
        self._taken_by_patient = 0
        self._let_in_before = 0
        # By place, and of the same place those first who came first.
        self._waiters: list[_Waiter] = []
        self._waiting = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Characters of the texts that are in."""
        return self._taken

    def ahead_of(self, size: int) -> int:
        """Return the characters of those who wait that would be let in before a text of that size."""
        with self._lock:
            end = self._let_in_before + size
            return sum(waiter.size for waiter in self._waiters if waiter.place <= end)

    def check(self, size: int) -> None:
        """Raise Overloaded unless there is room for so much, one text after the other.

        Of those who wait only as much counts as is let in at once: streams may wait for ever.
        """
        with self._lock:
            part = max(0, self._patient_characters() - self._taken_by_patient)
            asked = self._taken + min(part, self._waiting)
            if asked and asked + size > self._characters:
                raise _full()

    def take(self, size: int) -> None:
        """Take room for a text, or raise Overloaded at once."""
        with self._lock:
            if not self._fits(size):
                raise _full()
            self._taken += size

    async def wait(self, size: int) -> None:
        """Take room for a text as soon as there is some, in turn."""
        loop = asyncio.get_running_loop()
        with self._lock:
            waiter = _Waiter(size, self._let_in_before + size, loop.create_future(), loop)
            insort(self._waiters, waiter, key=lambda other: other.place)
            self._waiting += size
            self._let_in()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            with self._lock:
                if not waiter.is_in:
                    self._waiters.remove(waiter)
                    self._waiting -= size
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
            waiter = self._waiters.pop(0)
            waiter.is_in = True
            self._waiting -= waiter.size
            self._let_in_before += waiter.size
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
