"""Times of day before the paragraphs of a live report."""

from __future__ import annotations

from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["stamps"]


def stamps(page: Page, random: Random) -> list[Edit]:
    """Put a time before six paragraphs of ten, in one style for the whole page."""
    style = random.randrange(5)
    minute = random.randrange(7 * 60, 12 * 60)
    edits = []
    for place in [0, *(gap.end for gap in page.breaks)]:
        minute += random.randrange(2, 12)
        if random.random() < 0.6:
            edits.append(Edit(place, place, _stamp(style, *divmod(minute % (24 * 60), 60))))
    return edits


def _stamp(style: int, hour: int, minute: int) -> str:
    half = "am" if hour < 12 else "pm"
    shown = (hour - 1) % 12 + 1
    return (
        f"{hour:02}:{minute:02} GMT ",
        f"{shown}.{minute:02}{half}\n",
        f"[{shown}:{minute:02} {half[0]}.m.] ",
        f"{hour:02}:{minute:02}\n\nKey event\n\n",
        f"Updated at {hour:02}.{minute:02} BST\n\n",
    )[style]
