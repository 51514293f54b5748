"""Times of day before the paragraphs of a live report: no part of the sentence that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inquit.text.rewriting import Edit

__all__ = ["has_stamps", "without_stamps"]

# A zone, a half of the day or brackets tell a time from the number that begins a sentence.
_STAMP = re.compile(
    r"""(?:\A|(?<=\n))
    (?:(?:Updated|Published|Posted)(?:\ at)?:?\ )?
    (?:
        \d{1,2}[:.]\d\d(?::\d\d)?\ ?(?:[AaPp]\.?\ ?[Mm]\b\.?(?:\ [A-Z]{2,4}\b)?|[A-Z]{1,3}T\b|UTC\b|Z\b)
      | \[\d{1,2}[:.]\d\d(?::\d\d)?[^\[\]\n]{0,12}\]
      | \(\d{1,2}[:.]\d\d(?::\d\d)?[^()\n]{0,12}\)
      | \d{1,2}:\d\d(?::\d\d)?+(?!\ ?[A-Z]{2,4}\b)
    )
    (?: \ ?[:|•–—-]?\ +(?=["'“‘«„]?[A-Z]) | \ *(?=\n) )
    (?!\n?[A-Z][A-Z.’'\ -]{1,40}+:)""",
    re.VERBOSE,
)
_LINE_START = r"(?:(?:Updated|Published|Posted)(?: at)?:? )?[\[(]?\d{1,2}[:.]\d"
_FIRST, _LATER = re.compile(_LINE_START), re.compile(rf"\n{_LINE_START}")


def has_stamps(text: str) -> bool:
    """Whether a line begins with what may be a time; cheap."""
    return _FIRST.match(text) is not None or _LATER.search(text) is not None


def without_stamps(text: str) -> Iterator[Edit]:
    """Yield the times of day at the start of a line, or alone on it.

    Those of transcripts stay: before a label they part its turn from what was said before.
    """
    for match in _STAMP.finditer(text):
        yield Edit(*match.span(), "")
