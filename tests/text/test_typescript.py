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
Odo Fenwick disagreed.
“It must go,” he said of the dam, which was built by his grandfather's firm. “But not this year, and not \
with the money that was set aside for the school and for the ferry.”
The board will meet again in May, when the engineers are to show how far the water can be let down before \
the mill has to stand still.""".splitlines()


def _typed(paragraph: str, *, indent: str = "", width: int = 66, after: str = "") -> str:
    return indent + f"{after}\n\n".join(textwrap.wrap(paragraph, width))


def _read(text: str) -> list[str]:
    readable = Readable.of(text)
    return [readable.text[a:b] for a, b in paragraphs(readable.text)]


@pytest.mark.parametrize("between", ["\n\n\t", "\n\n     ", "\n\n\n\n", "\n \n\n"])
@pytest.mark.parametrize("after", ["", "  ", "\t"])
def test_a_typescript_has_its_paragraphs(between: str, after: str) -> None:
    """Lines with empty ones after them are joined to the paragraphs that indents or wider gaps tell."""
    assert _read(between.join(_typed(p, after=after) for p in _PARAGRAPHS)) == _PARAGRAPHS


def test_short_lines_end_the_paragraphs_of_a_typescript_without_indents() -> None:
    """Where nothing else tells, a line on which the next word would have fitted is the last one."""
    assert _read("\n\n".join(map(_typed, _PARAGRAPHS))) == _PARAGRAPHS


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_seen(ends: str) -> None:
    """A typescript of another system is one all the same."""
    text = "\n\n\t".join(map(_typed, _PARAGRAPHS)).replace("\n", ends)
    assert _read(text) == _PARAGRAPHS


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(_PARAGRAPHS),
        # Short paragraphs, lists and verses break where they end.
        "“No,” said Mara.\n\n“Why not?”\n\n“It leaks.”\n\nOdo sighed.\n\n“Since when?”",
        "News\n\nSports\n\nWeather\n\nHarbor dam leaks, board is told\n\nSchool to open in May\n\nFerry\n\nMore",
        "The dam leaks\n\nand leaks again\n\nthrough nights and\n\ndays of rain",
    ],
)
def test_other_texts_are_no_typescripts(text: str) -> None:
    """Paragraphs that end with their sentences, lists and verses stay as they are."""
    assert Readable.of(text).text == text
