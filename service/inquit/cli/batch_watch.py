"""What a person, or a log, sees of a run over an archive."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from inquit.archive.events import Done, Event, Told
from inquit.archive.run import Run

__all__ = ["BatchWatch"]

_LOG_SECONDS = 30.0
_SPEED_SECONDS = 120.0
"""Time over which the rate is taken for what is left."""


class BatchWatch:
    """A bar with rate and time left on a terminal; elsewhere a line on stderr now and then."""

    def __init__(self, run: Run, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = self._logged = now()
        self._sizes = {shard.number: shard.stretch.size for shard in run.shards}
        self._total = run.size
        self._before = self._place = run.size_done
        self._told: dict[int, tuple[int, int]] = {}
        """Characters and documents of the shards in work."""
        self._documents = 0
        """Of the shards that this run has done."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
            speed_estimate_period=_SPEED_SECONDS,
        )
        self._task = self._progress.add_task("loading the model", total=self._total, completed=self._before)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @property
    def seconds(self) -> float:
        """Time since the run began."""
        return self._now() - self._began

    @property
    def documents(self) -> int:
        """Documents that this run has read."""
        return self._documents + sum(documents for _, documents in self._told.values())

    def see(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Told):
            characters, documents = self._told.get(event.shard, (0, 0))
            self._told[event.shard] = (characters + event.characters, documents + 1)
        else:
            self._told.pop(event.shard, None)
            self._place += self._sizes[event.shard]
            if isinstance(event, Done):
                self._documents += event.counts.documents + event.counts.errors
        self._show()

    def line(self) -> str:
        """Return documents, rate, share and time left in one line."""
        rate = self.documents / max(self.seconds, 1e-9)
        share = self._reached() / max(1, self._total)
        return f"{self.documents:,} documents, {rate:.1f}/s, {share:.0%}{self._left()}"

    def _show(self) -> None:
        if self._progress.disable:
            if self._now() - self._logged >= _LOG_SECONDS:
                self._logged = self._now()
                print(f"inquit: {self.line()}", file=sys.stderr, flush=True)  # noqa: T201 - a command speaks here
            return
        rate = self.documents / max(self.seconds, 1e-9)
        self._progress.update(
            self._task,
            completed=self._reached(),
            description=f"{self.documents:,} documents, {rate:.1f}/s",
        )

    def _reached(self) -> float:
        # A text has fewer characters than its line has bytes: a shard in work never counts too much.
        parts = (min(self._sizes[shard], characters) for shard, (characters, _) in self._told.items())
        return self._place + sum(parts)

    def _left(self) -> str:
        reached = self._reached()
        if reached <= self._before:
            return ""
        seconds = self.seconds * (self._total - reached) / (reached - self._before)
        return f", {_duration(seconds)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
