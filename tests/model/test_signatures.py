from __future__ import annotations

import numpy as np
import pytest

from inquit.model.content import Content
from inquit.model.decoding import _signed
from inquit.model.links import Choice
from inquit.text.marks import read_marks

_FIRST, _SECOND = "“We are ready.” — Ada Brill", "“So are we.” — Tom Vane"


def _choice(text: str, number: int) -> Choice:
    """Return what is chosen for the string of that number, where the pointer prefers the first source."""
    strings = read_marks(text).strings
    string = strings[number]
    sources = [(text.index(n), text.index(n) + len(n)) for n in ("Ada Brill", "Tom Vane") if n in text]
    pointer = Choice(np.array([0]), np.array([0.9], dtype=np.float32), 0.1)
    return _signed(pointer, Content(string.start, string.end, 1.0, [string]), sources, text)


def test_a_dash_ties_a_name_to_the_quotation_before_it() -> None:
    """`“…” — Name` takes that name, whatever the pointer prefers."""
    assert _choice(f"{_FIRST}\n{_SECOND}", 1).best == 1


@pytest.mark.parametrize(
    "text",
    ["“So are we.” Ada Brill met Tom Vane.", "“So are we,” — Tom Vane paused for Ada Brill — he said."],
)
def test_without_a_signature_the_pointer_decides(text: str) -> None:
    """A name without a dash, or one that the sentence goes on from, is no signature."""
    assert _choice(text, 0).best == 0
