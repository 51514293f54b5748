"""Capitals that tell nothing, or are not there."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit, replaced_characters
from inquit.evaluation.perturbations.page import Page

__all__ = ["all_capitals", "all_lower", "title_case"]

_WORD_START = re.compile(r"(?<![\w'’])\w")


def all_capitals(page: Page, _: Random) -> list[Edit]:
    """Write everything in capitals, as agencies' old wires do."""
    return replaced_characters(page.text, str.upper)


def all_lower(page: Page, _: Random) -> list[Edit]:
    """Write everything in small letters, as transcripts of speech do."""
    return replaced_characters(page.text, str.lower)


def title_case(page: Page, _: Random) -> list[Edit]:
    """Begin each word with a capital, as headlines do."""
    return [
        Edit(*match.span(), match[0].title())
        for match in _WORD_START.finditer(page.text)
        if match[0].title() != match[0]
    ]
