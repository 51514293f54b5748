"""From the network's output to quotations: tags, quotation marks and links made to agree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inquit.model.config import Decoding
from inquit.model.content import (
    Content,
    Stretch,
    kind_of,
    merged,
    outside,
    snapped,
    trimmed,
    trimmed_source,
    without_renounced,
    without_roles,
)
from inquit.model.drafts import DraftQuote
from inquit.model.encoding import EncodedText, Window
from inquit.model.heads import Heads, PointerHead
from inquit.model.links import Choice, LinkScorer, TokenSpan
from inquit.model.outputs import JoinedOutput, WindowOutput
from inquit.model.signatures import cue_of, signer, surely
from inquit.model.tags import Role, begin, inside
from inquit.model.viterbi import best_tags, tagged_spans
from inquit.text.marks import QuotedString
from inquit.text.segments import Segment

__all__ = ["Decoder", "DocumentReading"]


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """The quotations of a document and the means to ask the model about more links."""

    encoded: EncodedText
    drafts: tuple[DraftQuote, ...]
    links: LinkScorer | None
    """None for a text without tokens."""


class Decoder:
    """Turns outputs into drafts with the light heads."""

    def __init__(self, heads: Heads, settings: Decoding) -> None:
        self._heads = heads
        self._settings = settings

    def decode(
        self, encoded: EncodedText, windows: Sequence[Window], outputs: Sequence[WindowOutput]
    ) -> DocumentReading:
        """Read the quotations of a document, in order of start."""
        if not windows:
            return DocumentReading(encoded, (), None)
        joined = JoinedOutput(len(encoded), windows, outputs)
        links = LinkScorer(joined, np.cumsum(encoded.word_starts))
        firsts = np.flatnonzero(encoded.word_starts)
        scores = joined.tag_scores[firsts] * self._settings.sharpness
        scores[:, begin(Role.CONTENT)] += self._settings.content_bias
        scores[:, begin(Role.SOURCE)] += self._settings.source_bias
        scores[:, begin(Role.CUE)] += self._settings.cue_bias
        tags = best_tags(scores, self._heads.steps, self._heads.starts)
        chances = _softmax(scores)
        words = _Words(encoded, firsts)
        spans = tagged_spans(tags)
        contents = self._contents(encoded, words, spans, chances, links)
        sources, cues = (
            [words.span(a, b) for r, a, b in spans if r is role] for role in (Role.SOURCE, Role.CUE)
        )
        contents = without_roles(contents, sorted(sources + cues))
        sources, cues = outside(sources, contents), outside(cues, contents)
        drafts = self._drafts(encoded, contents, sources, cues, links)
        return DocumentReading(encoded, tuple(drafts), links)

    def _contents(
        self,
        encoded: EncodedText,
        words: _Words,
        spans: list[tuple[Role, int, int]],
        chances: NDArray[np.float32],
        links: LinkScorer,
    ) -> list[Content]:
        """Return the content spans: those tagged, made to agree with the quoted strings."""
        reported = chances[:, begin(Role.CONTENT)] + chances[:, inside(Role.CONTENT)]
        found = [
            Content(*words.span(a, b), _mean(reported[a:b]), [])
            for role, a, b in spans
            if role is Role.CONTENT
        ]
        strings = [s for s in encoded.marks.strings if s.level == 1]
        speech = self._speech(encoded, strings, words, reported, links)
        limit = self._settings.speech_threshold
        claimed = [
            Content(s.start, s.end, chance, [s])
            for s, chance in zip(strings, speech, strict=True)
            if chance >= limit
        ]
        renounced = [s for s, chance in zip(strings, speech, strict=True) if chance < limit]
        kept = without_renounced(found, renounced)
        return [snapped(c, encoded.text) for c in merged([*kept, *claimed])]

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
        known = links.speech(self._heads.speech, [s for s in spans if s is not None])
        by_head = iter(known.tolist())
        share = self._settings.content_weight
        found = []
        for string, span in zip(strings, spans, strict=True):
            if span is None:
                found.append(0.0)
                continue
            a, b = words.between(string.inner_start, string.inner_end)
            by_tags = _mean(reported[a:b]) if a < b else 0.0
            found.append(share * by_tags + (1 - share) * next(by_head))
        return found

    def _drafts(
        self,
        encoded: EncodedText,
        contents: list[Content],
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
        paragraphs = [p.start for p in encoded.paragraphs]
        going_on = _going_on(encoded.marks.strings)
        follows = [bool(c.strings) and c.strings[0].start in going_on for c in contents]
        places = [bisect_right(paragraphs, c.start) for c in contents]

        def choices(pointer: PointerHead, spans: list[Stretch]) -> list[Choice]:
            found = links.choices(pointer, asked, [tokens(*s) for s in spans])
            at = [bisect_right(paragraphs, a) for a, _ in spans]
            # A quotation has its source and cue in its own paragraph or next to it; one that goes
            # on with a string left open before it has them in its own or not at all.
            reaches = [0 if after_open else 1 for after_open in follows]
            return [
                choice.between(bisect_left(at, place - reach), bisect_right(at, place + reach))
                for choice, place, reach in zip(found, places, reaches, strict=True)
            ]

        to_source = choices(self._heads.source, sources)
        to_cue = choices(self._heads.cue, cues)
        for number, content in enumerate(contents):
            signs = signer(content, sources, encoded.text)
            if signs is not None:
                to_source[number] = surely(signs)
                to_cue[number] = cue_of(to_cue[number], content, sources[signs], cues)
        groups: dict[tuple[int, int], list[int]] = {}
        for number, cue in enumerate(to_cue):
            # A cue belongs to one quotation of its paragraph. Without one nothing tells that
            # two spans are the same quotation.
            key = (-1, number) if cue.best is None else (cue.best, places[number])
            groups.setdefault(key, []).append(number)
        groups = _parted(groups, contents, encoded.text)
        drafts = []
        for members in groups.values():
            # A part that points nowhere does not take from the others whom they point to.
            leader = max(members, key=lambda m: (to_source[m].best is not None, to_source[m].confidence))
            source, cue = to_source[leader], to_cue[leader]
            parts = [contents[m] for m in members]
            drafts.append(
                DraftQuote(
                    kind=kind_of(parts, encoded.text),
                    content=tuple(Segment(p.start, p.end) for p in parts),
                    verbatim=tuple(Segment(s.inner_start, s.inner_end) for p in parts for s in p.strings),
                    cue=None if cue.best is None else trimmed(encoded.text, cues[cue.best]),
                    mention=None
                    if source.best is None
                    else trimmed_source(encoded.text, sources[source.best]),
                    confidence=float(np.mean([p.confidence for p in parts]))
                    if parts[1:]
                    else parts[0].confidence,
                    mention_confidence=source.confidence,
                    follows_open=follows[members[0]],
                )
            )
        return sorted(drafts, key=lambda d: (d.start, d.end))


def _parted(
    groups: dict[tuple[int, int], list[int]], contents: list[Content], text: str
) -> dict[tuple[int, int], list[int]]:
    """Part what stands in marks of its own with no word between: `“No.” “Why?”` are two turns."""
    found: dict[tuple[int, int], list[int]] = {}
    for key, members in groups.items():
        rest: list[int] = []
        for number in sorted(members, key=lambda m: contents[m].start):
            if rest and _are_turns(contents[rest[-1]], contents[number], text):
                found[-2, rest[0]] = rest
                rest = []
            rest.append(number)
        found[key] = rest
    return found


def _are_turns(first: Content, second: Content, text: str) -> bool:
    marked = bool(first.strings and second.strings)
    return (
        marked
        and first.strings[-1].end == first.end
        and second.strings[0].start == second.start
        and not text[first.end : second.start].strip()
    )


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


def _mean(values: NDArray[np.float32]) -> float:
    # What `mean` does, without what it looks at before: this is asked of every string and span.
    return float(np.add.reduce(values) / len(values))


def _going_on(strings: Sequence[QuotedString]) -> set[int]:
    """Return where the strings start that go on with one left open in the paragraph before."""
    outer = [s for s in strings if s.level == 1]
    left_open = {s.paragraph for s in outer if s.continues}
    firsts: dict[int, int] = {}
    for string in outer:
        firsts.setdefault(string.paragraph, string.start)
    return {start for paragraph, start in firsts.items() if paragraph - 1 in left_open}
