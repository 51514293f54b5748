"""Marks that a scanner did not see, or a writer forgot."""

from __future__ import annotations

from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["lost_closings", "lost_marks"]


def lost_marks(page: Page, random: Random) -> list[Edit]:
    """Leave out one mark of 20, opening or closing."""
    return [Edit(mark.start, mark.end, "") for mark in page.marks if random.random() < 0.05]


def lost_closings(page: Page, random: Random) -> list[Edit]:
    """Leave out one closing mark of 10."""
    closing = [mark for mark in page.marks if not mark.opens and not mark.inner]
    return [Edit(mark.start, mark.end, "") for mark in closing if random.random() < 0.1]
