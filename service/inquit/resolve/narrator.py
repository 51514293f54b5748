"""Who `I` is in a story told by one of its people: whom the others address.

The narrator hardly names himself; those who speak to him do (`“Come, Lane, the game is up.”`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from inquit.model.drafts import DraftQuote
from inquit.resolve.cluster import Cluster
from inquit.resolve.clusters import NameClusters
from inquit.types import SpeakerType

__all__ = ["narrator_of"]

# Quotations of the narrator from which a text is his story, and no column with an `I` in it.
_LEAST_OWN = 5
_LEAST_ADDRESSED = 3
# The narrator is addressed so many times as often as anybody else.
_CLEARLY = 1.5
_BEFORE = re.compile(
    r"(?:^|[,;:!?.—–-]\s*|\b(?:my dear|dear|oh|ah|no|yes|well|come|now|good|and you|you,?)\s+)"
    r"(?:(?:mr|mrs|miss|dr|doctor|sir|lady|captain|madame|monsieur)\.?\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*(?:[,!?.;—–-]|$)")
_REACH = 24


def narrator_of(
    text: str,
    own: Iterable[DraftQuote],
    others: Iterable[DraftQuote],
    names: NameClusters,
    speakers: Collection[int],
) -> Cluster | None:
    """Return the cluster of the narrator's name, or None where the text does not show it.

    `own` are the quotations that `I` utters, `others` all others; `speakers` are the numbers of
    the clusters that are named as speakers, which the narrator is not.
    """
    if sum(1 for _ in own) < _LEAST_OWN:
        return None
    addressed: Counter[int] = Counter()
    for draft in others:
        for string in draft.verbatim:
            for place in names.overlapping(string.start, string.end):
                name = names.names[place]
                if name.start < string.start or name.end > string.end:
                    continue
                before = text[max(string.start, name.start - _REACH) : name.start]
                if _BEFORE.search(before) and _AFTER.match(text, name.end, string.end):
                    cluster = names.cluster_of[place]
                    if cluster.type is SpeakerType.PERSON and cluster.number not in speakers:
                        addressed[cluster.number] += 1
    ranked = addressed.most_common(2)
    if not ranked or ranked[0][1] < _LEAST_ADDRESSED:
        return None
    if len(ranked) > 1 and ranked[0][1] < _CLEARLY * ranked[1][1]:
        return None
    return names.clusters[ranked[0][0]]
