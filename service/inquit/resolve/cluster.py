"""One bearer of names in a text, as these names show it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from inquit.resolve.first_names import is_first_name, same_first_name
from inquit.resolve.gender import Gender, first_name_gender
from inquit.resolve.name import Name, name_key
from inquit.resolve.name_words import ORGANISATION_HEADS, SUFFIXES
from inquit.types import SpeakerType

__all__ = ["FEMALE_TITLES", "LONGEST_PERSON", "MALE_TITLES", "Cluster", "keys_of"]

MALE_TITLES = frozenset(
    {"mr", "sir", "lord", "king", "prince", "father", "brother", "congressman", "spokesman"}
)
FEMALE_TITLES = frozenset(
    {"mrs", "ms", "miss", "lady", "queen", "princess", "sister", "congresswoman", "dame", "spokeswoman"}
)
LONGEST_PERSON = 4
"""Words of a person's name at most."""


class Cluster:
    """One entity as its names show it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names: list[Name] = []
        """In order of start, once all are known."""
        self.forms: list[Name] = []
        """The first name of each form."""
        self._seen: set[tuple[str, ...]] = set()
        self._titles: Counter[str] = Counter()
        self._fullest: Name | None = None

    def add(self, name: Name) -> None:
        """Add a name."""
        self.names.append(name)
        if name.title is not None:
            self._titles[name.title] += 1
        keys = keys_of(name)
        if keys not in self._seen:
            self._seen.add(keys)
            self.forms.append(name)
        if self._fullest is None or _fuller(name, self._fullest):
            self._fullest = name

    def is_called(self, title: str) -> bool:
        """Whether one of its names has this title."""
        return title in self._titles

    def remove(self, name: Name) -> None:
        """Take away one of several names; its form stays known."""
        del self.names[bisect_left(self.names, name.start, key=lambda n: n.start)]
        if name.title is not None:
            self._titles -= Counter([name.title])

    def insert(self, name: Name) -> None:
        """Add a name in its place, once all are in order."""
        self.add(name)
        self.names.insert(bisect_left(self.names, name.start, key=lambda n: n.start), self.names.pop())

    @property
    def fullest(self) -> Name:
        """The longest plausible form, the first of its length."""
        if self._fullest is None:
            raise RuntimeError("a cluster without names: this is a bug")
        return self._fullest

    @property
    def type(self) -> SpeakerType:
        """Person or organisation, by titles and the words of the fullest name."""
        if self._titles:
            return SpeakerType.PERSON
        words = self.fullest.words
        if any(name_key(w) in ORGANISATION_HEADS for w in words):
            return SpeakerType.ORGANIZATION
        acronym = len(words) == 1 and len(words[0]) > 1 and words[0].replace(".", "").isupper()
        return SpeakerType.ORGANIZATION if acronym else SpeakerType.PERSON

    @property
    def gender(self) -> Gender:
        """As titles and first names tell it."""
        if self._titles.keys() & MALE_TITLES:
            return Gender.MASCULINE
        if self._titles.keys() & FEMALE_TITLES:
            return Gender.FEMININE
        if self.type is SpeakerType.ORGANIZATION:
            return Gender.NEUTER
        words = self.fullest.words
        return first_name_gender(words[0]) if len(words) > 1 else Gender.UNKNOWN

    @property
    def is_surely_a_person(self) -> bool:
        """Whether a title or a first name shows it."""
        words = self.fullest.words
        return bool(self._titles) or (
            self.type is SpeakerType.PERSON and len(words) > 1 and is_first_name(name_key(words[0]))
        )

    def last_before(self, offset: int) -> Name | None:
        """Return the last name that starts before an offset, or None."""
        place = bisect_left(self.names, offset, key=lambda n: n.start)
        return self.names[place - 1] if place else None


def keys_of(name: Name) -> tuple[str, ...]:
    """Return the words of a name as they are compared, without `Jr.` and the like."""
    keys = tuple(name_key(w) for w in name.words)
    while len(keys) > 1 and keys[-1] in SUFFIXES:
        keys = keys[:-1]
    return keys


def _fuller(name: Name, known: Name) -> bool:
    """Whether a name says more than one known before: more words, or no short form."""
    if _weight(name) != _weight(known):
        return _weight(name) > _weight(known)
    if _shouted(known) and not _shouted(name):
        return True
    one, other = name_key(name.words[0]), name_key(known.words[0])
    short = len(name.words) > 1 and one != other and same_first_name(one, other)
    return short and name_key(name.words[-1]) == name_key(known.words[-1]) and len(one) > len(other)


def _shouted(name: Name) -> bool:
    return all(w.isupper() for w in name.words)


def _weight(name: Name) -> float:
    count = len(name.words)
    if count > LONGEST_PERSON and not any(name_key(w) in ORGANISATION_HEADS for w in name.words):
        return 0.5  # a headline in capitals, or words glued to a name
    return count
