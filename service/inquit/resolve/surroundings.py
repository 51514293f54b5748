"""What stands around a quotation: its paragraph, the names before it, who spoke last."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from inquit.model.drafts import DraftQuote
from inquit.resolve.channels import find_channel
from inquit.resolve.cluster import Cluster
from inquit.resolve.clusters import NameClusters
from inquit.resolve.entities import Entity, description_type
from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention
from inquit.text.segments import Segment
from inquit.types import QuoteKind, SpeakerType

__all__ = ["Surroundings", "gender_score", "last_plural", "last_speaker"]

_NAME_REACH = 1500
# Quotations on either side that may share a sentence.
_DRAFTS_NEAR = 8
# Characters before a quotation in which its colon is looked for.
_LEAD = 40
_BEFORE_QUOTES = " \t\r\n\u00a0\"“‘'>"
_SPEAKERS_BACK = 4
_SAME_GENDER = 0.3
_OTHER_GENDER = -1.0


class Surroundings:
    """Looks around in one document."""

    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Segment],
        sentences: Sequence[Segment],
        drafts: Sequence[DraftQuote],
    ) -> None:
        self._text = text
        self._paragraph_starts = [p.start for p in paragraphs]
        self._sentences = sentences
        self._sentence_starts = [s.start for s in sentences]
        self._contents = sorted((s.start, s.end) for d in drafts for s in d.content)
        self._content_starts = [a for a, _ in self._contents]
        self._drafts = drafts
        self._draft_starts = [d.start for d in drafts]
        self._before: tuple[DraftQuote, Segment | None] | None = None
        self._met: set[str] = set()

    def paragraph(self, offset: int) -> int:
        """Return the number of the paragraph that holds an offset."""
        return bisect_right(self._paragraph_starts, offset)

    def recent(self, names: NameClusters, offset: int, count: int) -> list[Cluster]:
        """Return who was last named before an offset outside of quotations, the nearest first."""
        found: list[Cluster] = []
        for place in range(names.before(offset) - 1, -1, -1):
            name = names.names[place]
            if offset - name.start > _NAME_REACH or len(found) == count:
                break
            cluster = names.cluster_of[place]
            if name.end <= offset and cluster not in found and not self._quoted(name.start):
                found.append(cluster)
        return found

    def channel(self, draft: DraftQuote) -> Segment | None:
        """Return where something was said; drafts are asked for in their order.

        That is told in the sentence of the cue. A quotation without a cue and a mention goes on
        with the one before, or is introduced by a sentence that ends with a colon.
        """
        anchor = draft.cue or draft.mention
        if anchor is not None:
            found = self._channel_at(draft, self._sentence(anchor.start))
        elif draft.kind is QuoteKind.INDIRECT:
            found = None
        else:
            found = self._introduced(draft)
        self._before = (draft, found)
        if found is not None:
            self._met |= {w for w in self._text[found.start : found.end].split()[1:] if w.istitle()}
        return found

    def _sentence(self, offset: int) -> int:
        return bisect_right(self._sentence_starts, offset) - 1

    def _channel_at(self, draft: DraftQuote, place: int) -> Segment | None:
        if place < 0:
            return None
        near = bisect_right(self._draft_starts, draft.start)
        others = [
            d for d in self._drafts[max(0, near - _DRAFTS_NEAR) : near + _DRAFTS_NEAR] if d is not draft
        ]
        return find_channel(
            self._text,
            self._sentences[place],
            draft.content,
            draft.cue,
            mention=draft.mention,
            others=others,
            met=self._met,
        )

    def _introduced(self, draft: DraftQuote) -> Segment | None:
        """Return the channel of a quotation that has neither cue nor mention."""
        place = self._sentence(draft.start)
        if self._before is not None:
            before, found = self._before
            if found is not None and place - 1 <= self._sentence(before.end - 1) <= place:
                return found
        low = max(0, draft.start - _LEAD)
        lead = self._text[low : draft.start].rstrip(_BEFORE_QUOTES)
        return self._channel_at(draft, self._sentence(low + len(lead) - 1)) if lead.endswith(":") else None

    def _quoted(self, offset: int) -> bool:
        place = bisect_right(self._content_starts, offset) - 1
        return place >= 0 and offset < self._contents[place][1]


def last_speaker(history: Sequence[Entity], mention: Mention) -> Entity | None:
    """Return the last speaker whom a pronoun fits in gender and number, or None."""
    for entity in reversed(history[-_SPEAKERS_BACK:]):
        if entity.plural != mention.plural or entity.first_person:
            continue
        if Gender.UNKNOWN not in {entity.gender, mention.gender} and entity.gender is not mention.gender:
            continue
        if mention.gender is Gender.NEUTER or entity.type is not SpeakerType.DOCUMENT:
            return entity
    return None


def last_plural(history: Sequence[Entity]) -> Entity | None:
    """Return the last speaker of several, or None."""
    return next((e for e in reversed(history[-_SPEAKERS_BACK:]) if e.plural), None)


def gender_score(mention: Mention, cluster: Cluster) -> float:
    """Return what gender says for or against a cluster as what a mention means."""
    thing = mention.gender is Gender.NEUTER or description_type(mention.head) is not SpeakerType.UNNAMED
    if thing and cluster.is_surely_a_person:
        return _OTHER_GENDER
    if Gender.UNKNOWN in {mention.gender, cluster.gender}:
        if mention.gender in {Gender.MASCULINE, Gender.FEMININE} and cluster.type is not SpeakerType.PERSON:
            return _OTHER_GENDER
        return 0.0
    if mention.gender is not cluster.gender:
        return _OTHER_GENDER
    return 0.0 if mention.gender is Gender.NEUTER else _SAME_GENDER
