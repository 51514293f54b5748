"""What the text calls the bearers of its names: `Phil Lane, the state's campaign chairman`."""

from __future__ import annotations

import re
from collections import defaultdict

from inquit.resolve.cluster import Cluster
from inquit.resolve.clusters import NameClusters
from inquit.resolve.mentions import Mention
from inquit.resolve.name import Name, name_key

__all__ = ["Descriptions", "descriptors"]

_LONG_TITLES = {
    "gov": ("governor",),
    "sen": ("senator",),
    "rep": ("representative", "congressman", "congresswoman"),
    "gen": ("general",),
    "col": ("colonel",),
    "lt": ("lieutenant",),
    "capt": ("captain",),
    "maj": ("major",),
    "sgt": ("sergeant",),
    "prof": ("professor",),
    "dr": ("doctor", "physician"),
    "rev": ("reverend", "pastor"),
}
# Read from right to left: the words before a name are found at once.
_BEFORE = re.compile(r"(?:[ \u00a0][\w’'-]*[a-z]){1,6}")
_AFTER = re.compile(r",[ \u00a0](?:an?|the|its|his|her|their|who is|[\w’'.-]+[’']s)?[^,.;:()“”\"]{3,90}")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_REACH = 60


# Clusters that are weighed for one description; more only come in texts made to be slow.
_MOST_CANDIDATES = 50
# Characters within which a name is fresh in mind.
_RECENT = 600


class Descriptions:
    """Finds the named entities that a description can mean."""

    def __init__(self, text: str, clusters: NameClusters) -> None:
        self._clusters = clusters
        self._called = descriptors(text, clusters)
        self._by_word: dict[str, list[Cluster]] | None = None

    def candidates(self, head: str) -> list[Cluster]:
        """Return the clusters that have a noun in their names, or are called by it."""
        if self._by_word is None:
            self._by_word = {}
            for cluster in self._clusters.clusters:
                words = {name_key(w) for n in cluster.forms for w in n.words}
                for word in words | self._called.get(cluster.number, set()):
                    self._by_word.setdefault(word, []).append(cluster)
        return self._by_word.get(head, [])[:_MOST_CANDIDATES]

    def bonus(self, cluster: Cluster, mention: Mention, words: set[str]) -> float:
        """Return what speaks for a named cluster in the words of a description."""
        last = cluster.last_before(mention.span.start)
        if last is None:
            return 0.0
        recency = 0.1 if mention.span.start - last.start < _RECENT else 0.0
        for name in cluster.forms:
            keys = {name_key(w) for w in name.words}
            if mention.head in keys and words <= keys and len(keys) > len(words):
                return 0.7 + recency
        called = self._called.get(cluster.number, ())
        return 0.5 + recency if mention.head in called else 0.0


def descriptors(text: str, clusters: NameClusters) -> dict[int, set[str]]:
    """Return the nouns used of each cluster, by its number, casefolded."""
    found: dict[int, set[str]] = defaultdict(set)
    for place, name in enumerate(clusters.names):
        words = found[clusters.cluster_of[place].number]
        if name.title is not None:
            words.add(name.title)
            words.update(_LONG_TITLES.get(name.title, ()))
        words.update(_around(text, name))
    return found


def _around(text: str, name: Name) -> set[str]:
    found: set[str] = set()
    before = _BEFORE.match(text[max(0, name.start - _REACH) : name.start][::-1])
    if before is not None:
        # The nouns right before the name: `former campaign manager Corey Lane`.
        found.update(w.casefold() for w in _WORD.findall(before[0][::-1])[-3:])
    after = _AFTER.match(text, name.end)
    if after is not None:
        found.update(w.casefold() for w in _WORD.findall(after[0]) if w[0].islower())
    return found
