"""An editor's words within somebody's words."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["brackets"]

_WORD = re.compile(r"(?<![\w'’-])[A-Za-z]+(?![\w'’-])")
_ADDED = (" [sic]", " [the harbor council]", " (laughs)", " [in 2031]", " […]", " [Mayor Wilma Garrick]")


def brackets(page: Page, random: Random) -> list[Edit]:
    """Bracket the first letter, a word, or an added remark in strings of four words or more.

    Names stay whole, since the gold's names are what the text has in their place.
    """
    edits: list[Edit] = []
    named = {
        place
        for name in page.names
        for match in re.finditer(re.escape(name), page.text)
        for place in range(*match.span())
    }
    for start, end in page.strings:
        words = [word for word in _WORD.finditer(page.text, start + 1, end - 1) if word.start() not in named]
        if len(words) < 4 or any(edit.end > start for edit in edits):
            continue
        way = random.random()
        first = words[0]
        if way < 0.25 and first.start() == start + 1:
            letter = page.text[first.start()]
            edits.append(Edit(first.start(), first.start() + 1, f"[{letter.swapcase()}]"))
            continue
        word = random.choice(words[1:-1])
        if way < 0.6:
            edits.append(Edit(*word.span(), f"[{word[0]}]"))
        else:
            edits.append(Edit(word.end(), word.end(), random.choice(_ADDED)))
    return edits
