"""Who uttered each quotation: mentions, continuations and the fullest names, over the document.

Names are matched by their words. Pronouns, descriptions and quotations without a mention are
weighed: what the model's antecedent pointer says, who spoke last, and whether gender fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inquit.model.drafts import DraftQuote
from inquit.model.links import Choice
from inquit.resolve.antecedents import Antecedents
from inquit.resolve.clusters import Cluster, NameClusters
from inquit.resolve.descriptors import Descriptions
from inquit.resolve.entities import Entity, description_type
from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention, MentionKind, core_of, read_mention
from inquit.resolve.name import name_key
from inquit.resolve.names import find_names
from inquit.resolve.surroundings import (
    Surroundings,
    gender_score,
    last_plural,
    last_speaker,
)
from inquit.text.segments import Segment
from inquit.types import QuoteKind, SpeakerType

__all__ = ["Attribution", "Resolution", "resolve"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What was found for one draft."""

    entity: Entity | None
    confidence: float
    channel: Segment | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Attributions in the order of the drafts."""

    attributions: tuple[Attribution, ...]


def resolve(
    text: str,
    paragraphs: Sequence[Segment],
    sentences: Sequence[Segment],
    drafts: Sequence[DraftQuote],
    antecedents: Antecedents,
) -> Resolution:
    """Resolve the speaker of each draft; drafts are in order of start."""
    return _Resolver(text, paragraphs, sentences, drafts, antecedents).resolve()


# How much the rules say beside the model's probability, which is at most 1.
_LAST_SPEAKER = 0.25
_NEAREST_NAME = 0.15
_LEAST = 0.12
_NEGLIGIBLE = 1e-3
# Characters before a relative pronoun in which its antecedent is looked for.
_RELATIVE_REACH = 400
# Probability from which a name is believed behind a description without an article.
_SURE = 0.75
_LEARNED_KINDS = frozenset(
    {MentionKind.PRONOUN, MentionKind.DEFINITE, MentionKind.INDEFINITE, MentionKind.RELATIVE}
)
_DETERMINERS = frozenset("the this that these those his her its their".split())


class _Resolver:
    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Segment],
        sentences: Sequence[Segment],
        drafts: Sequence[DraftQuote],
        antecedents: Antecedents,
    ) -> None:
        self._text = text
        self._drafts = drafts
        self._around = Surroundings(text, paragraphs, sentences, drafts)
        self._names = NameClusters(find_names(text, list(paragraphs)))
        self._entities: dict[int, Entity] = {}
        self._described: dict[str, Entity] = {}
        self._described_by_word: dict[str, Entity] = {}
        self._author: Entity | None = None
        self._mentions = [
            read_mention(
                text,
                d.mention,
                [self._names.names[i] for i in self._names.overlapping(*d.mention)],
            )
            if d.mention is not None
            else None
            for d in drafts
        ]
        self._descriptions = Descriptions(text, self._names)
        self._choices = self._ask(antecedents)
        self._history: list[Entity] = []
        self._found: list[tuple[Entity | None, float]] = []

    def resolve(self) -> Resolution:
        for number, draft in enumerate(self._drafts):
            mention = self._mentions[number]
            if mention is None:
                entity, confidence = None, 0.0
            else:
                entity, confidence = self._of_mention(number, mention)
                confidence *= draft.mention_confidence
            self._found.append((entity, confidence))
            if entity is not None and mention is not None:
                entity.mentions.add(mention.span)
                self._history.append(entity)
                if entity.cluster is None and entity.name is not None:
                    words = self._text[entity.name.start : entity.name.end].casefold().split()
                    self._described_by_word |= dict.fromkeys(words, entity)
        for number, draft in enumerate(self._drafts):
            if self._mentions[number] is None:
                self._found[number] = self._without_mention(number, draft)
        return Resolution(
            tuple(
                Attribution(entity, confidence, self._around.channel(draft))
                for draft, (entity, confidence) in zip(self._drafts, self._found, strict=True)
            )
        )

    # What the model says.

    def _ask(self, antecedents: Antecedents) -> dict[int, Choice]:
        """Return what the drafts that need it may mean, by number."""
        asked = {
            n: (m.span if m is not None else self._drafts[n].content[0])
            for n, m in enumerate(self._mentions)
            if m is None or m.kind in _LEARNED_KINDS
        }
        if not asked or not self._names.names:
            return {}
        candidates = [Segment(n.start, n.end) for n in self._names.names]
        choices = antecedents.choices(list(asked.values()), candidates)
        return dict(zip(asked, choices, strict=True))

    def _learned(self, number: int) -> tuple[dict[int, float], float]:
        """Return the model's probability by cluster number, and that of none."""
        choice = self._choices.get(number)
        if choice is None:
            return {}, 1.0
        by_cluster: dict[int, float] = {}
        for place, chance in zip(choice.keys.tolist(), choice.chances.tolist(), strict=True):
            if chance > _NEGLIGIBLE:
                key = self._names.cluster_of[place].number
                by_cluster[key] = by_cluster.get(key, 0.0) + chance
        return by_cluster, choice.none

    # Mentions.

    def _of_mention(self, number: int, mention: Mention) -> tuple[Entity | None, float]:
        kind = mention.kind
        if kind is MentionKind.NAME and mention.name is not None:
            return self._entity_of(self._names.cluster_at(mention.name.start), mention), 0.97
        if kind is MentionKind.AUTHOR:
            return self._author_entity(), 0.6
        if kind is MentionKind.PRONOUN:
            return self._of_pronoun(number, mention)
        if kind is MentionKind.RELATIVE:
            return self._of_relative(number, mention)
        if kind is MentionKind.DEFINITE:
            return self._of_description(number, mention)
        learned, _ = self._learned(number)
        best = max(learned, key=lambda k: learned[k], default=None)
        if kind is MentionKind.INDEFINITE and best is not None and learned[best] > _SURE:
            return self._entity_of(self._names.clusters[best], mention), learned[best]
        return self._described_entity(mention), 0.8

    def _of_pronoun(self, number: int, mention: Mention) -> tuple[Entity | None, float]:
        learned, _ = self._learned(number)
        scores = dict(learned)
        options = self._names.clusters
        recent = self._around.recent(self._names, mention.span.start, 3)
        if not mention.plural:
            for rank, cluster in enumerate(recent):
                scores[cluster.number] = scores.get(cluster.number, 0.0) + _NEAREST_NAME / (1 + rank)
            last = last_speaker(self._history, mention)
            if last is not None and last.cluster is not None:
                key = last.cluster.number
                scores[key] = scores.get(key, 0.0) + _LAST_SPEAKER
        for key in scores:
            scores[key] += gender_score(mention, options[key])
        best = max(scores, key=lambda k: scores[k], default=None)
        if mention.plural:
            described = last_plural(self._history)
            if described is not None and (best is None or scores[best] < 0.6):
                return described, 0.5
        if best is not None and scores[best] > _LEAST:
            chance = min(0.95, learned.get(best, 0.0) * 0.8 + 0.15)
            return self._entity_of(options[best], mention), chance
        last = last_speaker(self._history, mention)
        if last is not None:
            return last, 0.3
        fitting = [c for c in recent if gender_score(mention, c) >= 0.0]
        if fitting and not mention.plural:
            return self._entity_of(fitting[0], mention), 0.25
        return None, 0.0  # a pronoun is nobody's name

    def _of_relative(self, number: int, mention: Mention) -> tuple[Entity | None, float]:
        """Resolve `Smith, who said` to what stands right before."""
        low = max(0, mention.span.start - _RELATIVE_REACH)
        end = low + len(self._text[low : mention.span.start].rstrip(" ,\u00a0"))
        for place in reversed(self._names.overlapping(max(0, end - 40), end)):
            name = self._names.names[place]
            if name.end == end:
                return self._entity_of(self._names.cluster_of[place], mention), 0.85
        learned, none = self._learned(number)
        best = max(learned, key=lambda k: learned[k], default=None)
        if best is not None and learned[best] > max(none, 0.3):
            return self._entity_of(self._names.clusters[best], mention), learned[best]
        start = max(
            (self._text.rfind(mark, low, end) for mark in (". ", ", ", "\n", "“", " the ", " a ")),
            default=-1,
        )
        phrase = Segment(max(low, start + 1), end)
        while phrase.start < phrase.end and not self._text[phrase.start].isalnum():
            phrase = Segment(phrase.start + 1, phrase.end)
        if phrase.start >= phrase.end:
            return self._described_entity(mention), 0.2
        return self._described_entity(read_mention(self._text, phrase, ())), 0.4

    def _of_description(self, number: int, mention: Mention) -> tuple[Entity | None, float]:
        """Resolve `the ministry`, `the Utah Republican`: by that noun, or by what the model says."""
        learned, none = self._learned(number)
        described = self._described_before(mention)
        if mention.owned:
            # `Clinton's campaign` is named by what it is, not by whose it is.
            return described or self._described_entity(mention), 0.7
        scores = dict(learned)
        core = self._text[mention.core.start : mention.core.end]
        words = {name_key(w) for w in core.split()} - _DETERMINERS
        for cluster in self._descriptions.candidates(mention.head):
            bonus = self._descriptions.bonus(cluster, mention, words)
            if bonus:
                scores[cluster.number] = scores.get(cluster.number, 0.0) + bonus
        for key in scores:
            scores[key] += gender_score(mention, self._names.clusters[key])
        best = max(scores, key=lambda k: scores[k], default=None)
        limit = 0.45 if described is None else 0.75
        if best is not None and scores[best] > limit:
            return self._entity_of(self._names.clusters[best], mention), min(0.9, scores[best])
        if described is not None:
            return described, 0.7
        return self._described_entity(mention), 0.5 * (1.0 + none) * 0.7

    # Quotations without a mention.

    def _without_mention(self, number: int, draft: DraftQuote) -> tuple[Entity | None, float]:
        if draft.kind is QuoteKind.INDIRECT and draft.cue is None:
            return None, 0.0
        before = self._found[number - 1] if number else (None, 0.0)
        if draft.follows_open and before[0] is not None:
            return before[0], min(0.95, before[1] + 0.1)
        paragraph = self._around.paragraph(draft.start)
        same = [
            n
            for n in (number - 1, number + 1, number - 2)
            if 0 <= n < len(self._drafts)
            and self._around.paragraph(self._drafts[n].start) == paragraph
            and self._mentions[n] is not None
            and self._found[n][0] is not None
            and self._drafts[n].kind is not QuoteKind.INDIRECT
        ]
        learned, _ = self._learned(number)
        scores = dict(learned)
        if same and draft.kind is QuoteKind.DIRECT:
            entity, chance = self._found[same[0]]
            return entity, chance * 0.9
        for place, bonus in ((number - 1, _LAST_SPEAKER), (number + 1, 0.05)):
            if 0 <= place < len(self._drafts):
                entity = self._found[place][0]
                if entity is not None and entity.cluster is not None:
                    key = entity.cluster.number
                    scores[key] = scores.get(key, 0.0) + bonus
        for rank, cluster in enumerate(self._around.recent(self._names, draft.start, 2)):
            scores[cluster.number] = scores.get(cluster.number, 0.0) + 0.08 / (1 + rank)
        best = max(scores, key=lambda k: scores[k], default=None)
        if best is not None and scores[best] > _LEAST:
            if before[0] is not None and before[0].cluster is None and learned.get(best, 0.0) < 0.4:
                return before[0], 0.4
            return self._entity_of(self._names.clusters[best], None), min(
                0.9, 0.2 + learned.get(best, 0.0) * 0.7
            )
        return before[0], before[1] * 0.5

    # Entities.

    def _entity_of(self, cluster: Cluster, mention: Mention | None) -> Entity:
        entity = self._entities.get(cluster.number)
        if entity is None:
            full = cluster.fullest
            entity = Entity(Segment(full.start, full.end), cluster.type, cluster, cluster.gender)
            self._entities[cluster.number] = entity
        if mention is not None and mention.gender in {Gender.MASCULINE, Gender.FEMININE}:
            entity.gender = mention.gender
            if mention.kind is MentionKind.PRONOUN:
                entity.type = SpeakerType.PERSON
        return entity

    def _author_entity(self) -> Entity:
        if self._author is None:
            self._author = Entity(None, SpeakerType.AUTHOR)
        return self._author

    def _described_entity(self, mention: Mention) -> Entity:
        key = self._text[mention.core.start : mention.core.end].casefold()
        entity = self._described.get(key)
        if entity is None:
            full = core_of(self._text, mention.span) if mention.kind is MentionKind.DEFINITE else mention.span
            entity = Entity(full, description_type(mention.head), None, mention.gender, mention.plural)
            self._described[key] = entity
        return entity

    def _described_before(self, mention: Mention) -> Entity | None:
        """Return an earlier speaker that was described with the same noun, or None."""
        return self._described_by_word.get(mention.head)
