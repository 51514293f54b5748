"""Hard-wrapped texts: lines that break where the next word would not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inquit.text.rewriting import Edit
from inquit.text.segments import WRAP_LIMIT, paragraphs

__all__ = ["may_be_wrapped", "unwrapped_lines"]

_LINE_BREAK = re.compile(r" *\n *")


def may_be_wrapped(text: str) -> bool:
    """Whether a text has several lines and no long one; cheap."""
    return "\n" in text and max(map(len, text.split("\n"))) <= WRAP_LIMIT


def unwrapped_lines(text: str) -> Iterator[Edit]:
    """Yield the line breaks within paragraphs as blanks, and those between them as empty lines."""
    whole = paragraphs(text)
    inner = [[Edit(*m.span(), " ") for m in _LINE_BREAK.finditer(text, *p)] for p in whole]
    if not any(inner):
        return
    for paragraph, following, edits in zip(whole, [*whole[1:], None], inner, strict=True):
        yield from edits
        if following is not None:
            yield Edit(paragraph.end, following.start, "\n\n")
