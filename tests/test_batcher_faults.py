from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

from fake_extractor import FakeWindow, Gate
from inquit.batcher import Batcher
from inquit.deadline import Deadline
from inquit.errors import InternalError
from inquit.jobs import Answer
from inquit.observer import Observer, Release, Unobserved

PATIENCE = 30.0


@contextmanager
def running(
    run: Callable[[Sequence[FakeWindow]], list[str]], *, lanes: int = 1, observer: Observer | None = None
) -> Iterator[Batcher[FakeWindow, str]]:
    """Start a batcher whose batches have one window."""
    batcher: Batcher[FakeWindow, str] = Batcher(
        run, batch_tokens=1, max_windows=99, max_tokens=999, lanes=lanes, observer=observer
    )
    batcher.start()
    try:
        yield batcher
    finally:
        assert batcher.stop(PATIENCE)
        assert batcher.queued == (0, 0)


def submit(batcher: Batcher[FakeWindow, str], text: str) -> Future[Answer[str]]:
    """Queue a document of one window."""
    return batcher.submit([FakeWindow(text)], Deadline.never())


def test_a_device_that_fails_on_everything_is_not_alive() -> None:
    """One document after the other fails: health says so, until one is read again."""
    mended = threading.Event()

    def run(windows: Sequence[FakeWindow]) -> list[str]:
        if not mended.is_set():
            raise RuntimeError("device-side assert triggered")
        return [window.text for window in windows]

    with running(run) as batcher:
        for _ in range(15):
            assert isinstance(submit(batcher, "x").exception(PATIENCE), InternalError)
        states = [batcher.alive]
        submit(batcher, "x").exception(PATIENCE)
        states.append(batcher.alive)
        mended.set()
        submit(batcher, "x").result(PATIENCE)
        assert [*states, batcher.alive] == [True, False, True]


def test_a_fault_of_ours_costs_its_own_batch_alone() -> None:
    """What the batcher cannot finish is failed and counted out; other lanes go on with theirs."""
    gate = Gate()

    class Faulty(Unobserved):
        """Fails on all batches until the gate is open."""

        def batch_ran(
            self, *, windows: int, tokens: int, padded_tokens: int, seconds: float, release: Release
        ) -> None:
            if not opened.is_set():
                raise MemoryError

    opened = threading.Event()

    def run(windows: Sequence[FakeWindow]) -> list[str]:
        if windows[0].text == "slow":
            gate.pass_through()
        return [window.text for window in windows]

    with running(run, lanes=2, observer=Faulty()) as batcher:
        slow = submit(batcher, "slow")
        assert gate.reached.wait(PATIENCE)
        assert isinstance(submit(batcher, "x").exception(PATIENCE), InternalError)
        opened.set()
        gate.open()
        assert slow.result(PATIENCE).outputs == ("slow",)
        assert submit(batcher, "next").result(PATIENCE).outputs == ("next",)
