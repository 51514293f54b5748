"""What the text calls the bearers of its names: `Phil Lovas, the state's campaign chairman`."""

from __future__ import annotations

import re
from collections import defaultdict

from inquit.resolve.clusters import NameClusters
from inquit.resolve.names import Name

__all__ = ["descriptors"]

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
_BEFORE = re.compile(r"(?:[a-z][\w’'-]*[ \u00a0]){1,6}$")
_AFTER = re.compile(r",[ \u00a0](?:an?|the|its|his|her|their|who is|[\w’'.-]+[’']s)?[^,.;:()“”\"]{3,90}")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_REACH = 60


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
    before = _BEFORE.search(text[max(0, name.start - _REACH) : name.start])
    if before is not None:
        # The nouns right before the name: `former campaign manager Corey Lewandowski`.
        found.update(w.casefold() for w in _WORD.findall(before[0])[-3:])
    after = _AFTER.match(text, name.end)
    if after is not None:
        found.update(w.casefold() for w in _WORD.findall(after[0]) if w[0].islower())
    return found
