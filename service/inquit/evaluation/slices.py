"""Which quoted strings are hard to name the speaker of, and why.

pronoun       the attribution that covers the string has a pronoun as its source: `he`
description   its source has no name: `the minister`
surname       its source is one word of a person's longer name
full_name     its source is any other name
continuation  the string opens a paragraph in which no source is annotated, after a paragraph with
              a quotation of the same speaker
no_cue        the attribution has no cue, or there is none around the string
same_surname  the last word of the speaker's name is also that of somebody else in the row
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from inquit.evaluation import names
from inquit.evaluation.gold import GoldDocument, GoldEntity, GoldMark, GoldQuote
from inquit.evaluation.matching import ENOUGH, covered, overlap
from inquit.evaluation.rows import Offsets
from inquit.text.segments import paragraphs
from inquit.types import SpeakerType

__all__ = ["SLICES", "mention_kind", "slices_of"]

SLICES = ("pronoun", "description", "surname", "full_name", "continuation", "no_cue", "same_surname")

_PRONOUNS = frozenset(
    """
    i me my mine myself you your yours yourself he him his himself she her hers herself it its itself
    we us our ours ourselves they them their theirs themselves who whom whose which that this these
    those one someone somebody everyone everybody another both
    """.split()
)
_DETERMINERS = frozenset("the a an this that these those my your his her its our their one some".split())


def slices_of(mark: GoldMark, gold: GoldDocument) -> frozenset[str]:
    """Return the slices of a string that is speech and has speakers; there may be several."""
    around = _attribution(mark, gold)
    found = set()
    if around is not None and around.source:
        source = " ".join(gold.text[span.start : span.end] for span in around.source)
        found.add(mention_kind(source, mark.entities[0]))
    if around is None or not around.cue:
        found.add("no_cue")
    if _continues(mark, gold):
        found.add("continuation")
    if any(_shares_surname(entity, gold.entities) for entity in mark.entities):
        found.add("same_surname")
    return frozenset(found)


def mention_kind(source: str, entity: GoldEntity) -> str:
    """Tell how a source names an entity: `pronoun`, `description`, `surname` or `full_name`."""
    words = [word.strip(".,;:’'“”\"()") for word in source.split()]
    words = [word for word in words if word]
    if words and all(word.lower() in _PRONOUNS for word in words):
        return "pronoun"
    name = names.normalize(entity.name).split()
    shared = [word for word in name if word in names.normalize(source).split()]
    if shared:
        alone = entity.speaker_type is SpeakerType.PERSON and len(name) > len(shared) == 1
        return "surname" if alone else "full_name"
    if words and words[0].lower() in _DETERMINERS and words[-1].islower():
        return "description"  # `the Harvest nominee`: the capital is not a name's
    named = any(word[0].isupper() for word in words if names.normalize(word))
    return "full_name" if named else "description"


def _attribution(mark: GoldMark, gold: GoldDocument) -> GoldQuote | None:
    best = max(gold.quotes, key=lambda quote: covered([mark.span], quote.content), default=None)
    return None if best is None or covered([mark.span], best.content) < ENOUGH else best


def _continues(mark: GoldMark, gold: GoldDocument) -> bool:
    blocks = [Offsets(*block) for block in paragraphs(gold.text)]
    before, here = next(
        ((first, second) for first, second in pairwise(blocks) if second.start == mark.span.start),
        (None, None),
    )
    if before is None or here is None:
        return False
    if any(overlap(source, here) for quote in gold.quotes for source in quote.source):
        return False
    spoken: Iterable[GoldQuote | GoldMark] = (
        *(quote for quote in gold.quotes if any(overlap(span, before) for span in quote.content)),
        *(other for other in gold.marks if other.speech and overlap(other.span, before)),
    )
    speakers = {entity.id for entity in mark.entities}
    return any(entity.id in speakers for item in spoken for entity in item.entities)


def _shares_surname(entity: GoldEntity, everybody: Iterable[GoldEntity]) -> bool:
    surname = _surname(entity)
    return bool(surname) and any(other.id != entity.id and _surname(other) == surname for other in everybody)


def _surname(entity: GoldEntity) -> str:
    words = names.normalize(entity.name).split()
    return words[-1] if words and entity.speaker_type is SpeakerType.PERSON else ""
