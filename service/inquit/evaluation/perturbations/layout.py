"""Lines and paragraphs as other programs break them."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["double_spaced", "loose_blanks", "one_paragraph", "wrapped"]

_WIDTH = 72
_BLANKS = re.compile(r"[^\S\n]+")


def one_paragraph(page: Page, _: Random) -> list[Edit]:
    """Put a blank where paragraphs part, as a field of a table does."""
    return [Edit(*gap, " ") for gap in page.all_breaks]


def wrapped(page: Page, _: Random) -> list[Edit]:
    """Break lines at 72 columns, with an empty line between paragraphs."""
    return _lines(page, within="\n", between="\n\n")


def double_spaced(page: Page, random: Random) -> list[Edit]:
    """Break lines at 72 columns with an empty line after each, as in a typescript or a court's record.

    Paragraphs begin with a tab, and some lines end with blanks.
    """
    edits = _lines(page, within="\n\n", between="\n\n\t")
    return [
        edit._replace(replacement=random.choice(("", "", " ", "  ", " \t")) + edit.replacement)
        for edit in edits
    ]


def loose_blanks(page: Page, random: Random) -> list[Edit]:
    """Put two blanks after sentences and here and there, tabs and blanks around the breaks."""
    edits = [
        Edit(*gap, random.choice(("  ", " \t", "\t", "")) + "\n\n" + random.choice(("", "\t", "    ")))
        for gap in page.all_breaks
    ]
    gaps = set(page.all_breaks)
    for match in _BLANKS.finditer(page.text):
        inside = any(gap.start <= match.start() < gap.end for gap in gaps)
        after_sentence = page.text[match.start() - 1 : match.start()] in tuple(".?!")
        if not inside and match[0] == " " and (after_sentence or random.random() < 0.05):
            edits.append(Edit(*match.span(), "  "))
    return edits


def _lines(page: Page, *, within: str, between: str) -> list[Edit]:
    edits = [Edit(*gap, between) for gap in page.all_breaks]
    for paragraph in page.paragraphs:
        column_zero = paragraph.start
        blank: re.Match[str] | None = None
        for match in _BLANKS.finditer(page.text, paragraph.start, paragraph.end):
            if match.start() - column_zero > _WIDTH and blank is not None:
                edits.append(Edit(*blank.span(), within))
                column_zero = blank.end()
            blank = match
        if paragraph.end - column_zero > _WIDTH and blank is not None and blank.start() > column_zero:
            edits.append(Edit(*blank.span(), within))
    return edits
