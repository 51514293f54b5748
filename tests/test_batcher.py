"""What the batcher promises.

- what waits runs together, within the budget, and each caller gets its own answer;
- the queue is bounded, and who cannot be served in time is refused at once;
- what nobody waits for any more does not run, and is counted by reason;
- a failing batch fails only the guilty document, and the thread outlives everything;
- a long document does not hold up short ones;
- a stop answers everybody, one way or the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from fake_extractor import FakeWindow, Gate
from inquit import batcher as batcher_module
from inquit.batcher import Batcher
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, InternalError, Overloaded, Unavailable
from inquit.jobs import Answer, Job
from inquit.observer import Observer
from listener import Listener

PATIENCE = 30.0
"""Seconds after which a test gives up; none of them waits that long unless it fails."""


class Model:
    """Says what it ran; the first batch waits at the gate until the test opens it."""

    def __init__(self, on_run: Callable[[Sequence[FakeWindow]], None] | None = None) -> None:
        self.batches: list[list[str]] = []
        self.gate = Gate()
        self.on_run = on_run

    def run(self, windows: Sequence[FakeWindow]) -> list[str]:
        self.batches.append([window.text for window in windows])
        if len(self.batches) == 1:
            self.gate.pass_through()
        if self.on_run is not None:
            self.on_run(windows)
        return [window.text.upper() for window in windows]


@contextmanager
def running(
    model: Model,
    *,
    batch_tokens: int = 1000,
    max_windows: int = 1000,
    max_tokens: int = 100_000,
    clock: Callable[[], float] | None = None,
    observer: Observer | None = None,
) -> Iterator[Batcher[FakeWindow, str]]:
    """Start a batcher and check at the end that it stops and that nothing is left in it."""
    batcher: Batcher[FakeWindow, str] = Batcher(
        model.run,
        batch_tokens=batch_tokens,
        max_windows=max_windows,
        max_tokens=max_tokens,
        stall_seconds=10.0,
        observer=observer,
        clock=clock or time.monotonic,
    )
    batcher.start()
    try:
        yield batcher
    finally:
        model.gate.open()
        assert batcher.stop(PATIENCE)
        assert batcher.queued == (0, 0)


def submit(
    batcher: Batcher[FakeWindow, str], *texts: str, deadline: Deadline | None = None
) -> Future[Answer[str]]:
    """Queue a document of these windows."""
    return batcher.submit([FakeWindow(text) for text in texts], deadline or Deadline.never())


def occupy(batcher: Batcher[FakeWindow, str], model: Model) -> Future[Answer[str]]:
    """Keep the model busy, so that what follows waits."""
    first = submit(batcher, "busy")
    assert model.gate.reached.wait(PATIENCE)
    return first


def test_what_waits_runs_together_and_returns_apart() -> None:
    """Callers that wait at the same time share a batch, and each gets its own answer in order."""
    model, heard = Model(), Listener()
    with running(model, observer=heard) as batcher:
        first = occupy(batcher, model)
        later = [submit(batcher, "anna", "bert"), submit(batcher, "carl")]
        model.gate.open()
        assert first.result(PATIENCE).outputs == ("BUSY",)
        assert [future.result(PATIENCE).outputs for future in later] == [("ANNA", "BERT"), ("CARL",)]
    assert model.batches[0] == ["busy"]
    assert sorted(model.batches[1]) == ["anna", "bert", "carl"]
    assert len(model.batches) == 2
    assert heard.batches == [(1, 4, 4, "drained"), (3, 12, 12, "drained")]


def test_batches_keep_within_the_token_budget() -> None:
    """No pass is larger than the budget, counted with padding."""
    model = Model()
    with running(model, batch_tokens=20) as batcher:
        occupy(batcher, model)
        futures = [submit(batcher, "x" * length) for length in (8, 9, 10, 10, 3, 7)]
        model.gate.open()
        for future in futures:
            future.result(PATIENCE)
    for batch in model.batches:
        assert max(map(len, batch)) * len(batch) <= 20


def test_no_windows_need_no_model() -> None:
    """An empty text is answered at once, even while the model is busy."""
    model = Model()
    with running(model) as batcher:
        occupy(batcher, model)
        assert submit(batcher).result(0).outputs == ()


def test_a_caller_that_left_is_not_run() -> None:
    """Cancelling the future takes the windows out before the model sees them."""
    model, heard = Model(), Listener()
    with running(model, observer=heard) as batcher:
        occupy(batcher, model)
        left, stayed = submit(batcher, "left", "left too"), submit(batcher, "stayed")
        assert left.cancel()
        model.gate.open()
        assert stayed.result(PATIENCE).outputs == ("STAYED",)
    assert model.batches == [["busy"], ["stayed"]]
    assert heard.dropped == ["left", "left"]


def test_a_late_document_is_not_run() -> None:
    """Windows whose deadline passed in the queue fail without costing a pass."""
    model, heard = Model(), Listener()
    now = [0.0]
    with running(model, clock=lambda: now[0], observer=heard) as batcher:
        occupy(batcher, model)
        late = submit(batcher, "late", deadline=Deadline.after(5.0, lambda: now[0]))
        timely = submit(batcher, "timely", deadline=Deadline.after(7.0, lambda: now[0]))
        now[0] = 6.0
        model.gate.open()
        with pytest.raises(DeadlineExceeded):
            late.result(PATIENCE)
        assert timely.result(PATIENCE).queue_seconds == 6.0
    assert model.batches == [["busy"], ["timely"]]
    assert heard.dropped == ["late"]


def test_a_poisoned_batch_fails_only_the_guilty() -> None:
    """Everybody else in a failing batch is answered, and the thread goes on."""

    def choke(windows: Sequence[FakeWindow]) -> None:
        if any(window.text == "poison" for window in windows):
            raise ValueError("choked")

    model, heard = Model(choke), Listener()
    with running(model, observer=heard) as batcher:
        occupy(batcher, model)
        good = [submit(batcher, f"good {number}") for number in range(6)]
        guilty = submit(batcher, "fine", "poison", "also fine")
        model.gate.open()
        assert [future.result(PATIENCE).outputs for future in good] == [
            (f"GOOD {number}",) for number in range(6)
        ]
        with pytest.raises(InternalError) as caught:
            guilty.result(PATIENCE)
        assert isinstance(caught.value.__cause__, ValueError)
        assert submit(batcher, "later").result(PATIENCE).outputs == ("LATER",)
        assert batcher.alive
    assert heard.failed[-1] == 1
    assert "split" in {release for *_, release in heard.batches}


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), MemoryError()])
def test_the_thread_survives_any_exception(error: BaseException) -> None:
    """Nothing that the model raises ends the thread behind an open port."""

    def explode(windows: Sequence[FakeWindow]) -> None:
        if windows[0].text == "bomb":
            raise error

    model = Model(explode)
    model.gate.open()
    with running(model) as batcher:
        with pytest.raises(InternalError):
            submit(batcher, "bomb").result(PATIENCE)
        assert submit(batcher, "after").result(PATIENCE).outputs == ("AFTER",)


def test_a_model_that_loses_outputs_is_noticed() -> None:
    """An answer is never put together from another document's outputs."""
    model = Model()
    model.gate.open()
    forgetful: Batcher[FakeWindow, str] = Batcher(
        lambda windows: model.run(windows)[1:], batch_tokens=100, max_windows=9, max_tokens=99
    )
    forgetful.start()
    with pytest.raises(InternalError):
        submit(forgetful, "one", "two").result(PATIENCE)
    assert forgetful.stop(PATIENCE)


@pytest.mark.parametrize("bound", [{"max_windows": 3}, {"max_tokens": 10}])
def test_a_full_queue_refuses_at_once(bound: dict[str, int]) -> None:
    """Beyond its bound the queue says when to try again instead of growing."""
    model = Model()
    with running(model, **bound) as batcher:  # type: ignore[arg-type]
        occupy(batcher, model)
        waits = submit(batcher, "abc", "def")
        with pytest.raises(Overloaded) as caught:
            submit(batcher, "ghi")
        assert caught.value.retry_after is not None
        assert caught.value.retry_after >= 1.0
        model.gate.open()
        assert waits.result(PATIENCE).outputs == ("ABC", "DEF")
        assert submit(batcher, "ghi").result(PATIENCE).outputs == ("GHI",)


def test_the_oldest_wait_is_told() -> None:
    """The age of the queue is that of the document submitted first, while it waits or runs."""
    model = Model()
    now = [0.0]
    with running(model, clock=lambda: now[0]) as batcher:
        assert batcher.oldest_seconds == 0.0
        first = occupy(batcher, model)
        now[0] = 3.0
        later = submit(batcher, "later")
        now[0] = 5.0
        assert batcher.oldest_seconds == 5.0
        model.gate.open()
        first.result(PATIENCE)
        later.result(PATIENCE)


def test_a_document_over_the_bound_gets_into_an_empty_queue() -> None:
    """A text within the announced limits is served, however small the queue."""
    model = Model()
    model.gate.open()
    with running(model, max_windows=1, max_tokens=1) as batcher:
        assert submit(batcher, "long", "text").result(PATIENCE).outputs == ("LONG", "TEXT")


def test_a_long_document_does_not_hold_up_short_ones() -> None:
    """Short documents that come later run before the long one is through."""
    model = Model()
    with running(model, batch_tokens=10) as batcher:
        occupy(batcher, model)
        long = submit(batcher, *[f"long {number:05}" for number in range(40)])
        short = [submit(batcher, f"short {number:04}") for number in range(3)]
        model.gate.open()
        for future in (long, *short):
            future.result(PATIENCE)
    last_short = max(index for index, batch in enumerate(model.batches) if batch[0].startswith("short"))
    assert last_short <= 8


def test_stop_finishes_what_waits() -> None:
    """A stop with patience answers everybody and refuses those who come later."""
    model = Model()
    with running(model) as batcher:
        occupy(batcher, model)
        waits = submit(batcher, "waits")
        stopper = threading.Thread(target=batcher.stop, args=(PATIENCE,))
        stopper.start()
        model.gate.open()
        assert waits.result(PATIENCE).outputs == ("WAITS",)
        stopper.join(PATIENCE)
        with pytest.raises(Unavailable):
            submit(batcher, "too late")
        assert not batcher.alive


def test_stop_without_patience_fails_what_waits() -> None:
    """Nobody is left hanging: what runs is answered, what waits fails."""
    model = Model()
    batcher: Batcher[FakeWindow, str] = Batcher(model.run, batch_tokens=100, max_windows=100, max_tokens=1000)
    batcher.start()
    runs = occupy(batcher, model)
    waits = submit(batcher, "waits")
    stopper = threading.Thread(target=batcher.stop, args=(0.0,))
    stopper.start()
    assert batcher._abandoned.wait(PATIENCE)
    model.gate.open()
    stopper.join(PATIENCE)
    assert runs.result(0).outputs == ("BUSY",)
    with pytest.raises(Unavailable):
        waits.result(0)
    assert batcher.queued == (0, 0)


def test_stop_gives_up_on_a_model_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that never returns fails its callers instead of keeping them and the stop."""
    monkeypatch.setattr(batcher_module, "_LAST_BATCH_SECONDS", 0.0)
    model = Model()
    batcher: Batcher[FakeWindow, str] = Batcher(model.run, batch_tokens=100, max_windows=100, max_tokens=1000)
    batcher.start()
    runs = occupy(batcher, model)
    waits = submit(batcher, "waits")
    assert not batcher.stop(0.0)
    for future in (runs, waits):
        with pytest.raises(Unavailable):
            future.result(PATIENCE)
    model.gate.open()
    assert batcher.stop(PATIENCE)


def test_a_stalled_pass_is_not_alive() -> None:
    """The heartbeat stops when a pass takes too long, and comes back after it."""
    model = Model()
    now = [0.0]
    with running(model, clock=lambda: now[0]) as batcher:
        alive = []
        first = occupy(batcher, model)
        for now[0] in (9.0, 11.0):
            alive.append(batcher.alive)
        model.gate.open()
        assert first.result(PATIENCE).network_seconds == 11.0
        assert submit(batcher, "next").result(PATIENCE).network_seconds == 0.0
        alive.append(batcher.alive)
    assert alive == [True, False, True]


def test_network_time_is_shared_out() -> None:
    """A document pays for its share of the batch, so that the shares add up to the pass."""
    now = [0.0]

    def take_time(windows: Sequence[FakeWindow]) -> None:
        now[0] += 8.0

    model = Model(take_time)
    with running(model, clock=lambda: now[0]) as batcher:
        occupy(batcher, model)
        three, one = submit(batcher, "aaaa", "bbbb", "cccc"), submit(batcher, "dddd")
        model.gate.open()
        assert three.result(PATIENCE).network_seconds == 6.0
        assert one.result(PATIENCE).network_seconds == 2.0
        assert one.result(PATIENCE).queue_seconds == 8.0


def test_two_answers_at_once_do_not_collide() -> None:
    """The first thread that brings an answer wins, and the other one goes on undisturbed."""
    job: Job[str] = Job(Deadline.never(), 0.0, 0)
    assert job._claim()
    job.fail(InternalError("second"))
    job.finish_if_complete()
    assert not job.done


def test_a_stop_fails_all_of_a_batch_that_is_being_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one half of a failed batch runs, the other is not forgotten, and each caller gets its own error."""
    monkeypatch.setattr(batcher_module, "_LAST_BATCH_SECONDS", 0.0)
    retried = Gate()

    def choke(windows: Sequence[FakeWindow]) -> None:
        if len(windows) == 2:
            raise ValueError("choked")
        if windows[0].text != "busy":
            retried.pass_through()

    model = Model(choke)
    batcher: Batcher[FakeWindow, str] = Batcher(model.run, batch_tokens=100, max_windows=100, max_tokens=1000)
    batcher.start()
    occupy(batcher, model)
    halves = [submit(batcher, "left"), submit(batcher, "rest")]
    model.gate.open()
    assert retried.reached.wait(PATIENCE)
    assert not batcher.stop(0.0)
    errors = [future.exception(0) for future in halves]
    assert [type(error) for error in errors] == [Unavailable, Unavailable]
    assert errors[0] is not errors[1]
    retried.open()
    assert batcher.stop(PATIENCE)


def test_lanes_run_side_by_side() -> None:
    """Two batches are with the model at the same time, and each caller gets its own answer."""
    both = threading.Barrier(2)

    def meet(windows: Sequence[FakeWindow]) -> list[str]:
        both.wait(PATIENCE)
        return [window.text.upper() for window in windows]

    batcher: Batcher[FakeWindow, str] = Batcher(
        meet, batch_tokens=1000, max_windows=9, max_tokens=99, lanes=2, spread=True
    )
    document = submit(batcher, "anna", "bert")
    batcher.start()
    assert document.result(PATIENCE).outputs == ("ANNA", "BERT")
    assert batcher.stop(PATIENCE)
    assert batcher.queued == (0, 0)


@pytest.mark.parametrize(("spread", "speed"), [(True, 20.0), (False, 10.0)])
def test_lanes_that_do_not_share_what_waits_do_not_add_up(spread: bool, speed: float) -> None:
    """Two cores are twice as fast as the one that reads alone; a GPU is not, with a second thread before it."""
    now = [0.0]

    def run(windows: Sequence[FakeWindow]) -> list[str]:
        now[0] += 1.0
        return [window.text for window in windows]

    batcher: Batcher[FakeWindow, str] = Batcher(
        run, batch_tokens=10, max_windows=9, max_tokens=99, lanes=2, spread=spread, clock=lambda: now[0]
    )
    batcher.start()
    submit(batcher, "x" * 10).result(PATIENCE)
    assert batcher.stop(PATIENCE)
    assert batcher.tokens_per_second == pytest.approx(speed)


def test_a_stalled_lane_is_not_alive() -> None:
    """One pass that takes too long is enough, though the other lanes go on."""
    model = Model()
    now = [0.0]
    batcher: Batcher[FakeWindow, str] = Batcher(
        model.run,
        batch_tokens=4,
        max_windows=9,
        max_tokens=99,
        lanes=2,
        stall_seconds=10.0,
        clock=lambda: now[0],
    )
    batcher.start()
    stuck = occupy(batcher, model)
    assert submit(batcher, "goes on").result(PATIENCE).outputs == ("GOES ON",)
    alive = []
    for now[0] in (9.0, 11.0):
        alive.append(batcher.alive)
    assert alive == [True, False]
    model.gate.open()
    stuck.result(PATIENCE)
    assert batcher.stop(PATIENCE)
