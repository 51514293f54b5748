"""All perturbations by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

from inquit.evaluation.perturbations import (
    blanks,
    brackets,
    furniture,
    html_remains,
    layout,
    letter_case,
    lost_marks,
    mark_styles,
    punctuation,
    scanner_noise,
    stamps,
    tweets,
)
from inquit.evaluation.perturbations.edits import Edit, EditedText
from inquit.evaluation.perturbations.page import Page

__all__ = ["ALL", "PERTURBATIONS", "Perturbation", "chosen"]

ALL = "all"


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One way in which texts of the world differ from clean ones."""

    name: str
    group: str
    """What it is alike to."""
    edits: Callable[[Page, Random], Iterable[Edit]]
    bound: float | None = None
    """Points of end-to-end F1 that it may cost, where that is set."""

    def __call__(self, page: Page, *, seed: int, document_id: str) -> EditedText:
        """Change a page: the same way for the same seed and document, whatever else is read."""
        return EditedText(page.text, self.edits(page, Random(f"{seed}/{self.name}/{document_id}")))


PERTURBATIONS: Mapping[str, Perturbation] = {
    perturbation.name: perturbation
    for perturbation in (
        Perturbation("straight", "marks", mark_styles.STRAIGHT, bound=1),
        Perturbation("curly", "marks", mark_styles.CURLY, bound=1),
        Perturbation("british", "marks", mark_styles.BRITISH, bound=1),
        Perturbation("british_straight", "marks", mark_styles.BRITISH_STRAIGHT, bound=1),
        Perturbation("guillemets", "marks", mark_styles.GUILLEMETS, bound=1),
        Perturbation("low_high", "marks", mark_styles.LOW_HIGH, bound=1),
        Perturbation("latex", "marks", mark_styles.LATEX, bound=1),
        Perturbation("lost_marks", "lost marks", lost_marks.lost_marks),
        Perturbation("lost_closings", "lost marks", lost_marks.lost_closings),
        Perturbation("ocr_2", "noise", scanner_noise.ScannerNoise(0.02)),
        Perturbation("ocr_5", "noise", scanner_noise.ScannerNoise(0.05), bound=5),
        Perturbation("capitals", "case", letter_case.all_capitals, bound=3),
        Perturbation("lower", "case", letter_case.all_lower, bound=3),
        Perturbation("title_case", "case", letter_case.title_case, bound=3),
        Perturbation("one_paragraph", "layout", layout.one_paragraph, bound=3),
        Perturbation("wrapped", "layout", layout.wrapped),
        Perturbation("double_spaced", "layout", layout.double_spaced),
        Perturbation("loose_blanks", "layout", layout.loose_blanks),
        Perturbation("html", "web", html_remains.HtmlRemains(tags=1.0, entities=1.0)),
        Perturbation("html_tags", "web", html_remains.HtmlRemains(tags=1.0)),
        Perturbation("html_entities", "web", html_remains.HtmlRemains(entities=1.0)),
        Perturbation("html_half", "web", html_remains.HtmlRemains(tags=0.5, entities=0.5)),
        Perturbation("furniture", "web", furniture.furniture),
        Perturbation("stamps", "web", stamps.stamps),
        Perturbation("tweets", "web", tweets.tweets),
        Perturbation("brackets", "characters", brackets.brackets),
        Perturbation("no_break_spaces", "characters", blanks.no_break_spaces),
        Perturbation("zero_width", "characters", blanks.zero_width),
        Perturbation("apostrophes", "characters", punctuation.apostrophes),
        Perturbation("ellipses", "characters", punctuation.ellipses),
        Perturbation("dashes", "characters", punctuation.dashes),
    )
}
"""In the order in which they are shown."""


def chosen(names: str) -> tuple[Perturbation, ...]:
    """Return the perturbations of a list with commas, all of them for `all`; ValueError for an unknown name."""
    if names == ALL:
        return tuple(PERTURBATIONS.values())
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = next((name for name in wanted if name not in PERTURBATIONS), None)
    if unknown is not None or not wanted:
        known = ", ".join((ALL, *PERTURBATIONS))
        raise ValueError(f"{unknown or names!r} is no perturbation; there are {known}")
    return tuple(PERTURBATIONS[name] for name in dict.fromkeys(wanted))
