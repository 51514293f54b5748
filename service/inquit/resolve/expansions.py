"""The long forms of a text's acronyms: `Securities and Exchange Commission`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from inquit.resolve.name import WORD, Name, strip_possessive
from inquit.resolve.words import Words

__all__ = ["with_expansions"]

# The first letter stands before what must not: there are few capitals to try.
_ACRONYM = re.compile(r"[A-Z](?<![^\W_][A-Z])(?:\.(?:[A-Z]\.){2,5}|[A-Z]{2,5}(?![^\W_]))")
_MOST_ACRONYMS = 100
_JOINERS = frozenset("of and for the on to in".split())


def with_expansions(text: str, words: Words, names: list[Name]) -> list[Name]:
    """Add the long forms of the text's acronyms: `Securities and Exchange Commission`.

    The initials of all words are written side by side, so that an acronym is found by search.
    """
    counted = Counter(m[0].replace(".", "") for m in _ACRONYM.finditer(text))
    if not counted:
        return names
    initials, spans = _initials(words)
    added: dict[int, Name] = {}
    for acronym, _ in counted.most_common(_MOST_ACRONYMS):
        place = initials.find(acronym)
        while place >= 0:
            run = spans[place : place + len(acronym)]
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


def _initials(words: Words) -> tuple[str, list[tuple[int, int]]]:
    """Return the initials of the capitalised words and where these stand.

    Small words that join are left out; all others, and punctuation, part with a full stop.
    """
    letters: list[str] = []
    spans: list[tuple[int, int]] = []
    last = -1
    # Acronyms and initials are no words that another acronym is made of.
    whole = {w for w in words.capitalised if w[0].isupper() and len(w) > 1 and not w.isupper()}
    for number in words.capitals(0, len(words.texts)):
        word = words.texts[number]
        if word not in whole:
            continue
        if not _joined(words, last, number):
            letters.append(".")
            spans.append((0, 0))
        start = words.spans[number][0]
        letters.append(word[0])
        spans.append((start, start + len(strip_possessive(word))))
        last = number
    return "".join(letters), spans


def _joined(words: Words, first: int, last: int) -> bool:
    """Whether nothing but joining words and white space stands between two words."""
    return first >= 0 and all(
        (n == last or words.texts[n] in _JOINERS) and not words.gap(n).strip(" -\u00a0\n\r\t")
        for n in range(first + 1, last + 1)
    )
