"""Where gold and predictions meet: overlaps of spans, the best match of a string or a quotation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets

__all__ = ["ENOUGH", "best_quote", "best_string", "covered", "overlap", "trim"]

ENOUGH = 0.5
"""Share of a gold string or quotation that a prediction must cover to count as found."""

_EDGES = "“”\"‘’' \n,."


def overlap(first: Offsets, second: Offsets) -> int:
    """Return how many characters two spans share."""
    return max(0, min(first.end, second.end) - max(first.start, second.start))


def covered(spans: Sequence[Offsets], others: Sequence[Offsets]) -> float:
    """Return the share of the spans' characters that the others cover."""
    length = sum(span.end - span.start for span in spans)
    shared = sum(overlap(span, other) for span in spans for other in others)
    return shared / length if length else 0.0


def trim(text: str, span: Offsets) -> Offsets:
    """Drop quotation marks, spaces, commas and full stops from both edges."""
    start, end = span
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return Offsets(start, end)


def best_string(string: Offsets, predicted: PredictedDocument) -> tuple[Offsets, PredictedQuote] | None:
    """Return the predicted string that covers most of a gold one, and its quotation; None below half."""
    strings = ((span, quote) for quote in predicted.quotes for span in quote.verbatim)
    best = max(strings, key=lambda candidate: overlap(candidate[0], string), default=None)
    if best is None or overlap(best[0], string) < ENOUGH * (string.end - string.start):
        return None
    return best


def best_quote(content: Sequence[Offsets], quotes: Iterable[PredictedQuote]) -> PredictedQuote | None:
    """Return the predicted quotation that covers most of some content; None below half."""
    best = max(quotes, key=lambda quote: covered(content, quote.content), default=None)
    return None if best is None or covered(content, best.content) < ENOUGH else best
