from __future__ import annotations

import math

import pytest

from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded


def test_remaining_counts_down_to_zero() -> None:
    """Time left is never negative, and check() raises from the moment itself on."""
    now = [100.0]
    deadline = Deadline.after(2.0, lambda: now[0])
    assert deadline.remaining() == 2.0
    deadline.check()
    now[0] = 102.0
    assert deadline.remaining() == 0.0
    with pytest.raises(DeadlineExceeded):
        deadline.check()
    now[0] = 500.0
    assert deadline.remaining() == 0.0


def test_never_does_not_come() -> None:
    """Without a deadline there is always time."""
    Deadline.never().check()
    assert math.isinf(Deadline.never().remaining())
