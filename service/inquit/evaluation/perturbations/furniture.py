"""Lines that stand between the paragraphs of a page and are not its text."""

from __future__ import annotations

from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["furniture"]

_BYLINES = (
    "By Torvald Quennell",
    "By Ines Marrow and Odo Fenwick, Coast Press",
    "Torvald Quennell | Staff Writer",
    "BY INES MARROW\nimarrow@coastpress.example",
)
_DATELINES = (
    "PELL HARBOR, May 4 (Coast Press) — ",
    "PELL HARBOR (CP) -- ",
    "Pell Harbor, Friday – ",
    "PELL HARBOR — ",
)
_LINES = (
    "Read more: Ferry strike enters its third week",
    "READ MORE: The quiet men of Pell Dock",
    "Related: Five things to know about the new sea wall",
    "Advertisement",
    "ADVERTISEMENT - CONTINUE READING BELOW",
    "Story continues below",
    "Share this article",
    "Sign up for our newsletter",
    "Photo: A crane lifts the hull at Pell Dock on Tuesday. (Ines Marrow/Coast Press)",
    "Gulls over the sea wall at Pell Harbor. Photograph: Odo Fenwick/Coast Press",
    "Mayor Wilma Garrick, left, and dock foreman Per Aldane at the opening. Picture by Odo Fenwick.",
    "Image caption: The ferry has not sailed since March",
    "0:00 / 1:42",
    "Last updated: May 4, 9:12 p.m.",
    "Comments (37)",
)


def furniture(page: Page, random: Random) -> list[Edit]:
    """Put a byline and a dateline on top, and odd lines into one gap of three between paragraphs."""
    edits = []
    for number, gap in enumerate(page.breaks):
        inserted = []
        if number == 0:
            inserted = [random.choice(_BYLINES)]
        elif random.random() < 1 / 3:
            inserted = [random.choice(_LINES)]
        if inserted:
            lines = "".join(f"{line}\n\n" for line in inserted)
            dateline = random.choice(_DATELINES) if number == 0 else ""
            edits.append(Edit(gap.end, gap.end, lines + dateline))
    return edits
