"""Rows of coreference chains: fiction without role tags, where pronouns and speech point to names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from inquit.training.cast import Cast
from inquit.training.examples import IGNORED, Example, Link, StringLabel, TokenSpan, token_spans

__all__ = ["from_chains", "quoted_strings"]

_PRONOUNS = frozenset("he she they him her his their them it its who i we".split())
_WEIGHT = 0.3
_UNCOVERED = 0.1


def from_chains(row: Mapping[str, Any], cast: Cast) -> Example:
    """Turn a row with chains of mentions into an example."""
    encoded = cast.encoded
    links = []
    targets_of: dict[str, tuple[TokenSpan, ...]] = {}
    for key, entity in row["entities"].items():
        if entity.get("type") != "PER":
            continue
        proper = [(a, b) for a, b, kind in entity["mentions"] if kind == "PROP"]
        targets = tuple(s for n, s in cast.names if any(a < n.end and n.start < b for a, b in proper))
        targets_of[key] = targets
        for a, b, kind in entity["mentions"]:
            span = encoded.token_span(a, b)
            if kind != "PRON" or span is None or row["text"][a:b].casefold() not in _PRONOUNS:
                continue
            if targets:
                links.append(Link(span, targets))
    speakers = []
    spoken: list[TokenSpan] = []
    for quote in row.get("quotes", ()):
        content = token_spans(encoded, quote.get("content"))
        spoken.extend(content)
        holder = quote.get("entity")
        holder = holder[0] if isinstance(holder, list) and holder else holder
        if content and holder and targets_of.get(holder):
            speakers.append(Link(content[0], targets_of[holder]))
    return Example(
        id=str(row.get("id", "")),
        encoded=encoded,
        tags=np.full(len(encoded), IGNORED, dtype=np.int64),
        names=cast.name_spans,
        full_names=cast.full_spans,
        antecedent_links=tuple(links),
        speaker_links=tuple(speakers),
        strings=tuple(quoted_strings(cast, spoken)),
    )


def quoted_strings(cast: Cast, spoken: list[TokenSpan]) -> list[StringLabel]:
    """Return the quoted strings of fiction: speech where the annotated speech covers them."""
    labels = []
    for string in cast.encoded.marks.strings:
        span = cast.encoded.token_span(string.start, string.end)
        if string.level == 1 and span is not None:
            covered = any(a < span[1] and span[0] < b for a, b in spoken)
            labels.append(StringLabel(span, 1.0 if covered else _UNCOVERED, _WEIGHT))
    return labels
