"""Ctrl-C while the blocking client waits."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest

from inquit.client.blocking_batches import BlockingBatches
from inquit.errors import Cancelled
from inquit.types import Document, ExtractOptions, Limits


class FakeCalls:
    """Calls without an answer; the user presses Ctrl-C when the first is under way."""

    def __init__(self) -> None:
        self.asked = 0
        self.stopped = threading.Event()
        self._lock = threading.Lock()

    def ask(self, *_: object) -> object:
        """Wait until nobody wants the answer."""
        with self._lock:
            self.asked += 1
            if self.asked == 1:
                signal.raise_signal(signal.SIGINT)
        assert self.stopped.wait(30)
        raise Cancelled("the call was given up")

    def stop(self) -> None:
        """End the calls."""
        self.stopped.set()


class FakeStub:
    """Stands where the methods of the service would be."""

    BatchExtract = None


@pytest.mark.parametrize("method", ["run", "read_each"])
def test_calls_under_way_are_given_up(method: str) -> None:
    """Nobody waits for answers that nobody will read, and none is asked for any more."""
    calls: Any = FakeCalls()
    stub: Any = FakeStub()
    batches = BlockingBatches(
        stub,
        calls,
        ExtractOptions(),
        Limits(max_batch_documents=1),
        seconds=1000.0,
        max_in_flight=2,
        ordered=True,
    )
    with pytest.raises(KeyboardInterrupt):
        list(getattr(batches, method)([Document(str(n), "text") for n in range(4)]))
    assert calls.stopped.is_set()
    assert calls.asked <= 2
