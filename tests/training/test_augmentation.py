from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.text.marks import read_marks
from inquit.training.augmentation import Augmentation, vary

_TEXT = "“We saw it,” she said.\n\nShe called it ‘“old”’ and ‘new’. “One ‘two’ three.”\r\n“Open."
_MARKS = "“”‘’\"'«»„‚"
_PIECES = [
    "“",
    "”",
    '"',
    "‘",
    "’",
    "'",
    "«",
    "»",
    "``",
    "''",
    "\n",
    "\r\n",
    "A",
    "b",
    " ",
    ". ",
    "ß",
    "İ",
    "ﬁ",
    "🌊",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join), st.integers(0, 1000))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_a_variant_has_the_length_of_the_text(text: str, seed: int) -> None:
    """Whatever changes, every offset of the annotation still holds."""
    assert len(vary(text, Augmentation(1.0, 0.5, 0.5), random.Random(seed))) == len(text)


@pytest.mark.parametrize("seed", range(20))
def test_other_marks_change_nothing_but_marks(seed: int) -> None:
    """Only quotation marks are exchanged; every other character stays."""
    varied = vary(_TEXT, Augmentation(marks=1.0, paragraphs=0.0, case=0.0), random.Random(seed))
    assert all(a == b or (a in _MARKS and b in _MARKS) for a, b in zip(_TEXT, varied, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_other_marks_quote_the_same_words(seed: int) -> None:
    """A text in other marks has its outermost double strings where they were."""
    text = "“We saw it,” she said. “It was old,” he added.\n\n“No.”"
    varied = vary(text, Augmentation(marks=1.0, paragraphs=0.0, case=0.0), random.Random(seed))
    found = [(s.start, s.end) for s in read_marks(varied).strings]
    assert found == [(s.start, s.end) for s in read_marks(text).strings]


def test_without_chance_nothing_changes() -> None:
    """Augmentation that is off is off."""
    assert vary(_TEXT, Augmentation(0.0, 0.0, 0.0), random.Random(0)) == _TEXT


def test_the_same_source_gives_the_same_variant() -> None:
    """Variants follow from the seed, so that a run can be repeated."""
    every = Augmentation(0.5, 0.5, 0.5)
    variants = {vary(_TEXT, every, random.Random(seed)) for seed in range(30)}
    assert len(variants) > 3
    assert variants == {vary(_TEXT, every, random.Random(seed)) for seed in range(30)}


def test_paragraphs_can_be_lost() -> None:
    """A text whose line breaks were lost on the way is among the variants."""
    varied = vary(_TEXT, Augmentation(marks=0.0, paragraphs=1.0, case=0.0), random.Random(0))
    assert not {"\n", "\r"} & set(varied)
    assert varied.split() == _TEXT.split()


def test_case_can_be_lost() -> None:
    """A text all in capitals or all in lower case is among the variants."""
    off = Augmentation(marks=0.0, paragraphs=0.0, case=1.0)
    assert {vary(_TEXT, off, random.Random(s)) for s in range(20)} == {_TEXT.lower(), _TEXT.upper()}
