"""What the model says of whom the mentions and the quoted strings of a document mean.

The model points from a span to names and mentions. Names lead to their clusters; a mention that
stands before leads to whatever is believed of it, so that an antecedent is reached through a
chain of mentions also where no name is near.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from inquit.model.links import Choice
from inquit.resolve.antecedents import Antecedents
from inquit.resolve.clusters import NameClusters
from inquit.resolve.mentions import Mention, MentionKind
from inquit.text.segments import Segment

__all__ = ["Belief", "Beliefs", "Key", "root"]

Key = int
"""An entity: the number of a name's cluster, or `root(n)` for whom mention n brings in."""
Belief = dict[Key, float]
"""Probability by entity; what is missing to 1 is nobody in the text."""

_NEGLIGIBLE = 1e-3
# Entities that are remembered of one mention: chains would gather all of a text.
_MOST_MEANINGS = 8
_ASKED = frozenset(
    {
        MentionKind.PRONOUN,
        MentionKind.DEFINITE,
        MentionKind.INDEFINITE,
        MentionKind.RELATIVE,
        MentionKind.AUTHOR,
    }
)
_UNNAMED = frozenset(MentionKind) - {MentionKind.NAME}


def root(number: int) -> Key:
    """Return the key of the entity that mention `number` is the first to tell of."""
    return -number - 1


class Beliefs:
    """Asks the model once for all mentions and strings of a document."""

    def __init__(
        self,
        names: NameClusters,
        mentions: Mapping[int, Mention],
        strings: Sequence[Segment],
        model: Antecedents,
    ) -> None:
        """`mentions` are by number, `strings` in order of start."""
        self._names = names
        self._known: dict[int, Belief] = {}
        self._own: dict[Segment, int] = {}
        for number, mention in mentions.items():
            if mention.kind in _UNNAMED:
                self._own.setdefault(mention.span, number)
        spans: dict[Segment, int | None] = dict.fromkeys(self._own)
        for place, name in enumerate(names.names):
            spans[Segment(name.start, name.end)] = place
        self._candidates = sorted(spans)
        self._place_of = [spans[s] for s in self._candidates]
        asked = {n: m for n, m in mentions.items() if m.kind in _ASKED}
        self._choices: dict[int, Choice] = {}
        self._string_choices: dict[Segment, Choice] = {}
        if self._candidates:
            found = model.of_mentions([m.span for m in asked.values()], self._candidates)
            self._choices = dict(zip(asked, found, strict=True))
            self._string_choices = dict(
                zip(strings, model.of_strings(strings, self._candidates), strict=True)
            )
        self._starts = {n: bisect_left(self._candidates, m.span) for n, m in asked.items()}

    def settle(self, number: int, belief: Belief) -> None:
        """Note what is believed of a mention, for the mentions and strings that point to it."""
        likeliest = sorted(belief, key=lambda k: -belief[k])[:_MOST_MEANINGS]
        self._known[number] = {k: belief[k] for k in likeliest}

    def of_mention(self, number: int) -> tuple[Belief, float]:
        """Return whom a mention may stand for, and the probability that it is none of these.

        Only mentions settled before count.
        """
        choice = self._choices.get(number)
        if choice is None:
            return {}, 1.0
        return self._spread(choice, self._starts[number])

    def of_string(self, string: Segment) -> Belief:
        """Return who may have uttered a quoted string; all mentions are settled by now."""
        choice = self._string_choices.get(string)
        return {} if choice is None else self._spread(choice, len(self._candidates))[0]

    def _meaning(self, candidate: int) -> Belief:
        place = self._place_of[candidate]
        if place is not None:
            return {self._names.cluster_of[place].number: 1.0}
        number = self._own[self._candidates[candidate]]
        return self._known.get(number, {})

    def _spread(self, choice: Choice, before: int) -> tuple[Belief, float]:
        """Return the belief by entity; mentions from candidate `before` on are none of its roots."""
        belief: Belief = {}
        total = choice.none
        for candidate, chance in zip(choice.keys.tolist(), choice.chances.tolist(), strict=True):
            if chance <= _NEGLIGIBLE or (self._place_of[candidate] is None and candidate >= before):
                continue
            total += chance
            for key, share in self._meaning(candidate).items():
                belief[key] = belief.get(key, 0.0) + chance * share
        if total <= 0.0:
            return {}, 1.0
        return {k: v / total for k, v in belief.items()}, choice.none / total
