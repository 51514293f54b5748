from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from fake_extractor import FakeWindow, Gate
from inquit.batcher import Batcher
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, Overloaded
from inquit.jobs import Answer, Job
from inquit.observer import Unobserved
from inquit.waiting import WaitingLine

PATIENCE = 30.0
"""Seconds after which a test gives up; none of them waits that long unless it fails."""


def submit(
    batcher: Batcher[FakeWindow, str], *texts: str, deadline: Deadline | None = None
) -> Future[Answer[str]]:
    """Queue a document of these windows."""
    return batcher.submit([FakeWindow(text) for text in texts], deadline or Deadline.never())


class Slow:
    """A model that reads ten tokens a second of a clock that it moves itself."""

    def __init__(self) -> None:
        self.now = 0.0
        self.gate = Gate()

    def clock(self) -> float:
        return self.now

    def run(self, windows: Sequence[FakeWindow]) -> list[str]:
        self.now += sum(window.length for window in windows) / 10
        if windows[0].text != "measured":
            self.gate.pass_through()
        return [window.text.upper() for window in windows]

    def within(self, seconds: float) -> Deadline:
        return Deadline.after(seconds, self.clock)


@contextmanager
def measured(slow: Slow) -> Iterator[Batcher[FakeWindow, str]]:
    """Run a batcher that knows its pace."""
    batcher: Batcher[FakeWindow, str] = Batcher(
        slow.run, batch_tokens=10, max_windows=100, max_tokens=1000, clock=slow.clock
    )
    batcher.start()
    try:
        assert submit(batcher, "measured").result(PATIENCE).outputs == ("MEASURED",)
        yield batcher
    finally:
        slow.gate.open()
        assert batcher.stop(PATIENCE)


def test_who_cannot_be_served_in_time_is_refused_at_once() -> None:
    """A deadline that the queue will outlast costs neither the caller's time nor a pass."""
    slow = Slow()
    with measured(slow) as batcher:
        running_now = submit(batcher, "x" * 10)
        assert slow.gate.reached.wait(PATIENCE)
        waits = submit(batcher, "y" * 10)
        with pytest.raises(Overloaded) as caught:
            submit(batcher, "z" * 10, deadline=slow.within(2.0))
        assert caught.value.reason == "DEADLINE_TOO_SHORT"
        assert caught.value.retry_after is not None
        with pytest.raises(Overloaded):
            batcher.check(10, slow.within(2.0))
        timely = submit(batcher, "z" * 10, deadline=slow.within(9.0))
        slow.gate.open()
        for future in (running_now, waits, timely):
            future.result(PATIENCE)


def test_a_deadline_too_short_for_the_text_itself_is_told_so() -> None:
    """Where even an idle model would be late, by far, trying again is no advice."""
    slow = Slow()
    with measured(slow) as batcher, pytest.raises(DeadlineExceeded):
        submit(batcher, "x" * 70, deadline=slow.within(2.0))


def test_an_idle_model_is_tried_in_case_it_became_faster() -> None:
    """An expectation out of the past is not kept for ever by refusing all that might mend it."""
    slow = Slow()
    with measured(slow) as batcher:
        slow.gate.open()
        assert submit(batcher, "x" * 30, deadline=slow.within(2.0)).result(PATIENCE).outputs == ("X" * 30,)


def test_the_longer_an_expectation_is_old_the_less_it_is_believed() -> None:
    """A pace from a time when all was a hundred times slower refuses texts for a minute, not for ever."""
    slow = Slow()
    with measured(slow) as batcher:
        slow.gate.open()
        batcher._line.pace.add(10_000, 100_000.0)
        refused = []
        for _ in range(2):
            try:
                batcher.check(100, slow.within(10.0))
            except DeadlineExceeded:
                refused.append(slow.now)
            slow.now += 60.0
        assert len(refused) == 1


def test_short_texts_do_not_make_a_long_one_look_slow() -> None:
    """What a pass costs beside its tokens, padding and its own time, is not taken for the time of tokens."""
    now = [0.0]

    def run(windows: Sequence[FakeWindow]) -> list[str]:
        # 10 ms for each pass, and a token a millisecond.
        longest = max(window.length for window in windows)
        now[0] += 0.01 + 0.001 * len(windows) * (-(-longest // 32) * 32)
        return [window.text for window in windows]

    batcher: Batcher[FakeWindow, str] = Batcher(
        run, batch_tokens=320, max_windows=99, max_tokens=9999, step=32, pass_tokens=10, clock=lambda: now[0]
    )
    batcher.start()
    for _ in range(20):
        submit(batcher, "x" * 4).result(PATIENCE)
    began = now[0]
    # By tokens alone 16.8 s would be expected.
    with pytest.raises(DeadlineExceeded):
        batcher.check(1600, Deadline.after(1.6, lambda: now[0]), before=0.001)
    batcher.check(1600, Deadline.after(1.7, lambda: now[0]), before=0.001)
    submit(batcher, *["x" * 320] * 5).result(PATIENCE)
    assert batcher.stop(PATIENCE)
    assert now[0] - began == pytest.approx(1.65)


def test_its_own_time_is_not_doubted_but_that_of_the_queue_is() -> None:
    """Nobody is told of a queue where there is none; other work before and after counts as well."""
    slow = Slow()
    with measured(slow) as batcher:
        batcher.check(100, slow.within(10.5))
        batcher.check(100, slow.within(12.5), after=2.0)
        with pytest.raises(Overloaded):
            batcher.check(100, slow.within(12.5), before=3.0)
        with pytest.raises(DeadlineExceeded):
            batcher.check(100, slow.within(12.5), before=0.1, after=3.0)


def test_a_long_document_ahead_is_no_reason_to_refuse_a_short_one() -> None:
    """The time that is expected is that of those who go first, not of all that waits."""
    slow = Slow()
    with measured(slow) as batcher:
        long = submit(batcher, *["x" * 10] * 20)
        assert slow.gate.reached.wait(PATIENCE)
        short = submit(batcher, "short", deadline=slow.within(5.0))
        with pytest.raises(Overloaded):
            submit(batcher, *["y" * 10] * 4, deadline=slow.within(5.0))
        slow.gate.open()
        short.result(PATIENCE)
        long.result(PATIENCE)


def test_who_is_patient_is_not_refused_for_lack_of_time() -> None:
    """A stream waits in the line as long as its deadline allows."""
    slow = Slow()
    with measured(slow) as batcher:
        submit(batcher, "x" * 10)
        assert slow.gate.reached.wait(PATIENCE)
        with pytest.raises(Overloaded):
            submit(batcher, "z", deadline=slow.within(0.2))
        patient = batcher.submit([FakeWindow("z")], slow.within(0.2), patient=True)
        slow.gate.open()
        assert patient.result(PATIENCE).outputs == ("Z",)


def test_who_leaves_while_the_line_is_looked_through_is_counted_out() -> None:
    """A caller may leave between any two looks at its window; the count of what waits stays right."""

    class Fickle(Job[str]):
        """Leaves right after the first look at it."""

        @property
        def done(self) -> bool:
            was = self.future.done()
            self.future.cancel()
            return was

    clock = Slow().clock
    line: WaitingLine[FakeWindow, str] = WaitingLine(
        batch_tokens=10, max_windows=9, max_tokens=99, clock=clock, observer=Unobserved()
    )
    line.add([FakeWindow("fickle")], Deadline.never())
    line._inbox[0].job = Fickle(Deadline.never(), 0.0, 1)
    never = threading.Event()
    batch = line.take(abandoned=never)
    assert batch is not None
    for entry in batch.entries:
        line.leave(entry)
    line.answered(batch)
    assert line.size == (0, 0)
