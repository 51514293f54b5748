"""Who wrote the text, where it says so: `By Ada Brill`, or a last line about its author."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inquit.resolve.cluster import Cluster
from inquit.resolve.clusters import NameClusters
from inquit.text.segments import Segment

__all__ = ["author_of"]

_BYLINE = re.compile(r"(?:[Ww]ritten[ \u00a0]|[Cc]o-authored[ \u00a0])?[Bb][Yy][ \u00a0:]+(?=[A-Z])")
# `Ada Brill is a retired judge.` or `Ada Brill, a retired judge, lives in …` as the last line.
_ABOUT = re.compile(
    r"(?:[ \u00a0]\([^)\n]*\))?(?:[ \u00a0](?:is|was|edits|writes|teaches|covers|reports)\b|,[ \u00a0](?:an?|the)[ \u00a0])"
)
_FIRST_PARAGRAPHS = 4
_LAST_PARAGRAPHS = 2


def author_of(text: str, paragraphs: Sequence[Segment], names: NameClusters) -> Cluster | None:
    """Return the cluster of the writer's name, or None where the text does not tell it."""
    for paragraph in paragraphs[:_FIRST_PARAGRAPHS]:
        byline = _BYLINE.match(text, paragraph.start, paragraph.end)
        if byline is not None:
            return _at(byline.end(), names)
    for paragraph in paragraphs[-_LAST_PARAGRAPHS:]:
        for place in names.overlapping(paragraph.start, paragraph.start + 1):
            name = names.names[place]
            if len(name.words) > 1 and _ABOUT.match(text, name.end, paragraph.end):
                return names.cluster_of[place]
    return None


def _at(offset: int, names: NameClusters) -> Cluster | None:
    return next((names.cluster_of[p] for p in names.overlapping(offset, offset + 1)), None)
