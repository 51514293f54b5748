"""A progress bar on stderr, only where a person watches, never in the way of the output."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inquit.cli.sources import Source

__all__ = ["Count", "Watch", "counting"]


class Watch:
    """What a waiting person sees: how many documents are done, and how far the files are read."""

    def __init__(self, sources: Sequence[Source], *, shared_screen: bool) -> None:
        """`shared_screen`: results go to a terminal too, so the bar must make room for them."""
        self._shared_screen = shared_screen
        self._documents = 0
        sizes = [source.size for source in sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("starting", total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, size: int) -> None:
        """Tell that so many bytes were read."""
        self._progress.advance(self._task, size)

    def document_done(self) -> None:
        """Tell that one more document has its answer."""
        self._documents += 1
        plural = "" if self._documents == 1 else "s"
        self._progress.update(self._task, description=f"{self._documents} document{plural}")

    @contextmanager
    def aside(self, *, for_output: bool = False) -> Iterator[None]:
        """Take the bar away while something is written to the same screen."""
        if self._progress.disable or (for_output and not self._shared_screen):
            yield
            return
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


@dataclass(frozen=True, slots=True)
class Count:
    """Work that counts up to a known end."""

    _progress: Progress
    _task: TaskID

    def tell(self, done: int, total: int, description: str | None = None) -> None:
        """Tell how much is done."""
        self._progress.update(self._task, completed=done, total=total, description=description)

    def say(self, line: str) -> None:
        """Leave a line on stderr, above the bar where there is one."""
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def counting(what: str) -> Iterator[Count]:
    """Show a bar on stderr, if that is a terminal, while work counts up."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    watched = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not watched) as progress:
        yield Count(progress, progress.add_task(what, total=None))
