from __future__ import annotations

from dataclasses import dataclass

import pytest

from inquit.batch import batch_tokens_for, form_batch, pass_tokens_for
from inquit.deadline import Deadline
from inquit.jobs import Entry, Job


@dataclass(frozen=True)
class Length:
    length: int


def queue(*lengths: int) -> list[Entry[Length, str]]:
    """Return one waiting document of one window for each length, in this order."""
    return [
        Entry(Job(Deadline.never(), float(place), 1), 0, Length(length), place)
        for place, length in enumerate(lengths)
    ]


@pytest.mark.parametrize(
    ("lengths", "budget", "taken"),
    [
        pytest.param([100], 1000, [100], id="what waits alone runs alone"),
        pytest.param([100, 100, 100], 200, [100, 100], id="a batch keeps within the budget"),
        pytest.param([500, 100], 100, [500], id="a window over the budget runs alone"),
        pytest.param([100, 500], 500, [100], id="a window over the budget joins nobody"),
        pytest.param([100, 400, 100, 400, 100], 4000, [100, 100, 100], id="like lengths run together"),
        pytest.param([400, 100, 399, 100, 398], 4000, [398, 399, 400], id="also below the first"),
        pytest.param([390, 400], 799, [390], id="the budget counts the padding"),
        pytest.param([390, 400], 800, [390, 400], id="and is used up"),
        pytest.param([350, 340, 365, 330, 370], 1095, [340, 350, 365], id="the nearest lengths first"),
        pytest.param([5, *[400] * 5], 4000, [5], id="a short window is not padded to a long one"),
        pytest.param([400, *[5] * 5], 4000, [400], id="short windows are not padded to the first"),
        pytest.param([400, 300], 4000, [300, 400], id="a quarter of padding is worth a larger batch"),
        pytest.param([30, 5], 4000, [5, 30], id="among short windows more is"),
    ],
)
def test_batches(lengths: list[int], budget: int, taken: list[int]) -> None:
    """The first in line runs, with what fits to it."""
    assert [entry.window.length for entry in form_batch(queue(*lengths), budget).entries] == taken


def test_the_smallest_place_leads() -> None:
    """The queue is ordered by place, not by arrival in the list."""
    waiting = list(reversed(queue(100, 500)))
    assert [entry.place for entry in form_batch(waiting, 1000).entries] == [0]


def test_the_longest_wait_leads_in_its_turn() -> None:
    """In its turn the document submitted first runs, however many have smaller places."""
    waiting = queue(*[10] * 600)
    oldest = Entry(Job[str](Deadline.never(), -1.0, 1), 0, Length(10), 10_000)
    waiting.append(oldest)
    assert oldest not in form_batch(waiting, 40).entries
    assert oldest in form_batch(waiting, 40, longest_wait_leads=True).entries


@pytest.mark.parametrize(
    ("lengths", "budget", "release"),
    [
        pytest.param([100, 100], 1000, "drained", id="nothing else waited"),
        pytest.param([100, 100, 100], 200, "full", id="another would be over the budget"),
        pytest.param([100, 400], 4000, "unlike", id="another would be padded too much"),
        pytest.param([500, 100], 100, "alone", id="its window is over the budget"),
    ],
)
def test_release(lengths: list[int], budget: int, release: str) -> None:
    """Each batch says why it is no larger."""
    assert form_batch(queue(*lengths), budget).release == release


def test_the_share_of_an_idle_thread_is_no_window_over_the_budget() -> None:
    """A batch that is small because others share what waits does not count as one of an oversized window."""
    batch = form_batch(queue(100, 80), 512, share=90)
    assert ([entry.window.length for entry in batch.entries], batch.release) == ([100], "full")


def test_the_budget_counts_lengths_as_they_are_padded() -> None:
    """Windows are padded to whole steps, which cost as much as text."""
    assert len(form_batch(queue(33, 33, 33), 128, step=32).entries) == 2
    assert form_batch(queue(500, 500), 504, step=32).release == "alone"


def test_each_kind_of_device_has_its_budget() -> None:
    """A GPU takes larger batches than a CPU, whichever of several it is."""
    assert batch_tokens_for("cpu") < batch_tokens_for("cuda:1") == batch_tokens_for("cuda")
    assert pass_tokens_for("cpu") < pass_tokens_for("cuda:1") == pass_tokens_for("cuda")
