from __future__ import annotations

import pytest

import inquit
from inquit.client.retry import pause_before_retry
from inquit.deadline import Deadline


@pytest.mark.parametrize(
    "error", [inquit.Overloaded("full", retry_after=1.0), inquit.Unavailable("loading", retry_after=1.0)]
)
def test_a_service_that_says_when_is_asked_again(error: inquit.InquitError) -> None:
    """One that is overloaded or loads its model is asked again a little after its time, if there is some."""
    pause = pause_before_retry(error, Deadline.after(60))
    assert pause is not None
    assert 1.0 <= pause <= 1.25
    assert pause_before_retry(error, Deadline.after(0.5)) is None


@pytest.mark.parametrize(
    "error",
    [
        inquit.Overloaded("full"),
        inquit.Unavailable("gone"),
        inquit.InternalError("broken", retry_after=1.0),
        # The deadline comes nearer as fast as the queue gets shorter.
        inquit.Overloaded("the queue is long", reason="DEADLINE_TOO_SHORT", retry_after=1.0),
    ],
)
def test_others_are_not_asked_again(error: inquit.InquitError) -> None:
    """Nothing tells that it would help."""
    assert pause_before_retry(error, Deadline.after(60)) is None
