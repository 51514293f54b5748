from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inquit.model.windows import LENGTH_STEP, SPECIAL_TOKENS, Break, cut_windows, stepped

_stable = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def text_of(total: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return breaks as of a text: mostly words, sentences of about 20, paragraphs of about 60."""
    drawn = np.random.default_rng(seed).choice(
        [Break.PIECE, Break.NONE, Break.SPACE, Break.SENTENCE, Break.PARAGRAPH],
        size=total,
        p=[0.2, 0.1, 0.64, 0.04, 0.02],
    )
    return drawn.astype(np.int64)


@given(st.integers(0, 3000), st.integers(8, 600), st.integers(0, 500), st.integers(0, 99))
@_stable
def test_windows_cover_the_text_and_overlap(total: int, length: int, overlap: int, seed: int) -> None:
    """Windows hold every token, share at least the overlap, and none is longer than allowed."""
    overlap = min(overlap, length // 2)
    cuts = cut_windows(text_of(total, seed), length, overlap)
    assert set(range(total)) <= {t for a, b in cuts for t in range(a, b)}
    assert all(0 <= a < b <= total and b - a <= length for a, b in cuts)
    for (a, b), (c, d) in pairwise(cuts):
        assert a <= c
        assert b <= d
        assert b - c >= overlap - 1  # an odd one is shared unevenly


@given(st.integers(1, 3000), st.integers(8, 600), st.integers(0, 500), st.integers(0, 99))
@_stable
def test_windows_are_as_few_as_can_be(total: int, length: int, overlap: int, seed: int) -> None:
    """One window less would not keep the overlap, and lengths come in steps."""
    overlap = min(overlap, length // 2) // 2 * 2
    cuts = cut_windows(text_of(total, seed), length, overlap)
    count = len(cuts)
    if count == 1:
        assert cuts == [(0, total)]
        return
    assert (count - 1) * (length - overlap) + overlap < total
    for start, stop in cuts:
        whole = stop - start + SPECIAL_TOKENS
        assert whole == stepped(whole) or stop - start in {length, total}


def test_windows_meet_where_a_paragraph_starts() -> None:
    """The middle of what two windows share is the start of a paragraph, where one is in reach."""
    breaks = np.full(955, Break.SPACE, dtype=np.int64)
    breaks[::17] = Break.SENTENCE
    starts = range(0, 955, 61)
    breaks[starts] = Break.PARAGRAPH
    for (_, b), (c, _) in pairwise(cut_windows(breaks, 254, 24)):
        assert any(c + 12 <= start <= b - 12 for start in starts)


def test_overlap_costs_less_than_a_sixth() -> None:
    """With the shipped sizes, under 15 % of the tokens of long texts are read twice."""
    for seed in range(20):
        breaks = text_of(20_000, seed)
        cuts = cut_windows(breaks, 254, 24)
        assert sum(b - a for a, b in cuts) < 1.15 * len(breaks)


def test_steps_are_of_the_padded_length() -> None:
    """A batch is padded to the same steps that windows are cut in."""
    assert [stepped(n) for n in (1, 32, 33, 256)] == [LENGTH_STEP, 32, 64, 256]
