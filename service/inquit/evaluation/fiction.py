"""Fiction: whether a quotation is found, and its speaker is the right character by any alias.

A name is right that equals an alias once case, punctuation, possessives and articles are gone.
Titles stay: they tell `Mr. Brill` from `Mrs. Brill`. A name that equals no alias so is tried
again without titles, and right if it then means one character only, the speaker.

Where the gold lists mentions, the places that the prediction read as the speaker also decide:
each votes for the character who is meant there, and the speaker must not be outvoted. Names
vote about characters who have names; everything votes about those who are only described.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from inquit.evaluation import names
from inquit.evaluation.gold import GoldDocument, GoldEntity, GoldMention, GoldQuote
from inquit.evaluation.matching import ENOUGH, covered, overlap
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets

__all__ = ["QUOTE_TYPES", "count_fiction", "is_character", "quote_type"]

QUOTE_TYPES = ("explicit", "anaphoric", "implicit")

_NEAR = 60
"""Characters between a quotation and the words that name its speaker, at most."""
_CLOSING = frozenset("”’\"'")
_SENTENCE_END = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.!?][”’\"')]*\s")


def count_fiction(
    counts: Counter[str], gold: GoldDocument, predicted: PredictedDocument
) -> list[tuple[GoldQuote, str | None]]:
    """Count the quotations of a row of fiction; return those without their speaker, and who was named."""
    wrong: list[tuple[GoldQuote, str | None]] = []
    for wanted in gold.quotes:
        best = _best(wanted, predicted)
        counts["fiction.quotes"] += 1
        counts["fiction.found"] += best is not None
        holders = [entity for entity in wanted.entities if not entity.name.startswith("_")]
        if not holders:
            continue
        right = best is not None and any(is_character(best, holder, gold.entities) for holder in holders)
        kind = wanted.quote_type or quote_type(wanted, gold)
        for prefix in ("fiction.all", f"fiction.{kind}") if kind in QUOTE_TYPES else ("fiction.all",):
            counts[f"{prefix}.speakers"] += 1
            counts[f"{prefix}.right"] += right
        counts["fiction.found_speakers"] += best is not None
        if not right:
            wrong.append((wanted, None if best is None else best.speaker))
    return wrong


def _best(wanted: GoldQuote, predicted: PredictedDocument) -> PredictedQuote | None:
    def share(quote: PredictedQuote) -> float:
        return max(covered(wanted.content, quote.content), covered(wanted.content, quote.verbatim))

    best = max(predicted.quotes, key=share, default=None)
    return None if best is None or share(best) < ENOUGH else best


def is_character(quote: PredictedQuote, character: GoldEntity, everybody: Sequence[GoldEntity]) -> bool:
    """Tell whether the predicted speaker is this character of a row."""
    if not quote.speaker:
        return False
    if _is_name(quote.speaker, character, everybody):
        return True
    if not character.mentions:
        return False
    proper = any(mention.proper for mention in character.mentions)
    others = [entity for entity in everybody if entity is not character]
    if not proper and any(_is_name(quote.speaker, other, everybody) for other in others):
        return False
    places = quote.speaker_mentions or ((quote.mention,) if quote.mention is not None else ())
    votes = Counter(
        meant
        for place in places
        if (meant := _meant(place, everybody, proper=proper, least=0.5 if proper else 0.0)) is not None
    )
    return votes[character.id] > 0 and votes[character.id] == max(votes.values())


def _is_name(name: str, character: GoldEntity, everybody: Iterable[GoldEntity]) -> bool:
    if names.plain(name) in map(names.plain, character.aliases):
        return True
    bare = names.normalize(name)
    owners = {entity.id for entity in everybody if bare in map(names.normalize, entity.aliases)}
    return bool(bare) and owners == {character.id}


def _meant(place: Offsets, everybody: Iterable[GoldEntity], *, proper: bool, least: float) -> str | None:
    """Return who is meant at a place: the owner of the mention that fits it best."""
    fits = [
        (_fit(place, mention.span), entity.id)
        for entity in everybody
        for mention in entity.mentions
        if mention.proper or not proper
    ]
    fit, owner = max(fits, default=(0.0, ""))
    return owner if fit > 0 and fit >= least else None


def _fit(first: Offsets, second: Offsets) -> float:
    """Return the characters shared as a share of the longer."""
    longer = max(first.end - first.start, second.end - second.start)
    return overlap(first, second) / longer if longer else 0.0


def quote_type(quote: GoldQuote, gold: GoldDocument) -> str:
    """Derive how the text names the speaker of a quotation; empty where the gold has no mentions.

    `explicit`: a name of the speaker stands close by, outside quotations and in the sentence that
    the quotation belongs to, or between it and the speaker's words just before. `anaphoric`: only a
    pronoun or a description does. `implicit`: neither.
    """
    mentions = [mention for entity in quote.entities for mention in entity.mentions]
    if not mentions:
        return ""
    spoken = [span for other in gold.quotes for span in other.content]
    near = [
        mention
        for mention in mentions
        if not any(overlap(mention.span, span) for span in spoken) and _is_near(mention, quote, gold)
    ]
    if any(mention.proper or _holds_name(gold.text, mention, quote.entities) for mention in near):
        return "explicit"
    return "anaphoric" if near else "implicit"


def _holds_name(text: str, mention: GoldMention, entities: Iterable[GoldEntity]) -> bool:
    """Tell whether a description begins with a name: `Ada Brill, who was tired`."""
    words = text[mention.span.start : mention.span.end]
    return any(words.startswith(alias) for entity in entities for alias in entity.aliases)


def _is_near(mention: GoldMention, quote: GoldQuote, gold: GoldDocument) -> bool:
    for content in quote.content:
        if mention.span.end <= content.start:
            between = Offsets(mention.span.end, content.start)
        else:
            between = Offsets(content.end, mention.span.start)
        if not 0 <= between.end - between.start <= _NEAR:
            continue
        if any(overlap(between, span) for other in gold.quotes for span in other.content):
            continue
        if not _ends_sentence(gold.text, between):
            return True
        if mention.span.end <= content.start and _interrupts(mention, quote, gold):
            return True
    return False


def _ends_sentence(text: str, between: Offsets) -> bool:
    """Tell whether a sentence ends in a stretch, or with the full stop of the words before it."""
    if _SENTENCE_END.search(text, between.start, between.end):
        return True
    before = text[max(0, between.start - 8) : between.start].rstrip("”’\"' ")
    after = text[between.start :].lstrip()[:1]
    return before.endswith(".") and text[between.start - 1 : between.start] in _CLOSING and after.isupper()


def _interrupts(mention: GoldMention, quote: GoldQuote, gold: GoldDocument) -> bool:
    """Tell whether the same speaker's words stand just before the mention: `“A,” said Ada. “B.”`."""
    return any(
        0 <= mention.span.start - span.end <= _NEAR
        and {entity.id for entity in other.entities} & {entity.id for entity in quote.entities}
        and not _ends_sentence(gold.text, Offsets(span.end, mention.span.start))
        for other in gold.quotes
        for span in other.content
    )
