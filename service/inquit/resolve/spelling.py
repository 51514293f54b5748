"""Names that a scanner misread, in the spelling that the text has elsewhere.

Only texts that show the marks of a scanner are looked at (`Qui1l`, `heIlo`): in ordinary print
`Brill` and `Bril1` do not meet, and `Brill` and `Prill` are two people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from inquit.resolve.first_names import is_first_name
from inquit.resolve.name import Name, name_key
from inquit.resolve.words import Words

__all__ = ["is_misread", "respelled"]

# A figure or a capital i between small letters: what a reader of letters makes of l, s, o and b.
_SIGN = re.compile(r"(?<=[a-z])[0158I](?=[a-z])")
_FEWEST_SIGNS = 2
_LEAST_SHARE = 0.001
# Longer texts are told by their beginning.
_LOOKED_AT = 20_000
# Letters that are read for each other, as one; then pairs, of such letters, that are read for one.
_PAIRS = (("rn", "m"), ("vv", "w"), ("yy", "w"), ("ol", "d"))
_ALIKE = str.maketrans({
    "1": "l", "i": "l", "|": "l", "0": "o", "c": "o", "e": "o", "a": "o", "5": "s", "8": "b",
    "f": "t", "h": "b", "u": "n", "q": "g", "d": "d",
})  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_SHORTEST = 4
# Words of names with fewer letters are not told apart by one of them.
_SHORTEST_OFF = 5
# Not `McVane`, `DeBrill`.
_JOINT = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})(?<!Mac)")
_FIGURE = re.compile(r"\d")


def is_misread(words: Words) -> bool:
    """Whether a text shows the marks of a scanner."""
    looked_at = words.texts[:_LOOKED_AT]
    signs = sum(1 for word in looked_at if _SIGN.search(word))
    return signs >= _FEWEST_SIGNS and signs >= _LEAST_SHARE * len(looked_at)


def respelled(names: Sequence[Name], words: Words) -> list[Name]:
    """Return the names with each word in the likeliest spelling of it in the text."""
    counts = Counter(name_key(w) for w in words.texts if w in words.capitalised)
    parted = [_parted(name, counts) for name in names]
    spellings = _Spellings(key for name in parted for key in map(name_key, name.words))
    best = spellings.best(counts)
    return [replace(name, words=tuple(best.get(name_key(w), w) for w in name.words)) for name in parted]


def _parted(name: Name, counts: Counter[str]) -> Name:
    """Part words that lost the blank between them: `AdaBrill`, where the text has `Ada` or `Brill` too."""
    words: list[str] = []
    starts: list[int] = []
    for word, start in zip(name.words, name.starts, strict=True):
        joint = _JOINT.search(word)
        if joint is not None and (
            counts[word[: joint.start()].casefold()] or counts[word[joint.start() :].casefold()]
        ):
            words += [word[: joint.start()], word[joint.start() :]]
            starts += [start, start + joint.start()]
        else:
            words.append(word)
            starts.append(start)
    if len(words) == len(name.words):
        return name
    return replace(name, words=tuple(words), starts=tuple(starts))


class _Spellings:
    """The words of names, by what a scanner leaves of them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._shapes: dict[str, str] = {}
        self._by_shape: dict[str, list[str]] = {}
        for key in keys:
            if key not in self._shapes and len(key) >= _SHORTEST:
                shape = _shape(key)
                self._shapes[key] = shape
                for part in {shape, *_shortened(shape)}:
                    self._by_shape.setdefault(part, []).append(key)

    def best(self, counts: Counter[str]) -> dict[str, str]:
        """Return for each word that has a likelier spelling that spelling."""
        found = {}
        for key, shape in self._shapes.items():
            likeliest = max(self._alike(key, shape), key=lambda k: (_weight(k, counts), k))
            if likeliest != key and _weight(likeliest, counts) > _weight(key, counts):
                found[key] = likeliest
        return {key: _last(found, key) for key in found}

    def _alike(self, key: str, shape: str) -> set[str]:
        near = {shape} if len(shape) < _SHORTEST_OFF else {shape, *_shortened(shape)}
        return {key, *(k for part in near for k in self._by_shape.get(part, ()))}


def _shape(key: str) -> str:
    key = _DOUBLED.sub(r"\1", key.translate(_ALIKE))
    for pair, letter in _PAIRS:
        key = key.replace(pair, letter)
    return _DOUBLED.sub(r"\1", key)


def _shortened(shape: str) -> set[str]:
    """Return a shape without each of its letters but the first: what two have in common that differ in one."""
    if len(shape) < _SHORTEST_OFF:
        return set()
    return {shape[:place] + shape[place + 1 :] for place in range(1, len(shape))}


def _weight(key: str, counts: Counter[str]) -> float:
    """How likely a spelling is: words that the text repeats, first names, words without figures."""
    return counts[key] + 1.5 * is_first_name(key) - 3.0 * bool(_FIGURE.search(key))


def _last(found: dict[str, str], key: str) -> str:
    seen = {key}
    while key in found and found[key] not in seen:
        key = found[key]
        seen.add(key)
    return key
