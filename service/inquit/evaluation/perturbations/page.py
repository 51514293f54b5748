"""A text with what a perturbation must know about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from inquit.evaluation.gold import GoldDocument
from inquit.evaluation.perturbations.quotation_marks import FoundMark, find_marks
from inquit.evaluation.rows import Offsets

__all__ = ["Page", "page_of"]

_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Page:
    """One text; changes are drawn over it without looking at what a model makes of it."""

    text: str
    strings: tuple[Offsets, ...] = ()
    """Strings in quotation marks, marks included."""
    whole: tuple[Offsets, ...] = ()
    """Spans that lines put between paragraphs must not fall into."""
    names: tuple[str, ...] = ()
    """Names of people, as they stand in the text."""

    @cached_property
    def marks(self) -> tuple[FoundMark, ...]:
        """The quotation marks, in order."""
        return find_marks(self.text, self.strings)

    @cached_property
    def breaks(self) -> tuple[Offsets, ...]:
        """The white space between paragraphs, but where a gold span goes over it."""
        return tuple(
            gap
            for gap in self.all_breaks
            if not any(span.start < gap.end and gap.start < span.end for span in self.whole)
        )

    @cached_property
    def all_breaks(self) -> tuple[Offsets, ...]:
        """The white space between paragraphs."""
        return tuple(Offsets(*match.span()) for match in _BREAK.finditer(self.text.rstrip()))

    @cached_property
    def paragraphs(self) -> tuple[Offsets, ...]:
        """The stretches between the breaks."""
        edges = [0, *(edge for gap in self.all_breaks for edge in gap), len(self.text.rstrip())]
        return tuple(Offsets(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)

    def in_mark(self, place: int) -> bool:
        """Whether a character is part of a quotation mark."""
        return place in self._mark_places

    @cached_property
    def _mark_places(self) -> frozenset[int]:
        return frozenset(place for mark in self.marks for place in range(mark.start, mark.end))


def page_of(document: GoldDocument) -> Page:
    """Return the page of a gold document."""
    roles = [span for spans in document.roles.values() for span in spans]
    strings = tuple(sorted({mark.span for mark in document.marks}))
    people = {entity.name for entity in document.entities if entity.type.lower() in {"person", "per"}}
    return Page(
        document.text,
        strings,
        tuple(sorted({*roles, *strings})),
        tuple(sorted(name for name in people if name and name in document.text)),
    )
