from __future__ import annotations

import numpy as np
import pytest

from inquit.model.content import Content, Stretch
from inquit.model.links import Choice
from inquit.model.signatures import cue_of, signer
from inquit.text.marks import read_marks

_FIRST, _SECOND = "“We are ready.” — Ada Brill", "“So are we.” — Tom Vane"
_BOTH = f"{_FIRST}\n{_SECOND}"


def _content(text: str, number: int) -> Content:
    string = read_marks(text).strings[number]
    return Content(string.start, string.end, 1.0, [string])


def _sources(text: str) -> list[Stretch]:
    return [(text.index(n), text.index(n) + len(n)) for n in ("Ada Brill", "Tom Vane") if n in text]


def _dashes(text: str) -> list[Stretch]:
    return [(place, place + 1) for place, character in enumerate(text) if character == "—"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_dash_ties_a_name_to_the_quotation_before_it(number: int) -> None:
    """`“…” — Name` takes that name."""
    assert signer(_content(_BOTH, number), _sources(_BOTH), _BOTH) == number


@pytest.mark.parametrize(
    "text",
    ["“So are we.” Ada Brill met Tom Vane.", "“So are we,” — Tom Vane paused for Ada Brill — he said."],
)
def test_without_a_signature_the_pointer_decides(text: str) -> None:
    """A name without a dash, or one that the sentence goes on from, is no signature."""
    assert signer(_content(text, 0), _sources(text), text) is None


@pytest.mark.parametrize(("cues", "best"), [(_dashes(_BOTH), 0), (_dashes(_BOTH)[1:], None)])
def test_the_dash_of_another_signature_is_no_cue(cues: list[Stretch], best: int | None) -> None:
    """Signed words have the dash of their own signature as their cue, where it was read as one."""
    other = Choice(np.arange(len(cues)), np.array([0.0] * (len(cues) - 1) + [0.9], dtype=np.float32), 0.1)
    source = _sources(_BOTH)[0]
    assert cue_of(other, _content(_BOTH, 0), source, cues).best == best
