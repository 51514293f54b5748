from __future__ import annotations

import pytest

from inquit.pace import Pace


def test_nothing_is_expected_of_what_is_not_known() -> None:
    """Before the first measure nobody is refused for lack of time."""
    assert Pace().seconds_for(1000) == 0.0


def test_the_pace_is_that_of_late() -> None:
    """Recent work counts most, in proportion to its size."""
    pace = Pace()
    pace.add(100, 1.0)
    assert pace.seconds_for(50) == pytest.approx(0.5)
    for _ in range(100):
        pace.add(100, 2.0)
    assert pace.seconds_for(50) == pytest.approx(1.0, rel=0.01)


def test_a_machine_that_stood_still_is_not_slow_from_then_on() -> None:
    """One piece of work that took far longer than ever before says little of the next."""
    pace = Pace()
    for _ in range(50):
        pace.add(1000, 0.1)
    pace.add(1000, 60.0)
    assert pace.seconds_for(1000) < 0.2


def test_work_that_took_no_time_counts_with_the_rest() -> None:
    """Of two batches that end together the second took no time of its own; their mean is right."""
    pace = Pace()
    for _ in range(200):
        pace.add(100, 1.0)
        pace.add(100, 0.0)
    assert pace.seconds_for(200) == pytest.approx(1.0, rel=0.06)
