from __future__ import annotations

import textwrap

import pytest

from inquit.text.readable import Readable
from inquit.text.segments import paragraphs

_PARAGRAPHS = """\
The harbor board met on Tuesday to hear what was found below the old dam, and what it would take to keep \
the lower town dry through another winter of high water.
“The dam leaks, and it has leaked for weeks,” Mara Quill told the board. “We have asked for money three \
times, and three times we were told to wait for a report that nobody has seen.”
“It must go,” said Odo Fenwick of the dam, which was built by his grandfather's firm. “But not this year.”
""".splitlines()


@pytest.mark.parametrize("between", ["\n\n", "\n\n\n", "\n"])
@pytest.mark.parametrize("margin", ["", "  ", "\t"])
def test_wrapped_lines_are_read_as_one(between: str, margin: str) -> None:
    """The lines of a wrapped paragraph are one line, and paragraphs have an empty one between them."""
    text = between.join(textwrap.indent(textwrap.fill(p, 70), margin) for p in _PARAGRAPHS)
    assert Readable.of(text).text == "\n\n".join(_PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(_PARAGRAPHS),
        "The dam leaks\nand leaks again\nthrough nights and days",
        "Mara Quill\nHarbor master\n4 Pell Street\n\nThe dam leaks, and it has leaked for weeks, as you know.",
    ],
)
def test_other_lines_stay(text: str) -> None:
    """Paragraphs of one line, verses and addresses are read as they are."""
    readable = Readable.of(text)
    assert readable.text == text
    assert len(paragraphs(text)) > 1
