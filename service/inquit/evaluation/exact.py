"""Exact spans by role: source, cue and content, trimmed of marks and punctuation at their edges.

A span is right where a span of the gold has the same first and last character. Each place counts
once: two quotations that share a source have one source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from inquit.evaluation.gold import GoldDocument, GoldQuote
from inquit.evaluation.matching import trim
from inquit.evaluation.predictions import PredictedQuote
from inquit.evaluation.rows import Offsets

__all__ = ["ROLES", "Places", "annotated", "count_exact", "listed", "returned"]

ROLES = ("source", "cue", "content")

Places = Mapping[str, frozenset[Offsets]]
"""The trimmed spans of each role."""


def annotated(gold: GoldDocument) -> Places:
    """Return all spans of a gold document, those without links too."""
    return {role: _trimmed(gold.text, gold.roles.get(role, ())) for role in ROLES}


def listed(text: str, quotes: Iterable[GoldQuote]) -> Places:
    """Return the spans of some gold quotations."""
    own = list(quotes)
    return {role: _trimmed(text, (span for q in own for span in getattr(q, role))) for role in ROLES}


def returned(text: str, quotes: Iterable[PredictedQuote]) -> Places:
    """Return the spans of some predicted quotations; their mentions are sources."""
    own = list(quotes)
    return {
        "source": _trimmed(text, (quote.mention for quote in own if quote.mention is not None)),
        "cue": _trimmed(text, (span for quote in own for span in quote.cue)),
        "content": _trimmed(text, (span for quote in own for span in quote.content)),
    }


def _trimmed(text: str, spans: Iterable[Offsets]) -> frozenset[Offsets]:
    return frozenset(trim(text, span) for span in spans)


def count_exact(
    counts: Counter[str],
    prefix: str,
    *,
    gold: Places,
    predicted: Places,
    all_gold: Places | None = None,
    all_predicted: Places | None = None,
) -> None:
    """Count the places of each role.

    Where `gold` and `predicted` are a part of each side, what is predicted is looked for in
    `all_gold`, and the gold in `all_predicted`.
    """
    for role in ROLES:
        counts[f"{prefix}.{role}.right"] += len(predicted[role] & (all_gold or gold)[role])
        counts[f"{prefix}.{role}.found"] += len(gold[role] & (all_predicted or predicted)[role])
        counts[f"{prefix}.{role}.predicted"] += len(predicted[role])
        counts[f"{prefix}.{role}.gold"] += len(gold[role])
