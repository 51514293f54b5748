"""The words of a text: where they stand, and which of them are written with a capital."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from inquit.resolve.name import WORD
from inquit.text.segments import Segment

__all__ = ["Words"]

_OPENING = frozenset("“\"‘'«„(")


class Words:
    """The words of a text by number, read once for all that looks for names."""

    def __init__(self, text: str, sentences: Sequence[Segment]) -> None:
        spans: list[tuple[int, int]] = []
        self._firsts = []
        for sentence in sentences:
            self._firsts.append(len(spans))
            spans += [m.span() for m in WORD.finditer(text, *sentence)]
        self._firsts.append(len(spans))
        self._text = text
        self.spans = spans
        self.texts = [text[a:b] for a, b in spans]
        # A form is looked at once however often the text has it.
        self.forms = frozenset(self.texts)
        self.capitalised = frozenset(f for f in self.forms if not f.islower() and _is_capitalised(f))
        self._capitals = [n for n, word in enumerate(self.texts) if word in self.capitalised]

    def of_sentences(self, first: int, last: int) -> tuple[int, int]:
        """Return the numbers of the words of the sentences [first, last), half open."""
        return self._firsts[first], self._firsts[last]

    def capitals(self, first: int, last: int) -> list[int]:
        """Return the numbers of the words [first, last) that are written with a capital."""
        return self._capitals[bisect_left(self._capitals, first) : bisect_left(self._capitals, last)]

    def gap(self, number: int) -> str:
        """Return what stands between a word and the one before it."""
        return self._text[self.spans[number - 1][1] : self.spans[number][0]]

    def opens_string(self, number: int) -> bool:
        """Whether a word stands right behind a mark that opens."""
        start = self.spans[number][0]
        return start > 0 and self._text[start - 1] in _OPENING


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() or (not word[0].isdigit() and any(c.isupper() for c in word[1:3]))
