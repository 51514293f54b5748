from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.text.marks import read_marks
from inquit.training.augmentation import Augmentation, Variant, vary

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
    variant = vary(text, Augmentation(1.0, 0.5, 0.5, 0.5), random.Random(seed))
    assert len(variant.text) == len(variant.clean) == len(text)


@pytest.mark.parametrize("seed", range(20))
def test_other_marks_change_nothing_but_marks(seed: int) -> None:
    """Only quotation marks are exchanged; every other character stays."""
    varied = vary(
        _TEXT, Augmentation(marks=1.0, paragraphs=0.0, noise=0.0, case=0.0), random.Random(seed)
    ).text
    assert all(a == b or (a in _MARKS and b in _MARKS) for a, b in zip(_TEXT, varied, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_other_marks_quote_the_same_words(seed: int) -> None:
    """A text in other marks has its outermost double strings where they were."""
    text = "“We saw it,” she said. “It was old,” he added.\n\n“No.”"
    varied = vary(
        text, Augmentation(marks=1.0, paragraphs=0.0, noise=0.0, case=0.0), random.Random(seed)
    ).text
    found = [(s.start, s.end) for s in read_marks(varied).strings]
    assert found == [(s.start, s.end) for s in read_marks(text).strings]


def test_without_chance_nothing_changes() -> None:
    """Augmentation that is off is off."""
    assert vary(_TEXT, Augmentation(0.0, 0.0, 0.0, 0.0), random.Random(0)) == Variant.same(_TEXT)


def test_the_same_source_gives_the_same_variant() -> None:
    """Variants follow from the seed, so that a run can be repeated."""
    every = Augmentation(0.5, 0.5, 0.5, 0.5)
    variants = {vary(_TEXT, every, random.Random(seed)) for seed in range(30)}
    assert len(variants) > 3
    assert variants == {vary(_TEXT, every, random.Random(seed)) for seed in range(30)}


def test_paragraphs_can_be_lost() -> None:
    """A text whose line breaks were lost on the way is among the variants."""
    varied = vary(_TEXT, Augmentation(marks=0.0, paragraphs=1.0, noise=0.0, case=0.0), random.Random(0)).text
    assert not {"\n", "\r"} & set(varied)
    assert varied.split() == _TEXT.split()


def test_case_can_be_lost() -> None:
    """A text in capitals, in lower case or in title case is among the variants, beside the clean one."""
    lost = Augmentation(marks=0.0, paragraphs=0.0, noise=0.0, case=1.0)
    variants = [vary(_TEXT, lost, random.Random(s)) for s in range(20)]
    titled = "“We Saw It,” She Said.\n\nShe Called It ‘“Old”’ And ‘New’. “One ‘Two’ Three.”\r\n“Open."
    assert {v.text for v in variants} == {_TEXT.lower(), _TEXT.upper(), titled}
    assert all(v.clean == _TEXT and v.is_recased for v in variants)


def test_letters_can_be_misread() -> None:
    """A text as a scanner reads it is among the variants; marks and blanks stay, the clean text is told."""
    noisy = Augmentation(marks=0.0, paragraphs=0.0, noise=1.0, case=0.0)
    variants = [vary(_TEXT * 10, noisy, random.Random(s)) for s in range(20)]
    for variant in variants:
        changed = [(a, b) for a, b in zip(variant.clean, variant.text, strict=True) if a != b]
        assert variant.clean == _TEXT * 10
        assert 0 < len(changed) < len(_TEXT)
        assert all(a.isalpha() and b.isalnum() for a, b in changed)
        assert not variant.is_recased


def test_an_apostrophe_starts_no_word() -> None:
    """Title case leaves the letters after an apostrophe small."""
    lost = Augmentation(marks=0.0, paragraphs=0.0, noise=0.0, case=1.0)
    found = {vary("don’t, it's o'er", lost, random.Random(s)).text for s in range(20)}
    assert "Don’t, It's O'er" in found
