"""Whom the mentions of a document mean: what the model believes and what the text shows, weighed."""

from __future__ import annotations

import re

from inquit.model.weighting import Weights
from inquit.resolve.beliefs import Belief, Beliefs, root
from inquit.resolve.clusters import NameClusters
from inquit.resolve.descriptors import Descriptions
from inquit.resolve.entities import Entity, description_type
from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention, MentionKind, read_mention
from inquit.resolve.name import name_key
from inquit.resolve.registry import Registry
from inquit.resolve.surroundings import Surroundings, gender_score, last_plural, last_speaker
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["Meanings"]

_LEAST = 0.12
# Characters before a relative pronoun in which its antecedent is looked for.
_RELATIVE_REACH = 400
# Probability from which a name is believed behind a description without an article.
_SURE = 0.75
_SURE_OF_NAME = 0.97
_LONGEST_PHRASE = 80
_NOUN_PHRASE = re.compile(
    r"(?:\b(?:the|an?|his|her|its|their|this|that|another|one|two|some|several|many)\s+(?:[\w’'-]+\s+){0,4}?)?"
    r"[\w’'-]+$",
    re.IGNORECASE,
)
_DETERMINERS = frozenset("the this that these those his her its their".split())


class Meanings:
    """Settles the mentions of one document in order."""

    def __init__(
        self,
        text: str,
        *,
        names: NameClusters,
        beliefs: Beliefs,
        registry: Registry,
        around: Surroundings,
        weights: Weights,
    ) -> None:
        self._text = text
        self._names = names
        self._beliefs = beliefs
        self._registry = registry
        self._around = around
        self._weights = weights
        self._descriptions = Descriptions(text, names)
        self._history: list[Entity] = []

    def settle(self, number: int, mention: Mention) -> Belief:
        """Return whom a mention means; those before it are settled already."""
        belief = self._of_mention(number, mention)
        self._beliefs.settle(number, belief)
        best = max(belief, key=lambda k: belief[k], default=None)
        if best is not None:
            entity = self._registry.entity(best, mention)
            entity.mentions.add(mention.span)
            shown = _type_shown(mention)
            # A document is `it` as well as an organisation.
            if shown is not None and (entity.cluster is not None or mention.kind is not MentionKind.PRONOUN):
                entity.hints[shown] += 1
            self._history.append(entity)
        return belief

    def _of_mention(self, number: int, mention: Mention) -> Belief:
        kind = mention.kind
        if kind is MentionKind.NAME and mention.name is not None:
            return {self._names.cluster_at(mention.name.start).number: _SURE_OF_NAME}
        if kind is MentionKind.PRONOUN:
            return self._of_pronoun(number, mention)
        if kind is MentionKind.RELATIVE:
            return self._of_relative(number, mention)
        if kind is MentionKind.DEFINITE:
            return self._of_description(number, mention)
        own = self._registry.described(root(number), mention)
        if kind is MentionKind.AUTHOR:
            return {own: 0.9}
        learned, _ = self._beliefs.of_mention(number)
        best = max(learned, key=lambda k: learned[k], default=None)
        if kind is MentionKind.INDEFINITE and best is not None and learned[best] > _SURE:
            return learned
        return {own: 0.8}

    def _learned(self, number: int) -> tuple[Belief, float]:
        """Return what the model says of a mention in the third person; the writer's share is nobody's."""
        learned, none = self._beliefs.of_mention(number)
        writer = self._registry.writer
        if writer in learned:
            none += learned[writer]
            learned = {k: v for k, v in learned.items() if k != writer}
        return learned, none

    def _of_pronoun(self, number: int, mention: Mention) -> Belief:
        learned, _ = self._learned(number)
        scores = dict(learned)
        recent = self._around.recent(self._names, mention.span.start, 3)
        last = last_speaker(self._history, mention)
        if not mention.plural:
            for rank, cluster in enumerate(recent):
                scores[cluster.number] = scores.get(cluster.number, 0.0) + self._weights.nearest_name / (
                    1 + rank
                )
            if last is not None:
                key = self._registry.key_of(last)
                scores[key] = scores.get(key, 0.0) + self._weights.last_speaker
        else:
            described = last_plural(self._history)
            if described is not None:
                key = self._registry.key_of(described)
                scores[key] = scores.get(key, 0.0) + self._weights.last_speaker
        scores = self._fitting(scores, mention)
        if scores and max(scores.values()) > _LEAST:
            return _shares(scores)
        if last is not None:
            return {self._registry.key_of(last): 0.3}
        fitting = [c for c in recent if gender_score(mention, c) >= 0.0]
        # Without any of these a pronoun is nobody's name.
        return {fitting[0].number: 0.25} if fitting and not mention.plural else {}

    def _of_relative(self, number: int, mention: Mention) -> Belief:
        """Resolve `Smith, who said` to what stands right before."""
        low = max(0, mention.span.start - _RELATIVE_REACH)
        end = low + len(self._text[low : mention.span.start].rstrip(" ,\u00a0"))
        for place in reversed(self._names.overlapping(max(0, end - 40), end)):
            if self._names.names[place].end == end:
                return {self._names.cluster_of[place].number: 0.9}
        learned, none = self._beliefs.of_mention(number)
        if learned and max(learned.values()) > max(none, 0.3):
            return learned
        phrase = _NOUN_PHRASE.search(self._text, max(low, end - _LONGEST_PHRASE), end)
        if phrase is None:
            return {self._registry.described(root(number), mention): 0.2}
        described = read_mention(self._text, Segment(*phrase.span()), ())
        return {self._registry.described(root(number), described): 0.4}

    def _of_description(self, number: int, mention: Mention) -> Belief:
        """Resolve `the ministry`, `the Utah Republican`: by that noun, and by what the model says."""
        before = self._registry.described_before(mention)
        own = self._registry.described(root(number), mention)
        learned, none = self._learned(number)
        for key in [k for k in learned if k != own and self._registry.only_holds(k, mention)]:
            none += learned.pop(key)
        if mention.owned:
            # `Brill's campaign` is named by what it is, not by whose it is.
            best = max(learned, key=lambda k: learned[k], default=None)
            if best is None or learned[best] < _SURE:
                return {own: 0.7}
        scores = {**learned, own: learned.get(own, 0.0) + self._weights.described * none}
        words = {name_key(w) for w in self._text[mention.core.start : mention.core.end].split()}
        for cluster in self._descriptions.candidates(mention.head):
            bonus = self._descriptions.bonus(cluster, mention, words - _DETERMINERS)
            if bonus:
                scores[cluster.number] = scores.get(cluster.number, 0.0) + bonus
        if before is not None:
            scores[before] = scores.get(before, 0.0) + self._weights.same_noun
        belief = _shares(self._fitting(scores, mention))
        best = max(belief, key=lambda k: belief[k], default=None)
        if best is not None:
            self._registry.called(mention, best)
        return belief

    def _fitting(self, scores: Belief, mention: Mention) -> Belief:
        """Return the scores moved by gender, without what does not fit."""
        clusters = self._names.clusters
        moved = {k: s + gender_score(mention, clusters[k]) if k >= 0 else s for k, s in scores.items()}
        writer = self._registry.writer
        return {k: s for k, s in moved.items() if s > 0.0 and k != writer}


def _type_shown(mention: Mention) -> SpeakerType | None:
    """Return the type that a pronoun or the noun of a description shows, or None."""
    if mention.kind is MentionKind.PRONOUN and not mention.plural:
        return SpeakerType.ORGANIZATION if mention.gender is Gender.NEUTER else SpeakerType.PERSON
    if mention.kind is MentionKind.DEFINITE:
        kind = description_type(mention.head)
        return None if kind is SpeakerType.UNNAMED else kind
    return None


def _shares(scores: Belief) -> Belief:
    """Return scores that add up to at most 1."""
    total = max(1.0, sum(scores.values()))
    return {k: s / total for k, s in scores.items()}
