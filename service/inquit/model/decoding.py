"""From the network's output to quotations: tags, quotation marks and links made to agree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inquit.model.config import Decoding
from inquit.model.drafts import DraftQuote
from inquit.model.encoding import EncodedText, Window
from inquit.model.links import LinkScorer, TokenSpan
from inquit.model.network import Network
from inquit.model.outputs import JoinedOutput, WindowOutput
from inquit.model.tags import OUTSIDE, Role, begin, inside
from inquit.model.viterbi import best_tags, tagged_spans
from inquit.text.marks import QuotedString
from inquit.text.segments import Segment
from inquit.types import QuoteKind

Stretch = tuple[int, int]

__all__ = ["Decoder", "DocumentReading"]


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """The quotations of a document and the means to ask the model about more links."""

    encoded: EncodedText
    drafts: tuple[DraftQuote, ...]
    links: LinkScorer | None
    """None for a text without tokens."""


@dataclass(slots=True)
class _Content:
    """A content span in the making, in code points."""

    start: int
    end: int
    confidence: float
    strings: list[QuotedString]


class Decoder:
    """Turns outputs into drafts; reads the light heads of the network, never its encoder."""

    def __init__(self, network: Network, settings: Decoding) -> None:
        self._network = network
        self._settings = settings
        self._steps = network.sequence.step_scores().detach().float().numpy()
        self._starts = network.sequence.start_scores().detach().float().numpy()

    def decode(
        self, encoded: EncodedText, windows: Sequence[Window], outputs: Sequence[WindowOutput]
    ) -> DocumentReading:
        """Read the quotations of a document, in order of start."""
        if not windows:
            return DocumentReading(encoded, (), None)
        joined = JoinedOutput(len(encoded), windows, outputs)
        links = LinkScorer(joined, np.cumsum(encoded.word_starts))
        firsts = np.flatnonzero(encoded.word_starts)
        scores = joined.tag_scores[firsts]
        scores[:, OUTSIDE] += self._settings.outside_bias
        tags = best_tags(scores, self._steps, self._starts)
        chances = _softmax(scores)
        words = _Words(encoded, firsts)
        contents = self._contents(encoded, words, tags, chances, links)
        sources, cues = (
            [words.span(a, b) for r, a, b in tagged_spans(tags) if r is role]
            for role in (Role.SOURCE, Role.CUE)
        )
        contents = _without_roles(contents, sorted(sources + cues))
        sources, cues = _outside(sources, contents), _outside(cues, contents)
        drafts = self._drafts(encoded, contents, sources, cues, links)
        return DocumentReading(encoded, tuple(drafts), links)

    def _contents(
        self,
        encoded: EncodedText,
        words: _Words,
        tags: NDArray[np.int64],
        chances: NDArray[np.float32],
        links: LinkScorer,
    ) -> list[_Content]:
        """Return the content spans: those tagged, made to agree with the quoted strings."""
        reported = chances[:, begin(Role.CONTENT)] + chances[:, inside(Role.CONTENT)]
        found = [
            _Content(*words.span(a, b), float(reported[a:b].mean()), [])
            for role, a, b in tagged_spans(tags)
            if role is Role.CONTENT
        ]
        strings = [s for s in encoded.marks.strings if s.level == 1]
        speech = self._speech(encoded, strings, words, reported, links)
        limit = self._settings.speech_threshold
        claimed = [
            _Content(s.start, s.end, chance, [s])
            for s, chance in zip(strings, speech, strict=True)
            if chance >= limit
        ]
        renounced = [s for s, chance in zip(strings, speech, strict=True) if chance < limit]
        kept = _without_renounced(found, renounced)
        return [_snapped(c, encoded.text) for c in _merged([*kept, *claimed])]

    def _speech(
        self,
        encoded: EncodedText,
        strings: list[QuotedString],
        words: _Words,
        reported: NDArray[np.float32],
        links: LinkScorer,
    ) -> list[float]:
        """Return for each quoted string the probability that it is somebody's words."""
        spans = [encoded.token_span(s.start, s.end) for s in strings]
        known = links.speech(self._network.strings, [s for s in spans if s is not None])
        by_head = iter(known.tolist())
        share = self._settings.content_weight
        found = []
        for string, span in zip(strings, spans, strict=True):
            if span is None:
                found.append(0.0)
                continue
            a, b = words.between(string.inner_start, string.inner_end)
            by_tags = float(reported[a:b].mean()) if a < b else 0.0
            found.append(share * by_tags + (1 - share) * next(by_head))
        return found

    def _drafts(
        self,
        encoded: EncodedText,
        contents: list[_Content],
        sources: list[Stretch],
        cues: list[Stretch],
        links: LinkScorer,
    ) -> list[DraftQuote]:
        def tokens(start: int, end: int) -> TokenSpan:
            span = encoded.token_span(start, end)
            if span is None:
                raise RuntimeError("a span without tokens was decoded: this is a bug")
            return span

        asked = [tokens(c.start, c.end) for c in contents]
        to_source = links.probabilities(self._network.source_pointer, asked, [tokens(*s) for s in sources])
        to_cue = links.probabilities(self._network.cue_pointer, asked, [tokens(*s) for s in cues])
        paragraphs = [p.start for p in encoded.paragraphs]
        open_paragraphs = {s.paragraph for s in encoded.marks.strings if s.continues and s.level == 1}
        groups: dict[tuple[int, int], list[int]] = {}
        for number in range(len(contents)):
            source, cue = int(to_source[number].argmax()), int(to_cue[number].argmax())
            key = (source, cue)
            if cue == len(cues):
                # Without a cue nothing tells that two spans are one quotation.
                key = (-1, -1 - number)
            elif groups.get(key):
                before = contents[groups[key][-1]].start
                if bisect_right(paragraphs, before) != bisect_right(paragraphs, contents[number].start):
                    key = (-2, -1 - number)  # another paragraph is another quotation
            groups.setdefault(key, []).append(number)
        drafts = []
        for members in groups.values():
            leader = max(members, key=lambda m: float(to_source[m].max()))
            source, cue = int(to_source[leader].argmax()), int(to_cue[leader].argmax())
            parts = [contents[m] for m in members]
            mention = Segment(*sources[source]) if source < len(sources) else None
            drafts.append(
                DraftQuote(
                    kind=_kind(parts, encoded.text),
                    content=tuple(Segment(p.start, p.end) for p in parts),
                    verbatim=tuple(Segment(s.inner_start, s.inner_end) for p in parts for s in p.strings),
                    cue=Segment(*cues[cue]) if cue < len(cues) else None,
                    mention=mention,
                    confidence=float(np.mean([p.confidence for p in parts])),
                    mention_confidence=float(to_source[leader].max()),
                    follows_open=bool(parts[0].strings)
                    and parts[0].strings[0].paragraph - 1 in open_paragraphs,
                )
            )
        return sorted(drafts, key=lambda d: (d.start, d.end))


class _Words:
    """The words of a document by number, and where they stand."""

    def __init__(self, encoded: EncodedText, firsts: NDArray[np.int64]) -> None:
        self._starts = encoded.starts[firsts]
        self._ends = np.append(encoded.ends[firsts[1:] - 1], encoded.ends[-1:])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the code points of the words [first, last)."""
        return int(self._starts[first]), int(self._ends[last - 1])

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return the numbers of the words that overlap a range of code points, half open."""
        return (
            int(np.searchsorted(self._ends, start, side="right")),
            int(np.searchsorted(self._starts, end, side="left")),
        )


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return result


def _without_renounced(found: list[_Content], strings: list[QuotedString]) -> list[_Content]:
    """Drop the content that is nothing but a quoted string which nobody utters."""
    starts = [s.start for s in strings]
    kept = []
    for content in found:
        first = max(0, bisect_right(starts, content.start) - 1)
        alone = any(
            s.start - 1 <= content.start and content.end <= s.end + 1 for s in strings[first : first + 2]
        )
        if not alone:
            kept.append(content)
    return kept


def _merged(found: list[_Content]) -> list[_Content]:
    """Join content that overlaps: a quoted string that is speech is never part of two spans."""
    joined: list[_Content] = []
    for content in sorted(found, key=lambda c: (c.start, -c.end)):
        last = joined[-1] if joined else None
        if last is None or content.start >= last.end:
            joined.append(content)
            continue
        last.end = max(last.end, content.end)
        if content.strings:
            # The strings were weighed with the tags in view, so their judgement counts.
            last.confidence = max(last.confidence, content.confidence) if last.strings else content.confidence
            last.strings = [*last.strings, *content.strings]
    return joined


_EDGE = " \u00a0\t\r\n,.;:!?—–-…"


def _snapped(content: _Content, text: str) -> _Content:
    """Move the ends to the marks where only punctuation lies outside them."""
    if not content.strings:
        return content
    strings = sorted(content.strings, key=lambda s: s.start)
    start, end = content.start, content.end
    if not text[start : strings[0].start].strip(_EDGE):
        start = strings[0].start
    if not text[strings[-1].end : end].strip(_EDGE):
        end = strings[-1].end
    return _Content(start, end, content.confidence, strings)


def _without_roles(contents: list[_Content], others: list[Stretch]) -> list[_Content]:
    """Cut content that a quoted string drew over a source or cue outside the marks.

    `others` are the sources and cues in order of start.
    """
    starts = [a for a, _ in others]
    found = []
    for content in contents:
        near = others[max(0, bisect_right(starts, content.start) - 1) : bisect_right(starts, content.end)]
        inner = [
            (a, b)
            for a, b in near
            if content.start < b
            and a < content.end
            and not any(s.start <= a and b <= s.end for s in content.strings)
        ]
        if not inner or not content.strings:
            found.append(content)
            continue
        # Each stretch between the intruders is a content span of its own.
        edges = [content.start, *(x for span in inner for x in span), content.end]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            strings = [s for s in content.strings if start <= s.start and s.end <= end]
            if strings:
                found.append(_Content(strings[0].start, strings[-1].end, content.confidence, strings))
    return found


def _outside(spans: list[Stretch], contents: list[_Content]) -> list[Stretch]:
    """Return the spans that overlap no content; both are in order of start."""
    ends = [c.end for c in contents]
    found = []
    for start, end in spans:
        place = bisect_right(ends, start)
        if place == len(contents) or contents[place].start >= end:
            found.append((start, end))
    return found


def _kind(parts: list[_Content], text: str) -> QuoteKind:
    if not any(p.strings for p in parts):
        return QuoteKind.INDIRECT
    for part in parts:
        place = part.start
        for string in part.strings:
            if text[place : string.start].strip(_EDGE):
                return QuoteKind.MIXED
            place = max(place, string.end)
        if text[place : part.end].strip(_EDGE):
            return QuoteKind.MIXED
    return QuoteKind.DIRECT
