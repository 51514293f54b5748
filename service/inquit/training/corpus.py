"""Annotated texts as rows, and the rows as examples with token indices.

The format of the rows is described in `docs/training.md`; a folder holds one or more files
`*_train.jsonl` and `*_dev.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inquit.errors import DataError
from inquit.evaluation import rows
from inquit.model.encoding import EncodedText, TextEncoder
from inquit.model.tags import OUTSIDE, Role, begin, illegal_steps, inside
from inquit.resolve.name import Name, name_key
from inquit.resolve.names import find_names

__all__ = ["Example", "Link", "StringLabel", "make_example", "read_rows"]

TokenSpan = tuple[int, int]
IGNORED = -100

_PRONOUNS = frozenset("he she they him her his their them it its who i we".split())


@dataclass(frozen=True, slots=True)
class Link:
    """A span that points to some of the candidates of its kind, or to none (no target)."""

    query: TokenSpan
    targets: tuple[TokenSpan, ...]


@dataclass(frozen=True, slots=True)
class StringLabel:
    """A quoted string with the probability that it is speech, and how much that is to count."""

    span: TokenSpan
    speech: float
    weight: float


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated text; spans are half-open token ranges."""

    id: str
    encoded: EncodedText
    tags: NDArray[np.int64]
    """Shape [tokens]; IGNORED where nothing is known or inside a word."""
    sources: tuple[TokenSpan, ...]
    cues: tuple[TokenSpan, ...]
    names: tuple[TokenSpan, ...]
    source_links: tuple[Link, ...]
    cue_links: tuple[Link, ...]
    antecedent_links: tuple[Link, ...]
    strings: tuple[StringLabel, ...]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a `.jsonl` file of annotated texts; raise DataError naming the line and the field."""
    for row in rows.read_rows(path):
        row.text("text")
        yield dict(row.values)


def make_example(row: Mapping[str, Any], text: str, encoder: TextEncoder) -> Example:
    """Turn a row into an example; `text` is the row's, perhaps with other marks or case.

    Raise DataError naming the row where its annotation is malformed.
    """
    try:
        return _example(row, text, encoder)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"the row {row.get('id')!r} is malformed: {type(error).__name__}: {error}") from error


def _example(row: Mapping[str, Any], text: str, encoder: TextEncoder) -> Example:
    encoded = encoder.encode(text)
    names = find_names(text, list(encoded.paragraphs))
    spanned = [(n, s) for n in names if (s := encoded.token_span(n.start, n.end)) is not None]
    if _has_chains(row):
        return _from_chains(row, encoded, spanned)
    return _from_attributions(row, encoded, spanned)


def _has_chains(row: Mapping[str, Any]) -> bool:
    return any("mentions" in e for e in (row.get("entities") or {}).values())


def _spans(encoded: EncodedText, spans: Sequence[Sequence[int]]) -> list[TokenSpan]:
    found = (encoded.token_span(a, b) for a, b in spans)
    return [s for s in found if s is not None]


def _from_attributions(
    row: Mapping[str, Any], encoded: EncodedText, names: list[tuple[Name, TokenSpan]]
) -> Example:
    tags = np.full(len(encoded), OUTSIDE, dtype=np.int64)
    word_firsts = np.flatnonzero(encoded.word_starts)
    sources: dict[TokenSpan, None] = {}
    cues: dict[TokenSpan, None] = {}
    source_links: list[Link] = []
    cue_links: list[Link] = []
    antecedents: list[Link] = []
    entities = row.get("entities") or {}
    contents: list[tuple[TokenSpan, Mapping[str, Any]]] = []
    for quote in row.get("quotes", ()):
        content, source, cue = (_spans(encoded, quote.get(k) or ()) for k in ("content", "source", "cue"))
        for role, spans in ((Role.CONTENT, content), (Role.SOURCE, source), (Role.CUE, cue)):
            for a, b in spans:
                first = int(word_firsts[np.searchsorted(word_firsts, a, side="right") - 1])
                tags[first:b] = inside(role)
                tags[first] = begin(role)
        sources.update(dict.fromkeys(source))
        cues.update(dict.fromkeys(cue))
        for span in content:
            contents.append((span, quote))
            source_links.append(Link(span, tuple(source)))
            cue_links.append(Link(span, tuple(cue)))
        if quote.get("entity"):
            antecedents.extend(_antecedents(quote, entities, source or content, names))
    strings = _string_labels(row, encoded, contents)
    # A quoted string inside mixed content points where the content does.
    for label in strings:
        if label.speech < 0.5:
            continue
        for span, quote in contents:
            if span[0] <= label.span[0] and label.span[1] <= span[1] and span != label.span:
                source_links.append(Link(label.span, tuple(_spans(encoded, quote["source"]))))
                cue_links.append(Link(label.span, tuple(_spans(encoded, quote["cue"]))))
                break
    tags[~encoded.word_starts] = IGNORED
    for a, b in _spans(encoded, row.get("set_aside") or ()):
        tags[a:b] = IGNORED
    _mend(tags)
    return Example(
        id=str(row.get("id", "")),
        encoded=encoded,
        tags=tags,
        sources=tuple(sorted(sources)),
        cues=tuple(sorted(cues)),
        names=tuple(s for _, s in names),
        source_links=tuple(source_links),
        cue_links=tuple(cue_links),
        antecedent_links=tuple(antecedents),
        strings=tuple(strings),
    )


def _mend(tags: NDArray[np.int64]) -> None:
    """Let every span begin with its begin tag, also where a part of it was overwritten."""
    known = np.flatnonzero(tags != IGNORED)
    illegal = illegal_steps()
    before = OUTSIDE
    for place in known:
        if illegal[before, tags[place]]:
            tags[place] -= 1
        before = tags[place]


def _antecedents(
    quote: Mapping[str, Any],
    entities: Mapping[str, Mapping[str, Any]],
    queries: list[TokenSpan],
    names: list[tuple[Name, TokenSpan]],
) -> list[Link]:
    holders = [entities[e] for e in quote["entity"] if e in entities]
    named = [h for h in holders if h["type"] in {"person", "organization"}]
    targets = [s for n, s in names if any(_can_name(n, h["name"]) for h in named)]
    links = []
    for query in queries[:1]:
        if any(s[0] < query[1] and query[0] < s[1] for s in targets):
            continue  # the mention holds the name: no antecedent is asked for
        reachable = tuple(s for s in targets if s != query)
        if reachable or not named:
            links.append(Link(query, reachable))
    return links


def _can_name(name: Name, full: str) -> bool:
    """Whether a name in the text can stand for the entity of this full name."""
    words = [name_key(w) for w in name.words]
    known = [name_key(w) for w in full.split() if name_key(w) not in {"the", "a"}]
    if not words or not known:
        return False
    return set(words) <= set(known) and (words[-1] == known[-1] or len(words) > 1)


def _string_labels(
    row: Mapping[str, Any],
    encoded: EncodedText,
    contents: list[tuple[TokenSpan, Mapping[str, Any]]],
) -> list[StringLabel]:
    judged = row.get("marks")
    labels = []
    for string in encoded.marks.strings:
        if string.level > 1:
            continue
        span = encoded.token_span(string.start, string.end)
        if span is None:
            continue
        if any(a < string.end and string.start < b for a, b in row.get("set_aside") or ()):
            continue  # not judged by the annotators
        covered = any(a < span[1] and span[0] < b for (a, b), _ in contents)
        # Without a reader's judgement, coverage by content tells speech in 19 cases of 20.
        speech, weight = (0.97, 0.5) if covered else (0.12, 0.5)
        for mark in judged or ():
            a, b = mark["span"]
            overlap = min(b, string.end) - max(a, string.start)
            if overlap * 2 > max(b - a, string.end - string.start):
                speech, weight = float(mark["speech"]), 1.0
                break
        labels.append(StringLabel(span, speech, weight))
    return labels


def _from_chains(
    row: Mapping[str, Any], encoded: EncodedText, names: list[tuple[Name, TokenSpan]]
) -> Example:
    """Fiction with coreference chains: no role tags; pronouns and speakers point to names."""
    links = []
    by_span = {}
    for key, entity in row["entities"].items():
        if entity.get("type") != "PER":
            continue
        proper = [(a, b) for a, b, kind in entity["mentions"] if kind == "PROP"]
        targets = tuple(s for n, s in names if any(a < n.end and n.start < b for a, b in proper))
        by_span[key] = targets
        for a, b, kind in entity["mentions"]:
            span = encoded.token_span(a, b)
            if kind != "PRON" or span is None or row["text"][a:b].casefold() not in _PRONOUNS:
                continue
            if targets:
                links.append(Link(span, targets))
    strings = []
    spoken = []
    for quote in row.get("quotes", ()):
        content = _spans(encoded, quote.get("content") or ())
        spoken.extend(content)
        holder = quote.get("entity")
        holder = holder[0] if isinstance(holder, list) and holder else holder
        if content and holder and by_span.get(holder):
            links.append(Link(content[0], by_span[holder]))
    for string in encoded.marks.strings:
        span = encoded.token_span(string.start, string.end)
        if string.level == 1 and span is not None:
            covered = any(a < span[1] and span[0] < b for a, b in spoken)
            strings.append(StringLabel(span, 1.0 if covered else 0.1, 0.3))
    return Example(
        id=str(row.get("id", "")),
        encoded=encoded,
        tags=np.full(len(encoded), IGNORED, dtype=np.int64),
        sources=(),
        cues=(),
        names=tuple(s for _, s in names),
        source_links=(),
        cue_links=(),
        antecedent_links=tuple(links),
        strings=tuple(strings),
    )
