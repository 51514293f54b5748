"""What the speakers of a document are: people, organisations, documents, or only described."""

from __future__ import annotations

import math
from collections.abc import Iterable

from inquit.resolve.antecedents import Antecedents
from inquit.resolve.entities import Entity
from inquit.resolve.first_names import is_first_name
from inquit.resolve.name import name_key
from inquit.resolve.name_words import ORGANISATION_HEADS
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["settle_types"]

_NAMED = (SpeakerType.PERSON, SpeakerType.ORGANIZATION)
_DESCRIBED = (SpeakerType.UNNAMED, SpeakerType.ORGANIZATION, SpeakerType.DOCUMENT)
# Names and mentions of one speaker that are looked at.
_MOST_SPANS = 8
# What the name and the mentions themselves show, against the mean log-probability of the model.
_RULE = 0.5
_NAMED_SO = 3.0
_HINT, _MOST_HINTS = 2.0, 3
_LEAST = 1e-3


def settle_types(entities: Iterable[Entity], model: Antecedents) -> None:
    """Set the type of each speaker by what the model says of its names and mentions."""
    judged = [e for e in entities if e.type is not SpeakerType.AUTHOR]
    spans = [_spans(e) for e in judged]
    answers = iter(model.types([s for some in spans for s in some]))
    for entity, some in zip(judged, spans, strict=True):
        chances = [next(answers) for _ in some]
        if not any(chances):
            continue
        possible = _DESCRIBED if entity.cluster is None else _NAMED
        scores = {
            kind: sum(math.log(max(_LEAST, c.get(kind, 0.0))) for c in chances) / len(chances)
            + (_RULE if kind is entity.type else 0.0)
            + (_NAMED_SO if kind is _shown_by_name(entity) else 0.0)
            + _HINT * min(entity.hints[kind], _MOST_HINTS)
            for kind in possible
        }
        entity.type = max(scores, key=lambda k: scores[k])


def _shown_by_name(entity: Entity) -> SpeakerType | None:
    """Return the type that the words of a name or the noun of a description leave no doubt of, or None."""
    if entity.cluster is None:
        return None if entity.type is SpeakerType.UNNAMED else entity.type
    words = entity.cluster.fullest.words
    if any(name_key(w) in ORGANISATION_HEADS for w in words) and not is_first_name(name_key(words[0])):
        return SpeakerType.ORGANIZATION
    return None


def _spans(entity: Entity) -> list[Segment]:
    mentions = sorted(entity.mentions)[:_MOST_SPANS]
    if entity.cluster is None:
        return mentions
    names = [Segment(n.start, n.end) for n in entity.cluster.names[: _MOST_SPANS - len(mentions)]]
    return sorted({*mentions, *names})
