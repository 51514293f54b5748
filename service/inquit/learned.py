"""The pointers of the model that resolve, asked about one document."""

from __future__ import annotations

from collections.abc import Sequence

from inquit.model.decoding import DocumentReading
from inquit.model.heads import Heads, PointerHead
from inquit.model.links import Choice
from inquit.model.network import SPEAKER_TYPES
from inquit.resolve.antecedents import NoAntecedents
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["LearnedAntecedents"]

# Tokens within which names and mentions are looked for: as in training, a few windows.
_RESOLUTION_REACH = 2000


class LearnedAntecedents:
    """What the model says; see `inquit.resolve.antecedents` for the questions."""

    def __init__(self, reading: DocumentReading, heads: Heads) -> None:
        self._reading = reading
        self._heads = heads

    def of_mentions(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return whom each mention means."""
        return self._choices(self._heads.antecedent, queries, candidates)

    def of_strings(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return who says each quoted string, given without its marks."""
        # The marks belong to the strings that the model learned from.
        marked = [Segment(max(0, s.start - 1), s.end + 1) for s in queries]
        return self._choices(self._heads.speaker, marked, candidates)

    def of_surnames(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        """Return whom each bare surname means."""
        return self._choices(self._heads.antecedent, queries, candidates)

    def types(self, spans: Sequence[Segment]) -> list[dict[SpeakerType, float]]:
        """Return what kind of speaker each span means."""
        links = self._reading.links
        if links is None:
            return NoAntecedents().types(spans)
        encoded = self._reading.encoded
        chances = links.types(self._heads.types, [encoded.token_span(*s) or (0, 1) for s in spans])
        return [dict(zip(SPEAKER_TYPES, row, strict=True)) for row in chances.tolist()]

    def _choices(
        self, pointer: PointerHead, queries: Sequence[Segment], candidates: Sequence[Segment]
    ) -> list[Choice]:
        links = self._reading.links
        if links is None:
            return NoAntecedents().of_mentions(queries, candidates)
        encoded = self._reading.encoded
        asked = [encoded.token_span(*s) or (0, 1) for s in queries]
        offered = [encoded.token_span(*s) or (0, 1) for s in candidates]
        return links.choices(pointer, asked, offered, reach=_RESOLUTION_REACH)
