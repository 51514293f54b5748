"""Turns of talk: quotations that follow each other, each with a paragraph or marks of its own.

In a novel the next turn is somebody else's; in the news a speaker often goes on in the next
paragraph. Which of the two a text does shows where it tells the speakers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inquit.model.drafts import DraftQuote
from inquit.resolve.entities import Entity
from inquit.types import QuoteKind

__all__ = ["Turns"]

Found = Sequence[tuple[Entity | None, float]]

# As if so many turns had been seen before, and in so many of them the same speaker had gone on.
_SEEN, _SAME = 2.0, 1.5
_SURE = 0.5
_BETWEEN = " \u00a0\t\r\n"


class Turns:
    """The quotations of one document as turns."""

    def __init__(self, text: str, drafts: Sequence[DraftQuote], paragraph: Callable[[int], int]) -> None:
        """`paragraph` gives the number of the paragraph that holds an offset."""
        self._opens = [
            number > 0 and _opens(text, drafts[number - 1], draft, paragraph)
            for number, draft in enumerate(drafts)
        ]
        self._borrows = [
            _borrows(drafts, number, paragraph) or self._shares(text, drafts, number)
            for number in range(len(drafts))
        ]

    def _shares(self, text: str, drafts: Sequence[DraftQuote], number: int) -> bool:
        """Whether only the turn right beside it, with no word between, is told by their mention."""
        draft = drafts[number]
        if draft.mention is None:
            return False
        if self.opens(number) and drafts[number - 1].mention == draft.mention:
            # `“Yes,” said Lane. “No.” “But why?”`
            between = text[drafts[number - 1].end : draft.start]
            return not between.strip(_BETWEEN) and draft.mention.start < draft.start
        if self.opens(number + 1) and drafts[number + 1].mention == draft.mention:
            between = text[draft.end : drafts[number + 1].start]
            return not between.strip(_BETWEEN) and draft.mention.start > draft.end
        return False

    def opens(self, number: int) -> bool:
        """Whether a quotation begins a turn right after the one before."""
        return 0 <= number < len(self._opens) and self._opens[number]

    def borrows(self, number: int) -> bool:
        """Whether its mention stands in another paragraph, beside a quotation there."""
        return self._borrows[number]

    def staying(self, told: Callable[[int], bool], found: Found) -> float:
        """Return how likely the speaker of a turn is that of the turn before, from those told."""
        seen, same = _SEEN, _SAME
        for number in range(1, len(self._opens)):
            if not self._opens[number] or not (told(number) and told(number - 1)):
                continue
            (first, sure), (second, as_sure) = found[number - 1], found[number]
            if first is not None and second is not None and min(sure, as_sure) > _SURE:
                seen += 1
                same += first is second
        return same / seen


def _opens(text: str, before: DraftQuote, draft: DraftQuote, paragraph: Callable[[int], int]) -> bool:
    if draft.follows_open or {before.kind, draft.kind} != {QuoteKind.DIRECT}:
        return False
    between = text[before.end : draft.start]
    if not between.strip(_BETWEEN):
        return True
    line = max(between.rfind("\n"), between.rfind("\r"))
    if line < 0 or between[line:].strip(_BETWEEN):
        return False
    return paragraph(draft.start) == paragraph(before.end - 1) + 1


def _borrows(drafts: Sequence[DraftQuote], number: int, paragraph: Callable[[int], int]) -> bool:
    mention = drafts[number].mention
    if mention is None:
        return False
    home = paragraph(mention.start)
    if any(paragraph(part.start) == home for part in drafts[number].content):
        return False
    beside = (drafts[n] for n in (number - 1, number + 1) if 0 <= n < len(drafts))
    return any(d.mention == mention and paragraph(d.start) == home for d in beside)
