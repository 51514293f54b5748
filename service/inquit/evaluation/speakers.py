"""Whether a returned speaker is one of those who speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from inquit.evaluation import names
from inquit.evaluation.gold import GoldEntity
from inquit.evaluation.predictions import PredictedQuote
from inquit.types import SpeakerType

__all__ = ["count_type", "judge", "told"]


def told(entities: Iterable[GoldEntity]) -> list[GoldEntity]:
    """Return the entities that have a name, or a description in its place."""
    return [entity for entity in entities if entity.name]


def judge(quote: PredictedQuote | None, holders: Iterable[GoldEntity]) -> tuple[bool, bool]:
    """Tell whether the speaker is one of the holders: strictly, leniently."""
    if quote is None or not quote.speaker:
        return False, False
    speaker, wanted = quote.speaker, [entity.name for entity in holders]
    return any(names.agree(speaker, name) for name in wanted), any(
        names.contain(speaker, name) for name in wanted
    )


def count_type(
    counts: Counter[str], prefix: str, holders: Iterable[GoldEntity], quote: PredictedQuote
) -> set[SpeakerType]:
    """Count whether a found quotation has a speaker of the right type; return the types that are right."""
    types = {kind for holder in holders if (kind := holder.speaker_type) is not None}
    counts[f"{prefix}.typed"] += bool(types)
    counts[f"{prefix}.type_right"] += quote.speaker_type in types
    return types
