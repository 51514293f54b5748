"""Where something was said, when the text tells: `on Twitter`, `in a statement`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from inquit.model.drafts import DraftQuote
from inquit.resolve.channel_phrases import Phrase, PhraseKind, find_phrases
from inquit.text.segments import Segment

__all__ = ["find_channel"]

# Characters around the cue that are looked at.
_REACH = 1000
# Characters that a crowd, and the object of another verb than the cue, count as further away.
_CROWD = 150
_ISSUED = 40
# Words before a phrase that begins its sentence all the same: `A few days ago in a speech`.
_INITIAL = 5
# Characters before a phrase in which its verb is looked for.
_LEADING_REACH = 60
# Begins a clause of its own: what stands beyond belongs to another verb.
_CLAUSE = re.compile(
    r"[;:—]|\b(?:who|whom|whose|which|that|where|when|while(?!\s*$)|after|before|because|since|though|although|but|"
    r"if|unless|until|whether)\b",
    re.IGNORECASE,
)
# `the council, which sat all night, ` has ended where the phrase begins.
_RELATIVE = re.compile(r",\s(?:who|whose|whom|which|where)\b[^,;:—|]*,")
_BREAK = re.compile(r"[;:—|]|,\s(?:but|and)\b")
_WORD = re.compile(r"\w[\w’'.-]*")
# Bring the speaker before the listeners: `appeared on Channel 9 and said`.
_LEADING = re.compile(
    r"\b(?:said|says?|saying|sp(?:eak(?:s|ing)?|oken?)|talk(?:s|ed|ing)?|appear(?:s|ed|ing)?|wr[io]t(?:es?|ing)|"
    r"written|post(?:s|ed|ing)?|testif(?:y|ies|ied|ying)|t[oa]k(?:es?|ing)|took|went|goes|going|turn(?:s|ed|ing)|"
    r"tweet(?:s|ed|ing)|publish(?:es|ed|ing)|argu(?:es|ed|ing)|asked|told|tells?|telling|address(?:es|ed|ing)|"
    r"join(?:s|ed|ing)|chimed|announc(?:es|ed|ing)|sat)\b",
    re.IGNORECASE,
)


def find_channel(
    text: str,
    sentence: Segment,
    outside: Sequence[Segment],
    cue: Segment | None,
    *,
    mention: Segment | None = None,
    others: Sequence[DraftQuote] = (),
    met: AbstractSet[str] = frozenset(),
) -> Segment | None:
    """Return the span in a sentence that says where, nearest to the cue, or None.

    A channel never stands in `outside`, the content of the quotation, nor in its speaker's
    `mention`. `others` are quotations around it: where the cue is not within the content of one,
    the channel is not either. `met` are capitalised words of the channels before it: a host is told
    things by surname later.
    """
    place = cue or mention or Segment(sentence.end, sentence.end)
    window = Segment(max(sentence.start, place.start - _REACH), min(sentence.end, place.end + _REACH))
    barred = [*outside, *(s for d in others for s in d.content if not s.start <= place.start < s.end)]
    if mention is not None:
        barred.append(mention)
    around = _Around(text, _without(window, barred), mention, others)
    best: Phrase | None = None
    least = 0
    for phrase in find_phrases(text, around.parts, met):
        distance = _distance(phrase, place)
        if (best is None or distance < least) and (cue is None or around.tied(phrase, cue)):
            best, least = phrase, distance
    return None if best is None else best.span


def _distance(phrase: Phrase, place: Segment) -> int:
    gap = max(0, phrase.span.start - place.end, place.start - phrase.span.end)
    if phrase.kind is PhraseKind.ISSUED:
        return gap + _ISSUED
    return gap + _CROWD if phrase.kind in {PhraseKind.AUDIENCE, PhraseKind.TOLD_CROWD} else gap


class _Around:
    """What stands between phrases and the cue in one sentence."""

    def __init__(
        self, text: str, parts: list[Segment], mention: Segment | None, others: Sequence[DraftQuote]
    ) -> None:
        self.parts = parts
        self._text = text
        self._mention = mention
        self._others = [(d.cue, d.mention) for d in others if d.cue is not None]

    def tied(self, phrase: Phrase, cue: Segment) -> bool:
        """Whether a phrase goes with the cue's verb, as far as the words between them tell."""
        span, verb = phrase.span, phrase.verb
        if phrase.kind in {PhraseKind.TOLD, PhraseKind.TOLD_CROWD}:
            return verb is not None and verb.start < cue.end and cue.start < verb.end
        if span.start < cue.end and cue.start < span.end:
            return True
        if span.start >= cue.end:
            return self._behind(span, cue)
        return phrase.kind is PhraseKind.ISSUED or self._before(span, cue)

    def _behind(self, span: Segment, cue: Segment) -> bool:
        between = Segment(cue.end, span.start)
        for other, mention in self._others:
            if _within(other, between) and mention is not None and _within(mention, between):
                return False  # somebody else said that there
        return not self._clause(cue.end, span.start)

    def _before(self, span: Segment, cue: Segment) -> bool:
        if self._text[span.start].isupper():
            return True
        start = self.parts[0].start
        before = self._words(max(start, span.start - _LEADING_REACH), span.start)
        clause = _BREAK.split(before)[-1]
        whole = span.start - start <= _LEADING_REACH or clause is not before
        if whole and "|" not in before and len(_WORD.findall(clause)) <= _INITIAL:
            return True
        if self._clause(span.end, cue.start):
            return False
        if before.rstrip().endswith((",", "—", "–", "|")) or _LEADING.search(" ".join(before.split()[-5:])):
            return True
        own = self._mention is None or self._mention.start < span.start
        return own and any(
            other.end <= span.start and other.start >= start and not self._clause(other.end, span.start)
            for other, _ in self._others
        )

    def _clause(self, start: int, end: int) -> bool:
        """Whether another clause begins in a stretch and does not end there."""
        return _CLAUSE.search(_RELATIVE.sub(" ", self._words(start, end))) is not None

    def _words(self, start: int, end: int) -> str:
        """Return the text of the parts within a stretch, a bar for each thing left out."""
        found = (self._text[max(a, start) : min(b, end)] for a, b in self.parts if a < end and start < b)
        return "|".join(found)


def _within(inner: Segment, outer: Segment) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _without(window: Segment, barred: Iterable[Segment]) -> list[Segment]:
    """Return what is left of a stretch without others."""
    left: list[Segment] = []
    start = window.start
    for span in sorted(barred):
        if span.start > start:
            left.append(Segment(start, min(span.start, window.end)))
        start = max(start, span.end)
        if start >= window.end:
            break
    if start < window.end:
        left.append(Segment(start, window.end))
    return [part for part in left if part.start < part.end]
