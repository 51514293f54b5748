"""How much each sign of who speaks counts."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the text shows by itself, against the model's probabilities."""

    last_speaker: float = 0.25
    nearest_name: float = 0.15
    surname: float = 0.6
    """Probability from which the model says which bearer a surname alone means."""
    same_noun: float = 0.5
    described: float = 0.45
    """Of the probability that a description brings in somebody without a name."""
    strings: float = 0.6
    """Of what the quoted strings point to, beside what the mention means."""
    before: float = 0.25
    """Of the speaker of the quotation before, for one without a mention."""
    after: float = 0.05
    quoted_words: float = 0.3
    """Factor on the odds that the speaker is right, for words quoted inside the writer's sentence.

    These may be somebody else's than the sentence's speaker: `Brill recalled his “famous” line`.
    """
    other_turn: float = 0.5
    """Of the speaker of the turn but one before, where turns change speakers."""
    near: float = 0.08
