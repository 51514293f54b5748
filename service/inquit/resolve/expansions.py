"""The long forms of a text's acronyms: `Securities and Exchange Commission`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from inquit.resolve.name import WORD, Name, strip_possessive

__all__ = ["with_expansions"]

_ACRONYM = re.compile(r"(?<![^\W_])(?:[A-Z]\.){3,6}|(?<![^\W_])[A-Z]{3,6}(?![^\W_])")
_MOST_ACRONYMS = 100
_JOINERS = frozenset("of and for the on to in".split())


def with_expansions(text: str, names: list[Name]) -> list[Name]:
    """Add the long forms of the text's acronyms: `Securities and Exchange Commission`.

    The initials of all words are written side by side, so that an acronym is found by search.
    """
    counted = Counter(m[0].replace(".", "") for m in _ACRONYM.finditer(text))
    if not counted:
        return names
    initials, words = _initials(text)
    added: dict[int, Name] = {}
    for acronym, _ in counted.most_common(_MOST_ACRONYMS):
        place = initials.find(acronym)
        while place >= 0:
            run = words[place : place + len(acronym)]
            inner = [(m.start(), m[0]) for m in WORD.finditer(text, run[0][0], run[-1][1])]
            added.setdefault(
                run[0][0],
                Name(
                    run[0][0],
                    run[-1][1],
                    tuple(strip_possessive(w) for _, w in inner),
                    tuple(start for start, _ in inner),
                ),
            )
            place = initials.find(acronym, place + 1)
    if not added:
        return names
    taken = sorted((n.start, n.end) for n in added.values())
    starts = [a for a, _ in taken]

    def overlaps(name: Name) -> bool:
        place = bisect_left(starts, name.end)
        return any(a < name.end and name.start < b for a, b in taken[max(0, place - 2) : place])

    return [n for n in names if not overlaps(n)] + list(added.values())


def _initials(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the initials of the capitalised words and where these stand.

    Small words that join are left out; all others, and punctuation, part with a full stop.
    """
    letters: list[str] = []
    words: list[tuple[int, int]] = []
    end = 0
    for match in WORD.finditer(text):
        if text[end : match.start()].strip(" -\u00a0\n\r\t") and letters and letters[-1] != ".":
            letters.append(".")
            words.append((end, end))
        word = match[0]
        end = match.end()
        if word in _JOINERS:
            continue
        capital = word[0].isupper() and len(word) > 1 and not word.isupper()
        letters.append(word[0] if capital else ".")
        words.append((match.start(), match.start() + len(strip_possessive(word))))
    return "".join(letters), words
