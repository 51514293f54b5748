"""Annotated texts by their words: spans found by what they say, and examples read back as words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from inquit.model.encoding import EncodedText
from inquit.training.examples import Example, Link, TokenSpan

__all__ = ["link_words", "place", "quotation", "span_words", "tokens_of"]


def place(text: str, part: str) -> list[int]:
    """Return the offsets of a part of a text; of `by [her] cousin` only what the brackets hold."""
    start = text.index(part.replace("[", "").replace("]", ""))
    if "[" not in part:
        return [start, start + len(part)]
    return [start + part.index("["), start + part.index("]") - 1]


def quotation(
    text: str,
    *content: str,
    source: str | None = None,
    cue: str | None = None,
    entity: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return a quotation of a row; its parts are given as to `place`."""
    return {
        "kind": "direct",
        "content": [place(text, part) for part in content],
        "source": [] if source is None else [place(text, source)],
        "cue": [] if cue is None else [place(text, cue)],
        "entity": None if entity is None else list(entity),
    }


def tokens_of(encoded: EncodedText, part: str) -> TokenSpan:
    """Return the tokens of a part of a text, given as to `place`."""
    span = encoded.token_span(*place(encoded.text, part))
    assert span is not None, part
    return span


def span_words(example: Example, spans: Iterable[TokenSpan]) -> list[str]:
    """Return what spans of an example say, in their order."""
    encoded = example.encoded
    return [encoded.text[encoded.starts[a] : encoded.ends[b - 1]] for a, b in spans]


def link_words(example: Example, links: Iterable[Link]) -> dict[str, list[str]]:
    """Return what each query of these links says with what its targets say, in order of the text."""
    found: dict[str, list[str]] = {}
    for link in links:
        (query,) = span_words(example, [link.query])
        assert query not in found, f"two links of {query!r}"
        found[query] = span_words(example, link.targets)
    return found
