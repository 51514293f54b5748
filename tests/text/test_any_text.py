"""What holds for any text at all, however broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.text.marks import read_marks
from inquit.text.offsets import Offsets
from inquit.text.segments import paragraphs, sentences
from inquit.types import OffsetEncoding

_PIECES = [
    *"“”\"„‟«»＂‘’'‚‛‹›〝〞",
    *"`,.!?;:…—–-()[]<>",
    *" \u00a0\t\n\r\x0b\x0c\x85\u2028",
    *"aAzZ09éß",
    *("``", "''", "\r\n", "\n\n", "\r\n\r\n", "...", "Mr.", "U.S.", "’90s", "don’t", "5'11\"", "he said"),
    *("\U0001f30a", "👩\u200d🚀", "e\u0301", "\u200f", "שלום", "مرحبا", "漢字", "İ", "ǅ"),
    *("\x00", "\ufffd", "\ud83c", "\udf0a", "\ufeff", "\u200b"),
]
# Most of a text comes from these few, so that marks meet in every order.
_COMMON = ["“", "”", "‘", "’", '"', "'", " ", " ", "a", "b", ", ", ". A", "\n"]
_TEXTS = st.lists(
    st.one_of(st.sampled_from(_COMMON), st.sampled_from(_COMMON), st.sampled_from(_PIECES)), max_size=40
).map("".join)
_stable = settings(max_examples=400, deadline=None, derandomize=True, database=None)


@given(_TEXTS)
@_stable
def test_paragraphs_and_sentences_are_ordered_and_lose_nothing(text: str) -> None:
    """Paragraphs and sentences are in order, apart, trimmed, and leave out white space only."""
    whole = paragraphs(text)
    parts = [s for p in whole for s in sentences(text, p)]
    for segments in (whole, parts):
        assert all(0 <= s.start < s.end <= len(text) for s in segments)
        assert all(a.end <= b.start for a, b in pairwise(segments))
        assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in segments)
        edges = [0, *(x for s in segments for x in s), len(text)]
        assert not "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)).strip()


@given(_TEXTS)
@_stable
def test_quoted_strings_are_in_range_in_order_and_in_their_paragraph(text: str) -> None:
    """Every reading is one that a text can have: ordered ranges, in one paragraph, marks outside."""
    whole = paragraphs(text)
    reading = read_marks(text, whole)
    assert [(s.start, -s.end) for s in reading.strings] == sorted((s.start, -s.end) for s in reading.strings)
    for string in reading.strings:
        assert 0 <= string.start <= string.inner_start < string.inner_end <= string.end <= len(text)
        paragraph = whole[string.paragraph]
        assert paragraph.start <= string.start
        assert string.end <= paragraph.end
        assert string.opened or string.closed
        assert string.level >= 1
    assert list(reading.unpaired) == sorted(set(reading.unpaired))
    assert all(not text[place].isspace() for place in reading.unpaired)


@given(_TEXTS)
@_stable
def test_outermost_strings_stand_apart(text: str) -> None:
    """Strings of level 1 never overlap, and each deeper one stands inside one of the level above."""
    strings = read_marks(text).strings
    outer = [s for s in strings if s.level == 1]
    assert all(a.end <= b.start for a, b in pairwise(outer))
    for inner in strings:
        around = [s for s in strings if s.level == inner.level - 1 and s.start <= inner.start < s.end]
        assert len(around) == (inner.level > 1)


@given(_TEXTS)
@_stable
def test_strings_are_nested_and_never_cross(text: str) -> None:
    """Of two quoted strings one holds the other, or they stand apart."""
    strings = read_marks(text).strings
    for number, first in enumerate(strings):
        for second in strings[number + 1 :]:
            assert second.start >= first.end or second.end <= first.end


@given(_TEXTS)
@_stable
def test_each_paragraph_is_read_by_itself(text: str) -> None:
    """A text before, set off by an ordinary paragraph, changes no quoted string after it."""
    prefix = "An ordinary paragraph.\n\n"
    alone = read_marks(text, paragraphs(text)).strings
    moved = read_marks(prefix + text, paragraphs(prefix + text)).strings
    shift = len(prefix)
    if paragraphs(prefix + text)[1:] == [type(p)(p.start + shift, p.end + shift) for p in paragraphs(text)]:
        assert [(s.start - shift, s.end - shift) for s in moved] == [(s.start, s.end) for s in alone]


@given(_TEXTS)
@_stable
def test_offsets_grow_and_end_at_the_encoded_length(text: str) -> None:
    """Offsets rise with each character, up to the length that the encoded text has."""
    for encoding, codec, unit in (
        (OffsetEncoding.UTF16, "utf-16-le", 2),
        (OffsetEncoding.UTF8, "utf-8", 1),
    ):
        offsets = Offsets(text, encoding)
        values = [offsets(place) for place in range(len(text) + 1)]
        assert all(a < b for a, b in pairwise(values))
        assert values[-1] == sum(len(c.encode(codec, "surrogatepass")) for c in text) // unit


@pytest.mark.parametrize("unit", [".", "?!", "a” ", "“ “a” ", "‘a’ “b” ", "x 'a ", "“a ", "\n“a", '5" '])
def test_texts_of_one_pattern_are_read(unit: str) -> None:
    """A long text of nothing but one pattern is read like others; a step that is not linear would hang here."""
    text = unit * (100_000 // len(unit))
    whole = paragraphs(text)
    parts = [s for p in whole for s in sentences(text, p)]
    strings = read_marks(text, whole).strings
    assert parts[-1].end == whole[-1].end == len(text.rstrip())
    assert all(s.end <= len(text) for s in strings)
