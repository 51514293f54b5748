"""Names of one text gathered by whom they can stand for."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from inquit.resolve.gender import Gender, first_name_gender
from inquit.resolve.name import Name, name_key
from inquit.resolve.name_words import ORGANISATION_HEADS
from inquit.types import SpeakerType

__all__ = ["Cluster", "NameClusters"]

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_MALE_TITLES = frozenset(
    {"mr", "sir", "lord", "king", "prince", "father", "brother", "congressman", "spokesman"}
)
_FEMALE_TITLES = frozenset(
    {"mrs", "ms", "miss", "lady", "queen", "princess", "sister", "congresswoman", "dame", "spokeswoman"}
)
_LONGEST_PERSON = 4
# Bearers of one surname that are told apart; more only come in texts made to be slow.
_MOST_BEARERS = 20
# Characters within which a full name is fresh.
_NEAR = 200


class Cluster:
    """One entity as its names show it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names: list[Name] = []
        """In order of start, once all are known."""
        self.forms: list[Name] = []
        """The first name of each form."""
        self._seen: set[tuple[str, ...]] = set()
        self._titles: set[str] = set()
        self._fullest: Name | None = None

    def add(self, name: Name) -> None:
        """Add a name."""
        self.names.append(name)
        if name.title is not None:
            self._titles.add(name.title)
        keys = _keys(name)
        if keys not in self._seen:
            self._seen.add(keys)
            self.forms.append(name)
        if self._fullest is None or _weight(name) > _weight(self._fullest):
            self._fullest = name

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
        if self._titles & _MALE_TITLES:
            return Gender.MASCULINE
        if self._titles & _FEMALE_TITLES:
            return Gender.FEMININE
        if self.type is SpeakerType.ORGANIZATION:
            return Gender.NEUTER
        words = self.fullest.words
        return first_name_gender(words[0]) if len(words) > 1 else Gender.UNKNOWN

    def last_before(self, offset: int) -> Name | None:
        """Return the last name that starts before an offset, or None."""
        place = bisect_left(self.names, offset, key=lambda n: n.start)
        return self.names[place - 1] if place else None


def _keys(name: Name) -> tuple[str, ...]:
    keys = tuple(name_key(w) for w in name.words)
    while len(keys) > 1 and keys[-1] in _SUFFIXES:
        keys = keys[:-1]
    return keys


def _extends(cluster: Cluster, keys: tuple[str, ...]) -> bool:
    """Whether a longer name of the cluster holds all these words, and may be cut to them."""
    longer = _keys(max(cluster.forms, key=lambda n: len(n.words)))
    if not set(keys) <= set(longer):
        return False
    person = not any(k in ORGANISATION_HEADS for k in keys)
    return person or longer[-len(keys) :] == keys


def _fits(cluster: Cluster, name: Name) -> bool:
    """Whether the title of a bare surname agrees with the gender of the full name."""
    if name.title in _MALE_TITLES:
        return cluster.gender is not Gender.FEMININE
    if name.title in _FEMALE_TITLES:
        return cluster.gender is not Gender.MASCULINE
    return not (len(name.words[0]) <= 5 and name.words[0].replace(".", "").isupper())


def _weight(name: Name) -> float:
    count = len(name.words)
    if count > _LONGEST_PERSON and not any(name_key(w) in ORGANISATION_HEADS for w in name.words):
        return 0.5  # a headline in capitals, or words glued to a name
    return count


class NameClusters:
    """The clusters of a text's names, and which one a name at a place belongs to."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = tuple(names)
        self.clusters: list[Cluster] = []
        self.cluster_of: dict[int, Cluster] = {}
        """By index into `names`."""
        self._starts = [n.start for n in self.names]
        self._by_last: dict[str, list[Cluster]] = defaultdict(list)
        self._by_first: dict[str, list[Cluster]] = defaultdict(list)
        self._alone: dict[str, list[int]] = defaultdict(list)
        self._full_starts: dict[int, list[int]] = defaultdict(list)
        for name in self.names:
            if len(name.words) == 1:
                self._alone[name_key(name.words[0])].append(name.start)
        self._build()

    def cluster_at(self, start: int) -> Cluster:
        """Return the cluster of the name that starts at an offset."""
        return self.cluster_of[bisect_left(self._starts, start)]

    def before(self, offset: int) -> int:
        """Return how many names start before an offset."""
        return bisect_left(self._starts, offset)

    def overlapping(self, start: int, end: int) -> list[int]:
        """Return the indices of the names that overlap a range, in order."""
        place = max(0, bisect_left(self._starts, start) - 1)
        found = []
        while place < len(self.names) and self.names[place].start < end:
            if self.names[place].end > start:
                found.append(place)
            place += 1
        return found

    def _build(self) -> None:
        keyed = [_keys(n) for n in self.names]
        groups = self._full_names(keyed)
        acronyms = self._acronyms(keyed, groups)
        bare: dict[str, Cluster] = {}
        for place, keys in enumerate(keyed):
            if len(keys) > 1:
                cluster = groups[keys]
            else:
                cluster = acronyms.get(keys[0]) or self._bearer(place, keyed, bare)
                cluster.add(self.names[place])
            self.cluster_of[place] = cluster
        for cluster in self.clusters:
            cluster.names.sort(key=lambda n: n.start)

    def _full_names(self, keyed: list[tuple[str, ...]]) -> dict[tuple[str, ...], Cluster]:
        """Cluster the names of several words; longer forms first, so that shorter ones find them."""
        places: dict[tuple[str, ...], list[Name]] = defaultdict(list)
        for name, keys in zip(self.names, keyed, strict=True):
            if len(keys) > 1:
                places[keys].append(name)
        groups: dict[tuple[str, ...], Cluster] = {}
        for keys, names in sorted(places.items(), key=lambda i: (-len(i[0]), -len(i[1]))):
            cluster = next((c for c in self._by_last[keys[-1]][:_MOST_BEARERS] if _extends(c, keys)), None)
            if cluster is None:
                cluster = self._new_cluster()
                self._by_last[keys[-1]].append(cluster)
                self._by_first[keys[0]].append(cluster)
            groups[keys] = cluster
            self._full_starts[cluster.number] += [n.start for n in names]
            for name in names:
                cluster.add(name)
        for starts in self._full_starts.values():
            starts.sort()
        return groups

    def _bearer(self, place: int, keyed: list[tuple[str, ...]], bare: dict[str, Cluster]) -> Cluster:
        """Return the cluster of a name of one word: a surname's bearer, or one of its own."""
        name, word = self.names[place], keyed[place][0]
        options = [
            c
            for c in (self._by_last[word] or self._by_first[word])[:_MOST_BEARERS]
            if c.type is SpeakerType.PERSON and _fits(c, name)
        ]
        if options and not self._known_before(word, options):
            return self._nearest(options, place)
        if word not in bare:
            # `the Navy` after `the U.S. Navy`
            owners = [c for c in self._by_last[word] if c.type is SpeakerType.ORGANIZATION]
            bare[word] = owners[0] if len(owners) == 1 else self._new_cluster()
        return bare[word]

    def _new_cluster(self) -> Cluster:
        self.clusters.append(Cluster(len(self.clusters)))
        return self.clusters[-1]

    def _acronyms(
        self, keyed: list[tuple[str, ...]], groups: dict[tuple[str, ...], Cluster]
    ) -> dict[str, Cluster]:
        """Return the cluster for each acronym that abbreviates a longer name of the text."""
        found: dict[str, Cluster] = {}
        shorts = {
            k[0]: n
            for n, k in zip(self.names, keyed, strict=True)
            if len(k) == 1 and len(k[0]) >= 2 and n.words[0].replace(".", "").isupper()
        }
        if not shorts:
            return found
        for keys, cluster in groups.items():
            words = cluster.fullest.words
            initials = "".join(w[0] for w in words if w[0].isupper()).casefold()
            every = "".join(w[0] for w in words).casefold()
            for short in shorts:
                if short in {initials, every} and len(keys) >= 2:
                    found.setdefault(short, cluster)
        return found

    def _known_before(self, word: str, options: list[Cluster]) -> bool:
        """Whether the bare word is used on its own before any of the full names appears.

        Then it means somebody too well known to be introduced: `Trump`, beside `Ivanka Trump`.
        """
        alone = self._alone[word]
        full = [n.start for c in options for n in c.names[:3] if len(n.words) > 1]
        return len(alone) > 2 and len(full) <= 2 and alone[1] < min(full)

    def _nearest(self, options: list[Cluster], place: int) -> Cluster:
        """Return the option that a bare surname means: the one named most, the nearest in a tie.

        A name given in full within the same few lines is meant first.
        """
        if len(options) == 1:
            return options[0]
        at = self.names[place].start

        def rank(cluster: Cluster) -> tuple[bool, int, int]:
            # The full names were added before any bare one, each form in order of start.
            full = self._full_starts[cluster.number]
            place = bisect_left(full, at)
            distance = at - full[place - 1] if place else 1 << 60
            return (distance < _NEAR, len(full), -distance)

        return max(options, key=rank)
