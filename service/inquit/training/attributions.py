"""Rows of attributions: news with sources, cues and contents, perhaps with the speakers resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inquit.model.network import SPEAKER_TYPES
from inquit.model.tags import Role
from inquit.resolve.mentions import Mention
from inquit.training.cast import Cast, is_name, named
from inquit.training.examples import Example, Link, StringLabel, Tagging, TokenSpan, token_spans
from inquit.types import SpeakerType

__all__ = ["from_attributions"]

Row = Mapping[str, Any]
# Without a reader's judgement, coverage by content tells speech in 19 cases of 20.
_COVERED, _UNCOVERED, _UNJUDGED_WEIGHT = 0.97, 0.12, 0.5
# Probability from which a string counts as speech.
_SPEECH = 0.5


def from_attributions(row: Row, cast: Cast) -> Example:
    """Turn a row of attributions into an example."""
    return _Attributions(row, cast).example()


class _Attributions:
    def __init__(self, row: Row, cast: Cast) -> None:
        self._row = row
        self._cast = cast
        self._encoded = cast.encoded
        self._entities: Mapping[str, Mapping[str, Any]] = row.get("entities") or {}
        self._contents: list[tuple[TokenSpan, Row]] = []
        self._read: dict[TokenSpan, Mention] = {}
        self._holders: dict[TokenSpan, tuple[str, ...]] = {}
        """Whom a source span, or the name that it is, means; only where that is known."""

    def example(self) -> Example:
        row, encoded = self._row, self._encoded
        tagging = Tagging(encoded)
        sources: dict[TokenSpan, None] = {}
        cues: dict[TokenSpan, None] = {}
        source_links: list[Link] = []
        cue_links: list[Link] = []
        for quote in row.get("quotes", ()):
            content, source, cue = (token_spans(encoded, quote.get(k)) for k in ("content", "source", "cue"))
            for role, spans in ((Role.CONTENT, content), (Role.SOURCE, source), (Role.CUE, cue)):
                tagging.mark(role, spans)
            sources.update(dict.fromkeys(source))
            cues.update(dict.fromkeys(cue))
            self._note(quote)
            for span in content:
                self._contents.append((span, quote))
                source_links.append(Link(span, tuple(source)))
                cue_links.append(Link(span, tuple(cue)))
        strings = self._strings()
        # A quoted string inside mixed content points where the content does.
        for label in strings:
            around = self._around(label.span) if label.speech >= _SPEECH else None
            if around is not None and around[0] != label.span:
                source_links.append(Link(label.span, tuple(token_spans(encoded, around[1]["source"]))))
                cue_links.append(Link(label.span, tuple(token_spans(encoded, around[1]["cue"]))))
        return Example(
            id=str(row.get("id", "")),
            encoded=encoded,
            tags=tagging.finished(token_spans(encoded, row.get("set_aside"))),
            names=self._cast.name_spans,
            full_names=self._cast.full_spans,
            mentions=tuple(sorted(s for s, m in self._read.items() if not is_name(m))),
            sources=tuple(sorted(sources)),
            cues=tuple(sorted(cues)),
            source_links=tuple(source_links),
            cue_links=tuple(cue_links),
            antecedent_links=tuple(self._antecedents()),
            bearer_links=tuple(self._bearers()),
            speaker_links=tuple(self._speakers(strings)),
            strings=tuple(strings),
            types=tuple(self._types()),
        )

    def _note(self, quote: Row) -> None:
        """Read the source of a quotation, and note whom it means."""
        for start, end in quote.get("source") or ():
            span = self._encoded.token_span(start, end)
            if span is None:
                continue
            mention = self._cast.read(start, end)
            self._read[span] = mention
            if quote.get("entity"):
                holders = tuple(quote["entity"])
                self._holders[span] = holders
                if mention.name is not None:
                    own = self._encoded.token_span(mention.name.start, mention.name.end)
                    if own is not None and len(holders) == 1:
                        self._holders[own] = holders

    def _candidates(self, holders: Sequence[str]) -> set[TokenSpan]:
        """Return the names and mentions of some entities."""
        found = {
            span
            for span in self._cast.spans_naming(named(self._entities, holders))
            # A surname that is known to mean somebody else here is no candidate.
            if span not in self._holders or set(self._holders[span]) & set(holders)
        }
        names = set(self._cast.name_spans)
        for span, known in self._holders.items():
            if set(known) & set(holders) and (span in names or not is_name(self._read[span])):
                found.add(span)
        return found

    def _types(self) -> list[tuple[TokenSpan, int]]:
        """Return the names and mentions whose speaker's type is known."""
        found = {}
        for span, holders in self._holders.items():
            kinds = {self._entities[h]["type"] for h in holders if h in self._entities}
            if len(kinds) == 1:
                found[span] = SPEAKER_TYPES.index(SpeakerType(kinds.pop()))
        return sorted(found.items())

    def _antecedents(self) -> list[Link]:
        links = []
        names = set(self._cast.name_spans)
        for span, mention in self._read.items():
            holders = self._holders.get(span)
            if holders is None or is_name(mention):
                continue
            known = self._candidates(holders)
            if any(s in names and s[0] < span[1] and span[0] < s[1] for s in known):
                continue  # the mention holds the name: no antecedent is asked for
            targets = tuple(sorted(s for s in known if s != span and (s in names or s[0] < span[0])))
            if targets or not named(self._entities, holders):
                links.append(Link(span, targets))
        return links

    def _bearers(self) -> list[Link]:
        links = []
        for span, mention in self._read.items():
            holders, name = self._holders.get(span), mention.name
            if holders is None or name is None or len(name.words) > 1 or len(holders) > 1:
                continue
            own = self._encoded.token_span(name.start, name.end)
            for full in named(self._entities, holders):
                targets = self._cast.bearers(name, full)
                if own is not None and targets:
                    links.append(Link(own, targets))
        return links

    def _speakers(self, strings: Sequence[StringLabel]) -> list[Link]:
        """Return whose words the quoted strings are, as far as that is known."""
        links = []
        judged = self._judged()
        for label in strings:
            if label.speech < _SPEECH:
                continue
            holders = judged.get(label.span)
            if holders:
                targets = self._candidates(holders)
                if targets or not named(self._entities, holders):
                    links.append(Link(label.span, tuple(sorted(targets))))
                continue
            around = self._around(label.span) if self._row.get("marks") is None else None
            if around is None:
                continue
            known = set()
            for span in token_spans(self._encoded, around[1]["source"]):
                mention = self._read[span]
                if mention.name is None:
                    known.add(span)
                else:
                    known.update(self._cast.spans_naming([" ".join(mention.name.words)]))
            if known:
                links.append(Link(label.span, tuple(sorted(known))))
        return links

    def _judged(self) -> dict[TokenSpan, tuple[str, ...]]:
        """Return the holders of the strings that a reader judged."""
        found = {}
        for mark in self._row.get("marks") or ():
            if mark["speech"] and mark["entity"]:
                for string in self._encoded.marks.strings:
                    span = self._encoded.token_span(string.start, string.end)
                    if string.level == 1 and span and _alike(mark["span"], string.start, string.end):
                        found[span] = tuple(mark["entity"])
        return found

    def _around(self, span: TokenSpan) -> tuple[TokenSpan, Row] | None:
        """Return the content that holds a quoted string, with its quotation."""
        return next(((c, q) for c, q in self._contents if c[0] <= span[0] and span[1] <= c[1]), None)

    def _strings(self) -> list[StringLabel]:
        judged = self._row.get("marks")
        aside = self._row.get("set_aside") or ()
        labels = []
        for string in self._encoded.marks.strings:
            span = self._encoded.token_span(string.start, string.end)
            if string.level > 1 or span is None:
                continue
            if any(a < string.end and string.start < b for a, b in aside):
                continue  # not judged by the annotators
            covered = any(a < span[1] and span[0] < b for (a, b), _ in self._contents)
            speech, weight = (_COVERED if covered else _UNCOVERED), _UNJUDGED_WEIGHT
            for mark in judged or ():
                if _alike(mark["span"], string.start, string.end):
                    speech, weight = float(mark["speech"]), 1.0
                    break
            labels.append(StringLabel(span, speech, weight))
        return labels


def _alike(span: Sequence[int], start: int, end: int) -> bool:
    """Whether two ranges share more than half of the longer one."""
    shared = min(span[1], end) - max(span[0], start)
    return shared * 2 > max(span[1] - span[0], end - start)
