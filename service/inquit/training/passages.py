"""Rows of passages: role spans without links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inquit.model.tags import Role
from inquit.training.cast import Cast
from inquit.training.examples import Example, StringLabel, Tagging, token_spans

__all__ = ["from_passage"]

_COVERED, _UNCOVERED, _WEIGHT = 0.97, 0.12, 0.5


def from_passage(row: Mapping[str, Any], cast: Cast) -> Example:
    """Turn a row of role spans into an example, without any links."""
    encoded = cast.encoded
    tagging = Tagging(encoded)
    spans = {role: token_spans(encoded, row["spans"].get(role.name.lower())) for role in Role}
    for role, found in spans.items():
        tagging.mark(role, found)
    labels = []
    for string in encoded.marks.strings:
        span = encoded.token_span(string.start, string.end)
        if string.level > 1 or span is None:
            continue
        covered = any(a < span[1] and span[0] < b for a, b in spans[Role.CONTENT])
        labels.append(StringLabel(span, _COVERED if covered else _UNCOVERED, _WEIGHT))
    return Example(
        id=str(row.get("id", "")),
        encoded=encoded,
        tags=tagging.finished(),
        names=(),
        full_names=(),
        sources=tuple(sorted(spans[Role.SOURCE])),
        cues=tuple(sorted(spans[Role.CUE])),
        strings=tuple(labels),
    )
