"""Names of one text gathered by whom they can stand for."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

from inquit.resolve.cluster import FEMALE_TITLES, MALE_TITLES, Cluster, keys_of
from inquit.resolve.first_names import is_first_name
from inquit.resolve.gender import Gender
from inquit.resolve.likeness import extends, fits, one_letter_off, short_of
from inquit.resolve.name import Name, name_key
from inquit.types import SpeakerType

__all__ = ["NameClusters"]

_PAIR = 2
_PERSON_WORDS = 3
_LONGEST_SURNAME = 24
# Bearers of one surname that are told apart; more only come in texts made to be slow.
_MOST_BEARERS = 20
# Characters within which a full name is fresh.
_NEAR = 100


class NameClusters:
    """The clusters of a text's names, and which one a name at a place belongs to."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = tuple(names)
        self.clusters: list[Cluster] = []
        self.cluster_of: dict[int, Cluster] = {}
        """By index into `names`."""
        self._starts = [n.start for n in self.names]
        self._surnames: Counter[str] | None = None
        self._by_last: dict[str, list[Cluster]] = defaultdict(list)
        self._by_first: dict[str, list[Cluster]] = defaultdict(list)
        self._alone: dict[str, list[int]] = defaultdict(list)
        self._spelt: dict[str, list[str]] = defaultdict(list)
        """The surnames by what is left of them without one letter."""
        self._full_starts: dict[int, list[int]] = defaultdict(list)
        self._bare_titles: dict[str, set[str]] = defaultdict(set)
        for name in self.names:
            if len(name.words) == 1:
                self._alone[name_key(name.words[0])].append(name.start)
                if name.title is not None:
                    self._bare_titles[name_key(name.words[0])].add(name.title)
        self._build()

    def cluster_at(self, start: int) -> Cluster:
        """Return the cluster of the name that starts at an offset."""
        return self.cluster_of[bisect_left(self._starts, start)]

    def before(self, offset: int) -> int:
        """Return how many names start before an offset."""
        return bisect_left(self._starts, offset)

    def doubtful(self) -> list[tuple[int, frozenset[int]]]:
        """Return the surnames alone that several people bear, with the clusters of these by number.

        The surnames are by index into `names`; empty where every surname has one bearer.
        """
        bearers = {}
        for word, clusters in self._by_last.items():
            people = [c.number for c in clusters[:_MOST_BEARERS] if c.type is SpeakerType.PERSON]
            if len(people) > 1:
                bearers[word] = frozenset(people)
        return [
            (place, bearers[word])
            for place, name in enumerate(self.names)
            if len(name.words) == 1 and (word := name_key(name.words[0])) in bearers
        ]

    def reassign(self, place: int, cluster: Cluster) -> None:
        """Let a surname alone mean another of its bearers."""
        name, old = self.names[place], self.cluster_of[place]
        if old is cluster or len(old.names) == 1 or not fits(cluster, name):
            return
        old.remove(name)
        cluster.insert(name)
        self.cluster_of[place] = cluster

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
        keyed = [keys_of(n) for n in self.names]
        groups = self._full_names(keyed)
        acronyms = self._acronyms(keyed, groups)
        bare: dict[str, dict[str, Cluster]] = {}
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
            cluster = next((c for c in self._by_last[keys[-1]][:_MOST_BEARERS] if extends(c, keys)), None)
            if cluster is None:
                cluster = next(
                    (c for c in self._by_last[keys[-1]][:_MOST_BEARERS] if short_of(c, keys)), None
                )
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
        for last in self._by_last:
            for variant in _shortened(last):
                if len(self._spelt[variant]) < _MOST_BEARERS:
                    self._spelt[variant].append(last)
        return groups

    def _bearer(
        self, place: int, keyed: list[tuple[str, ...]], bare: dict[str, dict[str, Cluster]]
    ) -> Cluster:
        """Return the cluster of a name of one word: a surname's bearer, or one of its own."""
        name, word = self.names[place], keyed[place][0]
        options = [
            c
            for c in (self._by_last[word] or self._by_first[word])[:_MOST_BEARERS]
            if c.type is SpeakerType.PERSON and fits(c, name) and not self._is_spoken_of_otherwise(c, word)
        ]
        if name.title == "mrs" and "miss" in self._bare_titles[word]:
            # Beside a Miss Brill, Mrs. Brill is none of those that are called by their first names.
            options = [c for c in options if c.is_called("mrs")]
        if options and not self._known_before(word, options):
            return self._nearest(options, place)
        courtesy = _courtesy(name)
        known = bare.setdefault(word, {})
        if courtesy in known:
            return known[courtesy]
        if courtesy == "" and known:
            return next(iter(known.values()))
        if set(known) == {""}:
            known[courtesy] = known[""]
            return known[courtesy]
        found = None
        if not known and name.words[0][0].isupper() and not name.words[0].isupper():
            found = self._misspelt(word)
        if found is None and not known:
            # `the Navy` after `the U.S. Navy`
            owners = [c for c in self._by_last[word] if c.type is SpeakerType.ORGANIZATION]
            found = owners[0] if len(owners) == 1 else None
        known[courtesy] = found or self._new_cluster()
        return known[courtesy]

    def is_shared(self, cluster: Cluster) -> bool:
        """Whether somebody else of the text has the surname of a cluster."""
        if self._surnames is None:
            self._surnames = Counter(keys_of(c.fullest)[-1] for c in self.clusters if c.names)
        return self._surnames[keys_of(cluster.fullest)[-1]] > 1

    def _is_spoken_of_otherwise(self, cluster: Cluster, word: str) -> bool:
        """Whether `Mr. Brill` elsewhere in the text shows that `Brill` is not Nina."""
        titles = self._bare_titles.get(word, set())
        male, female = bool(titles & MALE_TITLES), bool(titles & FEMALE_TITLES)
        if male is female:
            return False
        return cluster.gender is (Gender.FEMININE if male else Gender.MASCULINE)

    def _misspelt(self, word: str) -> Cluster | None:
        """Return the one person whose surname is this word but for a letter, or None."""
        near = {
            c.number: c
            for variant in _shortened(word)
            for last in self._spelt.get(variant, ())
            if one_letter_off(word, last)
            for c in self._by_last[last][:_MOST_BEARERS]
            if c.type is SpeakerType.PERSON
        }
        return next(iter(near.values())) if len(near) == 1 else None

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
            if len(keys) < _PAIR or cluster.is_surely_a_person:
                continue
            forms = set()
            # `DOJ` is the U.S. Department of Justice.
            for some in (words, words[1:]) if words[0].replace(".", "").isupper() else (words,):
                forms.add("".join(w[0] for w in some if w[0].isupper()).casefold())
                forms.add("".join(w[0] for w in some).casefold())
            for short in forms & shorts.keys():
                found.setdefault(short, cluster)
        return found

    def _known_before(self, word: str, options: list[Cluster]) -> bool:
        """Whether the bare word is used on its own before any of the full names appears.

        Then it means somebody or something else: `Israel`, beside `Armenians of Israel`.
        """
        if any(_is_plain(n, word) for c in options for n in c.names[:1]):
            return False
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


def _is_plain(name: Name, surname: str) -> bool:
    """Whether a name is a surname after one or two other words, as people have."""
    keys = keys_of(name)
    plain = len(keys) <= _PERSON_WORDS and keys[-1] == surname and "of" not in keys
    return plain or is_first_name(keys[0])


def _shortened(word: str) -> set[str]:
    """Return a word, and what is left of it without each of its letters but the first."""
    if len(word) > _LONGEST_SURNAME:
        return {word}
    return {word, *(word[:p] + word[p + 1 :] for p in range(1, len(word)))}


def _courtesy(name: Name) -> str:
    """Return what tells the bearers of one surname apart: `m`, `mrs`, `miss`; empty for nothing."""
    if name.title in MALE_TITLES:
        return "m"
    return name.title if name.title is not None and name.title in FEMALE_TITLES else ""
