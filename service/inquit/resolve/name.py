"""A name in a text, and the form in which its words are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["WORD", "Name", "name_key", "strip_possessive"]

# The first alternative is most words, told by the character behind them: the others find them too.
WORD = re.compile(
    r"[A-Za-z]++(?=[ ,])|(?:[^\W\d_]\.){2,}|[^\W\d_]\.(?=\s?[^\W\d_])"
    r"|[^\W_]++(?:[’'\-.&‑][^\W_]++)*(?:[’'](?=\s|$))?|&"
)


_POSSESSIVE_ENDS = frozenset("sS’'")


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of capitalised words; offsets in code points, half open, titles left out."""

    start: int
    end: int
    words: tuple[str, ...]
    """The words without possessive ending, as in the text."""
    starts: tuple[int, ...]
    """Where each word starts."""
    title: str | None = None
    """Title right before the name, casefolded without its full stop: `sen`, `mr`."""
    sentence_initial: bool = False


def strip_possessive(word: str) -> str:
    """Return a word without its possessive ending."""
    # Most words end otherwise, and this is asked of every word of a text several times.
    if word[-1:] not in _POSSESSIVE_ENDS:
        return word
    for ending in ("’s", "'s", "’S", "'S", "’", "'"):
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1 << 14)
def name_key(word: str) -> str:
    """Return the form in which the words of names are compared."""
    return strip_possessive(word).casefold().replace(".", "").replace("’", "'")
