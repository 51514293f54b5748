"""Overlapping marks over a text, as pieces that nest.

Quotations nest and cross: a quote inside a quote, a speaker named inside content. HTML
elements only nest, so a mark that crosses another is closed and opened again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Close", "Mark", "Open", "pieces"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mark(Generic[T]):
    """A stretch of the text in code points, half open, and what it stands for."""

    start: int
    end: int
    value: T


@dataclass(frozen=True, slots=True)
class Open(Generic[T]):
    """From here on the mark holds; `first` is False where a crossing mark is opened again."""

    mark: Mark[T]
    first: bool


@dataclass(frozen=True, slots=True)
class Close(Generic[T]):
    """The innermost open mark ends (or pauses) here."""

    mark: Mark[T]


def pieces(text: str, marks: Iterable[Mark[T]]) -> Iterator[str | Open[T] | Close[T]]:
    """Yield the text with openings and closings that nest; joined strings give the text back.

    Where two marks start together the longer one is outside, and of equal ones the first.
    Empty marks and those outside the text are left out.
    """
    waiting = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
        key=lambda mark: (mark.start, -mark.end),
    )
    waiting.reverse()
    stack: list[Mark[T]] = []
    position = 0
    while waiting or stack:
        end = min((mark.end for mark in stack), default=len(text))
        upto = min(end, waiting[-1].start) if waiting else end
        if upto > position:
            yield text[position:upto]
            position = upto
        paused: list[Mark[T]] = []
        while any(mark.end <= position for mark in stack):
            mark = stack.pop()
            yield Close(mark)
            if mark.end > position:
                paused.append(mark)
        for mark in reversed(paused):
            stack.append(mark)
            yield Open(mark, first=False)
        while waiting and waiting[-1].start <= position:
            mark = waiting.pop()
            stack.append(mark)
            yield Open(mark, first=True)
    if position < len(text):
        yield text[position:]
