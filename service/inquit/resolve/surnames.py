"""Surnames alone that several people of a text bear: whom each of them means."""

from __future__ import annotations

from inquit.resolve.antecedents import Antecedents
from inquit.resolve.clusters import NameClusters
from inquit.text.segments import Segment

__all__ = ["tell_apart"]


def tell_apart(names: NameClusters, model: Antecedents, least: float) -> None:
    """Let the model say whom the doubtful surnames mean, where it is sure by `least` or more."""
    doubtful = names.doubtful()
    if not doubtful:
        return
    full = [place for place, name in enumerate(names.names) if len(name.words) > 1]
    asked = [_span(names, place) for place, _ in doubtful]
    choices = model.of_surnames(asked, [_span(names, place) for place in full])
    for (place, bearers), choice in zip(doubtful, choices, strict=True):
        scores: dict[int, float] = {}
        for key, chance in zip(choice.keys.tolist(), choice.chances.tolist(), strict=True):
            number = names.cluster_of[full[key]].number
            if number in bearers:
                scores[number] = scores.get(number, 0.0) + chance
        best = max(scores, key=lambda k: scores[k], default=None)
        if best is not None and scores[best] > least:
            names.reassign(place, names.clusters[best])


def _span(names: NameClusters, place: int) -> Segment:
    name = names.names[place]
    return Segment(name.start, name.end)
