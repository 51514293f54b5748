"""Channels: where a quotation was said, `on Twitter`, compared with gold in a file of its own.

A line of the file is `{"id", "channels": [{"quote": [start, end], "channel": [start, end] | null}]}`:
a document's id, and for each quotation that somebody looked at a span of its content and the span
of its channel, null where the text tells none. There are offsets only, no words of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inquit.errors import DataError
from inquit.evaluation.gold import GoldChannel, GoldDocument
from inquit.evaluation.matching import ENOUGH, best_quote, covered, overlap, trim
from inquit.evaluation.predictions import PredictedDocument
from inquit.evaluation.rows import Offsets, Row, read_rows

__all__ = ["count_channels", "with_channels"]


def with_channels(gold: Sequence[GoldDocument], path: Path) -> list[GoldDocument]:
    """Return the gold with the channels of a file; raise DataError where it does not fit the gold."""
    known = {document.id: document for document in gold}
    found: dict[str, tuple[GoldChannel, ...]] = {}
    rows = 0
    for row in read_rows(path):
        rows += 1
        name = row.text("id")
        if name in found:
            raise row.fail("id", f"{name!r} stands in the file twice")
        if name in known:
            found[name] = tuple(_channel(item, known[name]) for item in row.rows("channels"))
    if not found:
        raise DataError(f"{path}: id: none of the {rows} rows is in the gold file")
    return [replace(document, channels=found.get(document.id)) for document in gold]


def _channel(row: Row, document: GoldDocument) -> GoldChannel:
    quote, channel = row.span("quote"), row.span("channel")
    if quote is None:
        raise row.fail("quote", "is needed")
    if max(quote.end, 0 if channel is None else channel.end) > len(document.text):
        raise row.fail("quote", f"the text has {len(document.text)} characters only")
    if not any(overlap(quote, span) for gold in document.quotes for span in gold.content):
        raise row.fail("quote", "no quotation of the gold is there")
    return GoldChannel(quote, channel)


def count_channels(counts: Counter[str], gold: GoldDocument, predicted: PredictedDocument) -> None:
    """Count the channels of the listed quotations that were found."""
    for listed in gold.channels or ():
        quote = max(gold.quotes, key=lambda quote: covered([listed.quote], quote.content))
        best = best_quote(quote.content, predicted.quotes)
        counts["channel.listed"] += 1
        if best is None:
            continue
        counts["channel.found"] += 1
        counts["channel.gold"] += listed.channel is not None
        counts["channel.predicted"] += best.channel is not None
        if listed.channel is None or best.channel is None:
            continue
        counts["channel.right"] += _same(listed.channel, best.channel)
        counts["channel.exact"] += trim(gold.text, listed.channel) == trim(gold.text, best.channel)


def _same(first: Offsets, second: Offsets) -> bool:
    longer = max(first.end - first.start, second.end - second.start)
    return overlap(first, second) >= ENOUGH * longer > 0
