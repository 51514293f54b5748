"""Who uttered each quotation: mentions, continuations and the fullest names, over the document.

What the model believes of mentions and of quoted strings is weighed together with what the text
shows by itself: names by their words, gender, who spoke last, quotations that go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inquit.model.drafts import DraftQuote
from inquit.model.weighting import Weights
from inquit.resolve.antecedents import Antecedents
from inquit.resolve.beliefs import Belief, Beliefs
from inquit.resolve.byline import author_of
from inquit.resolve.clusters import NameClusters
from inquit.resolve.entities import Entity
from inquit.resolve.kinds import settle_types
from inquit.resolve.labels import Labels, with_its_name
from inquit.resolve.meanings import Meanings
from inquit.resolve.mentions import MentionKind, read_mention
from inquit.resolve.names import find_names
from inquit.resolve.narrator import narrator_of
from inquit.resolve.registry import Registry
from inquit.resolve.surnames import tell_apart
from inquit.resolve.surroundings import Surroundings
from inquit.resolve.turns import Turns
from inquit.text.segments import Segment
from inquit.types import QuoteKind

__all__ = ["Attribution", "Resolution", "resolve"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What was found for one draft."""

    entity: Entity | None
    confidence: float
    """Before calibration."""
    channel: Segment | None
    mention: Segment | None


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
    *,
    weights: Weights | None = None,
) -> Resolution:
    """Resolve the speaker of each draft; drafts are in order of start."""
    resolver = _Resolver(
        text, paragraphs, sentences, drafts, antecedents=antecedents, weights=weights or Weights()
    )
    return resolver.resolve()


_LEAST = 0.12
_LABELLED = 0.95
# Of a quotation that is no turn of its own: the speaker before goes on rather than not.
_MOSTLY = 0.5


class _Resolver:
    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Segment],
        sentences: Sequence[Segment],
        drafts: Sequence[DraftQuote],
        *,
        antecedents: Antecedents,
        weights: Weights,
    ) -> None:
        self._text = text
        self._weights = weights
        self._names = NameClusters(find_names(text, paragraphs, sentences))
        tell_apart(self._names, antecedents, weights.surname)
        labels = Labels(text, self._names, paragraphs)
        self._drafts = [self._labelled(d, labels) for d in drafts]
        self._around = Surroundings(text, paragraphs, sentences, self._drafts)
        self._turns = Turns(text, self._drafts, self._around.paragraph)
        self._staying = 1.0
        self._mentions = {
            number: read_mention(
                text,
                draft.mention,
                [self._names.names[i] for i in self._names.overlapping(*draft.mention)],
            )
            for number, draft in enumerate(self._drafts)
            if draft.mention is not None
        }
        own = {n for n, m in self._mentions.items() if m.kind is MentionKind.AUTHOR}
        others = (d for n, d in enumerate(self._drafts) if n not in own)
        author = author_of(text, paragraphs, self._names)
        named = {
            self._names.cluster_at(m.name.start).number for m in self._mentions.values() if m.name is not None
        }
        narrator = narrator_of(text, (self._drafts[n] for n in own), others, self._names, named)
        self._registry = Registry(
            text, self._names, author or narrator, narrates=author is None and narrator is not None
        )
        strings = sorted({s for d in self._drafts for s in d.verbatim})
        self._beliefs = Beliefs(self._names, self._mentions, strings, antecedents)
        self._model = antecedents
        self._meanings = Meanings(
            text,
            names=self._names,
            beliefs=self._beliefs,
            registry=self._registry,
            around=self._around,
            weights=weights,
        )
        self._meant: dict[int, Belief] = {}
        self._found: list[tuple[Entity | None, float]] = [(None, 0.0)] * len(self._drafts)

    def resolve(self) -> Resolution:
        for number, mention in self._mentions.items():
            self._meant[number] = self._meanings.settle(number, mention)
        for number, draft in enumerate(self._drafts):
            if self._is_told(number):
                self._found[number] = self._told(number, draft)
        self._staying = self._turns.staying(self._is_told, self._found)
        for number, draft in enumerate(self._drafts):
            if not self._is_told(number):
                self._found[number] = self._untold(number, draft)
        speakers = {id(e): e for e, _ in self._found if e is not None}
        settle_types(speakers.values(), self._model)
        return Resolution(
            tuple(
                Attribution(
                    entity,
                    self._doubted(confidence, draft),
                    self._around.channel(draft),
                    self._mention(number, entity),
                )
                for number, (draft, (entity, confidence)) in enumerate(
                    zip(self._drafts, self._found, strict=True)
                )
            )
        )

    def _doubted(self, confidence: float, draft: DraftQuote) -> float:
        """Return the confidence, less for words quoted inside a sentence."""
        factor = self._weights.quoted_words if draft.kind is QuoteKind.MIXED else 1.0
        return factor * confidence / (1.0 - confidence + factor * confidence)

    def _is_told(self, number: int) -> bool:
        """Whether a quotation has a mention of its own."""
        return number in self._mentions and not self._turns.borrows(number)

    def _mention(self, number: int, entity: Entity | None) -> Segment | None:
        """Return the mention to show: none where it turned out to be another quotation's."""
        mention = self._drafts[number].mention
        if mention is None or self._is_told(number):
            return mention
        best = max(self._meant[number].items(), key=lambda i: i[1], default=(None, 0.0))[0]
        return mention if entity is not None and best == self._registry.key_of(entity) else None

    def _labelled(self, draft: DraftQuote, labels: Labels) -> DraftQuote:
        label = labels.of(draft)
        if label is None:
            return replace(draft, mention=with_its_name(self._text, draft.mention, self._names))
        return replace(draft, mention=label, mention_confidence=_LABELLED, follows_open=False)

    # Quotations.

    def _strings_of(self, draft: DraftQuote) -> Belief:
        """Return who may have uttered the quoted strings of a draft, their mean."""
        total: Belief = {}
        for string in draft.verbatim:
            for key, chance in self._beliefs.of_string(string).items():
                total[key] = total.get(key, 0.0) + chance / len(draft.verbatim)
        return total

    def _told(self, number: int, draft: DraftQuote) -> tuple[Entity | None, float]:
        scores = {k: v * draft.mention_confidence for k, v in self._meant[number].items()}
        weight = self._weights.strings if draft.verbatim else 0.0
        for key, chance in self._strings_of(draft).items():
            scores[key] = scores.get(key, 0.0) + weight * chance
        best = max(scores, key=lambda k: scores[k], default=None)
        if best is None:
            return None, 0.0
        return self._registry.entity(best, None), scores[best] / (1.0 + weight)

    def _untold(self, number: int, draft: DraftQuote) -> tuple[Entity | None, float]:
        """Resolve a quotation that has no mention of its own."""
        if draft.kind is QuoteKind.INDIRECT and draft.cue is None:
            return None, 0.0
        before = self._found[number - 1] if number else (None, 0.0)
        if draft.follows_open and before[0] is not None:
            return before[0], min(0.95, before[1] + 0.1)
        turn = self._turns.opens(number)
        beside = None if turn else self._beside(number)
        if beside is not None and draft.kind is QuoteKind.DIRECT:
            entity, chance = self._found[beside]
            return entity, chance * 0.9
        scores = self._strings_of(draft)
        for key, chance in self._meant.get(number, {}).items():
            # The mention of the paragraph beside it counts as much as speakers go on in this text.
            scores[key] = scores.get(key, 0.0) + chance * draft.mention_confidence * self._staying
        self._weigh_turns(number, scores)
        for rank, cluster in enumerate(self._around.recent(self._names, draft.start, 2)):
            scores[cluster.number] = scores.get(cluster.number, 0.0) + self._weights.near / (1 + rank)
        best = max(scores, key=lambda k: scores[k], default=None)
        if best is not None and scores[best] > _LEAST:
            return self._registry.entity(best, None), 0.9 * scores[best] / max(1.0, sum(scores.values()))
        return before[0], before[1] * 0.5

    def _beside(self, number: int) -> int | None:
        """Return the nearest quotation of the same paragraph whose speaker is told, or None."""
        paragraph = self._around.paragraph(self._drafts[number].start)
        return next(
            (
                n
                for n in (number - 1, number + 1, number - 2)
                if 0 <= n < len(self._drafts)
                and self._around.paragraph(self._drafts[n].start) == paragraph
                and self._is_told(n)
                and self._found[n][0] is not None
                and self._drafts[n].kind is not QuoteKind.INDIRECT
            ),
            None,
        )

    def _weigh_turns(self, number: int, scores: Belief) -> None:
        """Move the scores by who speaks before and after."""
        keys = {
            n: self._registry.key_of(entity)
            for n in (number - 2, number - 1, number + 1)
            if 0 <= n < len(self._found) and (entity := self._found[n][0]) is not None
        }
        before, after = keys.get(number - 1), keys.get(number + 1)
        stays = self._staying if self._turns.opens(number) else _MOSTLY
        for key in scores:
            scores[key] *= 2 * (stays if key == before else 1 - stays) if before is not None else 1.0
        if self._turns.opens(number + 1) and after in scores:
            scores[after] *= 2 * self._staying
        if before is not None:
            scores[before] = scores.get(before, 0.0) + self._weights.before * stays
        if after is not None and not self._turns.opens(number + 1):
            scores[after] = scores.get(after, 0.0) + self._weights.after
        other = keys.get(number - 2)
        if (
            other is not None
            and other != before
            and self._turns.opens(number)
            and self._turns.opens(number - 1)
        ):
            scores[other] = scores.get(other, 0.0) + self._weights.other_turn * (1 - self._staying)
