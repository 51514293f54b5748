"""Rows of novels: every quotation with its speaker, the aliases of the characters, and how it is told.

A novel is learned from in excerpts. Where the text tells who speaks (`said the old man`), that
expression gives a source and a cue; of the rest of the narration no role is known.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from inquit.model.network import SPEAKER_TYPES
from inquit.model.tags import OUTSIDE, Role
from inquit.resolve.name import Name, name_key
from inquit.training.cast import Cast
from inquit.training.chains import quoted_strings
from inquit.training.examples import Example, Link, Tagging, TokenSpan, token_spans
from inquit.types import SpeakerType

__all__ = ["excerpts", "from_novel", "is_novel"]

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_PRONOUN = re.compile(r"\b(?:he|she|they|I|we)\b", re.IGNORECASE)
_DESCRIPTION = re.compile(r"\b(?:the|an?|his|her|my|their|our)\s+(?:[a-z][\w’'\-]*\s+){0,3}?[a-z][\w’'\-]*$")
_LEADING_DESCRIPTION = re.compile(
    r"(?:the|an?|his|her|my|their|our)\s+(?:[a-z][\w’'\-]*\s+){0,3}?[a-z][\w’'\-]*(?=\s)"
)
_TITLE = re.compile(r"(?:\bthe\s+)?\b\w+\.?\s+$")
_ARTICLE = re.compile(r"\b(?:the|an?|his|her|my|our)\s+(?:[a-z][\w’'\-]*\s+)?$")
_ARTICLES = frozenset("the a an his her my our".split())
# Characters around a quotation in which its expression is looked for.
_REACH = 160
_LONGEST_CUE = 2
_PERSON = SPEAKER_TYPES.index(SpeakerType.PERSON)


def is_novel(row: Mapping[str, Any]) -> bool:
    """Whether a row is of this kind: its characters have aliases."""
    return any("aliases" in e for e in (row.get("entities") or {}).values())


def excerpts(
    row: Mapping[str, Any], count: int, length: int, source: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield rows of about `length` characters, cut out of a novel at random between paragraphs."""
    text = row["text"]
    for _ in range(count):
        start = _paragraph_after(text, source.randrange(max(1, len(text) - length)))
        end = _paragraph_after(text, min(len(text), start + length))
        quotes = [
            {
                **quote,
                "content": [[a - start, b - start] for a, b in quote["content"]],
            }
            for quote in row["quotes"]
            if quote["content"] and start <= quote["content"][0][0] and quote["content"][-1][1] <= end
        ]
        yield {**row, "id": f"{row['id']}:{start}", "text": text[start:end], "quotes": quotes}


def from_novel(row: Mapping[str, Any], cast: Cast) -> Example:
    """Turn an excerpt into an example."""
    encoded = cast.encoded
    tagging = Tagging(encoded)
    tagging.ignore_all()
    characters = _Characters(row["entities"], cast)
    spoken: list[TokenSpan] = []
    told: list[tuple[str, list[TokenSpan], TokenSpan, TokenSpan | None]] = []
    speakers: list[tuple[TokenSpan, str]] = []
    untold: list[TokenSpan] = []
    for quote in row["quotes"]:
        content = token_spans(encoded, quote["content"])
        if not content or not quote.get("entity"):
            continue
        holder = quote["entity"][0]
        spoken.extend(content)
        speakers += [(span, holder) for span in content]
        if quote.get("quote_type") == "implicit":
            untold.extend(content)
        found = _expression(row["text"], quote, cast)
        if found is not None:
            stretch, source, cue = found
            whole = encoded.token_span(*stretch)
            span = encoded.token_span(*source)
            if whole is not None and span is not None:
                tagging.tags[whole[0] : whole[1]] = OUTSIDE
                told.append((holder, content, span, encoded.token_span(*cue) if cue else None))
    tagging.mark(Role.CONTENT, spoken)
    tagging.mark(Role.SOURCE, [s for _, _, s, _ in told])
    tagging.mark(Role.CUE, [c for _, _, _, c in told if c is not None])
    names = set(cast.name_spans)
    by_holder: dict[str, set[TokenSpan]] = defaultdict(set)
    mentions = {s for _, _, s, _ in told if not any(a < s[1] and s[0] < b for a, b in names)}
    for holder, _, span, _ in told:
        if span in mentions:
            by_holder[holder].add(span)
    antecedents = []
    for holder, _, span, _ in told:
        if span in mentions:
            before = {s for s in by_holder[holder] if s[0] < span[0]}
            targets = characters.spans_of(holder) | before
            if targets:
                antecedents.append(Link(span, tuple(sorted(targets))))
    return Example(
        id=str(row.get("id", "")),
        encoded=encoded,
        tags=tagging.finished(),
        names=cast.name_spans,
        full_names=cast.full_spans,
        mentions=tuple(sorted(mentions)),
        sources=tuple(sorted({s for _, _, s, _ in told})),
        cues=tuple(sorted({c for _, _, _, c in told if c is not None})),
        source_links=(
            *(Link(c, (s,)) for _, content, s, _ in told for c in content),
            *(Link(c, ()) for c in untold),
        ),
        cue_links=(
            *(Link(c, (q,)) for _, content, _, q in told if q is not None for c in content),
            *(Link(c, ()) for c in untold),
        ),
        antecedent_links=tuple(antecedents),
        speaker_links=tuple(
            Link(span, tuple(sorted(targets)))
            for span, holder in speakers
            if (targets := characters.spans_of(holder) | by_holder[holder])
        ),
        strings=tuple(quoted_strings(cast, spoken)),
        types=tuple((s, _PERSON) for s in sorted({*characters.all_spans(), *mentions})),
    )


class _Characters:
    """The names of an excerpt by the character whom they mean."""

    def __init__(self, entities: Mapping[str, Mapping[str, Any]], cast: Cast) -> None:
        owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for key, entity in entities.items():
            for alias in {*entity["aliases"], entity["name"]}:
                words = tuple(name_key(w) for w in _WORD.findall(alias))
                owners[words].add(key)
        self._spans: dict[str, set[TokenSpan]] = defaultdict(set)
        for name, span in cast.names:
            for form in _forms(name):
                holders = owners.get(form, set())
                if len(holders) == 1:
                    self._spans[next(iter(holders))].add(span)
                if holders:
                    break  # a form that several share means one of them: nobody can tell whom

    def all_spans(self) -> set[TokenSpan]:
        return {s for spans in self._spans.values() for s in spans}

    def spans_of(self, key: str) -> set[TokenSpan]:
        return self._spans.get(key, set())


def _forms(name: Name) -> list[tuple[str, ...]]:
    words = tuple(k for w in name.words for k in map(name_key, _WORD.findall(w)))
    return [(name.title, *words), words] if name.title is not None else [words]


def _expression(
    text: str, quote: Mapping[str, Any], cast: Cast
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int] | None] | None:
    """Find the words that tell who speaks; return their stretch of narration, the source and the cue."""
    said = quote.get("referring_expression")
    words = _WORD.findall(said) if isinstance(said, str) else []
    if not words or not isinstance(quote["content"], list):
        return None
    # Expressions were written down without punctuation, and across lines.
    pattern = re.compile(r"[\s,.;:’'\-—]+".join(map(re.escape, words)))
    first, last = quote["content"][0][0], quote["content"][-1][1]
    for low, high in _gaps(quote["content"], first, last):
        match = pattern.search(text, max(0, low), high)
        if match is None:
            continue
        source = _source(text, match.start(), match.end(), cast)
        if source is None:
            return None
        cue = _cue(text, match.start(), match.end(), source)
        stretch = _stretch(text, match.start(), match.end())
        return stretch, source, cue
    return None


def _gaps(content: list[list[int]], first: int, last: int) -> Iterator[tuple[int, int]]:
    for left, right in pairwise(content):
        yield left[1], right[0]
    yield last, last + _REACH
    yield first - _REACH, first


def _source(text: str, start: int, end: int, cast: Cast) -> tuple[int, int] | None:
    for name, _ in cast.names:
        if start <= name.start and name.end <= end:
            before = text[start : name.start]
            lead = (_TITLE if name.title is not None else _ARTICLE).search(before)
            return name.start - (len(lead[0]) if lead else 0), name.end
    found = _PRONOUN.search(text, start, end) or _LEADING_DESCRIPTION.match(text, start, end)
    if found is None:
        found = _DESCRIPTION.search(text[:end], start)
    return found.span() if found is not None else None


def _cue(text: str, start: int, end: int, source: tuple[int, int]) -> tuple[int, int] | None:
    """Return what is left of the expression beside its source, where that is short."""
    for low, high in ((start, source[0]), (source[1], end)):
        words = list(_WORD.finditer(text, low, high))
        if 1 <= len(words) <= _LONGEST_CUE and all(w[0].islower() and w[0] not in _ARTICLES for w in words):
            return words[0].start(), words[-1].end()
    return None


def _stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the narration around an expression, up to quotation marks or the paragraph's ends."""
    low = max((text.rfind(mark, 0, start) for mark in ('"', "“", "”", "\n\n")), default=-1) + 1
    highs = [place for mark in ('"', "“", "”", "\n\n") if (place := text.find(mark, end)) >= 0]
    return low, min(highs, default=len(text))


def _paragraph_after(text: str, place: int) -> int:
    found = text.find("\n\n", place)
    return len(text) if found < 0 else found + 2
