from __future__ import annotations

import pytest

from inquit.evaluation.bootstrap import differences, intervals
from inquit.evaluation.measures import MEASURES

_RECALL = next(m for m in MEASURES if (m.group, m.name) == ("quoted_strings", "recall"))


def _documents(*found_of: tuple[int, int]) -> list[dict[str, int]]:
    return [{"strings.found": found, "strings.speech": speech} for found, speech in found_of]


def test_equal_documents_leave_no_doubt() -> None:
    """Where every document scores the same, every sample does."""
    found = intervals(_documents(*[(3, 4)] * 5), samples=50, seed=1)
    assert found[_RECALL] == (75.0, 75.0)


def test_the_interval_holds_the_value_and_widens_with_spread() -> None:
    """Documents that differ more give a wider interval around the same value."""
    narrow = intervals(_documents(*[(4, 10), (6, 10)] * 10), samples=400, seed=1)[_RECALL]
    wide = intervals(_documents(*[(0, 10), (10, 10)] * 10), samples=400, seed=1)[_RECALL]
    assert wide[0] < narrow[0] < 50.0 < narrow[1] < wide[1]


def test_documents_are_drawn_whole() -> None:
    """A document's quotations stay together: one of two documents is drawn twice, once or never."""
    low, high = intervals(_documents((0, 1), (99, 99)), samples=400, seed=1)[_RECALL]
    assert (low, high) == (0.0, 100.0)


def test_a_seed_gives_the_same_interval_again() -> None:
    """The same seed draws the same samples, another seed others."""
    documents = _documents(*[(n, 20) for n in range(20)])
    first = intervals(documents, samples=30, seed=3)
    assert intervals(documents, samples=30, seed=3) == first
    assert intervals(documents, samples=30, seed=4) != first


def test_nothing_to_draw_from_has_no_interval() -> None:
    """No documents, no samples or nothing judged: no interval is made up."""
    assert intervals([], samples=10, seed=0) == {}
    assert intervals(_documents((1, 2)), samples=0, seed=0) == {}
    assert _RECALL not in intervals(_documents((0, 0)), samples=10, seed=0)


def test_differences_are_drawn_in_pairs() -> None:
    """A loss that is the same in every document has no spread, however much the documents differ."""
    before = _documents(*[(2 + n, 20) for n in range(18)])
    after = _documents(*[(1 + n, 20) for n in range(18)])
    low, high = differences(before, after, samples=200, seed=1)[_RECALL]
    assert (round(low, 9), round(high, 9)) == (-5.0, -5.0)
    lone, wide = intervals(before, samples=200, seed=1)[_RECALL]
    assert wide - lone > 5


def test_differences_need_pairs() -> None:
    """Two runs over different numbers of documents are not compared; without samples there is no interval."""
    with pytest.raises(ValueError, match="no pairs"):
        differences(_documents((1, 2)), _documents((1, 2), (1, 2)), samples=5, seed=0)
    assert differences(_documents((1, 2)), _documents((1, 2)), samples=0, seed=0) == {}
