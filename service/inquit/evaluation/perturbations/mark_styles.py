"""Quotation marks of other keyboards, countries and programs."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["BRITISH", "BRITISH_STRAIGHT", "CURLY", "GUILLEMETS", "LATEX", "LOW_HIGH", "STRAIGHT", "MarkStyle"]


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """The marks of a string, and of a string within it."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str

    def __call__(self, page: Page, _: Random) -> list[Edit]:
        """Write all marks in this style."""
        edits = []
        for mark in page.marks:
            opening, closing = self.opening, self.closing
            if mark.inner:
                opening, closing = self.inner_opening, self.inner_closing
            style = opening if mark.opens else closing
            if page.text[mark.start : mark.end] != style:
                edits.append(Edit(mark.start, mark.end, style))
        return edits


STRAIGHT = MarkStyle('"', '"', "'", "'")
CURLY = MarkStyle("“", "”", "‘", "’")
BRITISH = MarkStyle("‘", "’", "“", "”")
BRITISH_STRAIGHT = MarkStyle("'", "'", '"', '"')
GUILLEMETS = MarkStyle("«", "»", "“", "”")
LOW_HIGH = MarkStyle("„", "“", "‚", "‘")
LATEX = MarkStyle("``", "''", "`", "'")
