"""More work than can be done, through a real server: who is refused, when, and what becomes of the others."""

from __future__ import annotations

import asyncio
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest

import inquit
from fake_extractor import FakeEncoded, FakeExtractor, Gate
from inquit.types import Document, ExtractOptions
from running_service import Running, details, events, serving, until

PLACES = 8
"""Documents that may wait or run in these tests."""


class Reluctant(FakeExtractor):
    """Cuts no text into windows before it is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    def encode(self, document: Document, options: ExtractOptions) -> FakeEncoded:
        self.gate.pass_through()
        return super().encode(document, options)


def reads_a_token_a_second(running: Running) -> None:
    """Let the service believe that of its model."""
    engine = running.service._servicer.engine
    assert engine is not None
    engine.batcher._line.pace.add(100, 100.0)


async def failure(call: asyncio.Future[Any]) -> grpc.aio.AioRpcError:
    """Wait for the error of a call."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_a_full_queue_refuses_at_once_and_keeps_its_word() -> None:
    """While the model stands still, all beyond the queue are told when to come back; all within are answered."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), queue_windows=PLACES) as running:
        calls = [
            asyncio.ensure_future(running.extract(f"w{number} text", name=f"n{number}"))
            for number in range(200)
        ]
        # Nothing can be answered yet, so that whatever ends was refused without waiting for the model.
        await until(lambda: sum(call.done() for call in calls) == len(calls) - PLACES)
        refused = [await failure(call) for call in calls if call.done()]
        accepted = {number: call for number, call in enumerate(calls) if not call.done()}
        gate.open()
        for number, call in accepted.items():
            answer = await call
            assert (answer.document_id, answer.speakers[0].name) == (f"n{number}", f"w{number}")
        await until(lambda: running.queued == 0)
    assert len(accepted) == PLACES
    for error in refused:
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        found = details(error)
        assert found["ErrorInfo"].reason == "OVERLOADED"
        assert found["RetryInfo"].retry_delay.ToNanoseconds() >= 1e9


async def test_who_comes_back_when_told_is_answered(log: StringIO) -> None:
    """The client asks a full service again when it said, so that its callers see answers only."""
    gate = Gate()
    async with (
        serving(FakeExtractor(lambda _: gate.pass_through()), queue_windows=PLACES) as running,
        inquit.AsyncClient(running.address, timeout=60) as client,
    ):
        calls = [
            asyncio.ensure_future(client.extract(f"w{number} text", id=f"n{number}"))
            for number in range(2 * PLACES)
        ]
        await until(lambda: len(events(log, "call")) == PLACES)
        gate.open()
        answers = await asyncio.gather(*calls)
    assert [row["reason"] for row in events(log, "call")[:PLACES]] == ["OVERLOADED"] * PLACES
    assert [answer.document_id for answer in answers] == [f"n{number}" for number in range(2 * PLACES)]


async def test_a_deadline_that_the_queue_outlasts_is_refused_early() -> None:
    """Who cannot be served in time hears so at once, with the time after which there is less to wait for."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor) as running:
        first = asyncio.ensure_future(running.extract("x" * 100))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        reads_a_token_a_second(running)
        error = await failure(asyncio.ensure_future(running.extract("y" * 100, timeout=100)))
        gate.open()
        await first
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    found = details(error)
    assert found["ErrorInfo"].reason == "DEADLINE_TOO_SHORT"
    assert found["RetryInfo"].retry_delay.ToNanoseconds() >= 1e9
    assert extractor.batches == [["x" * 100]]


async def test_a_deadline_that_the_text_outlasts_is_refused_early() -> None:
    """A text that takes longer than its caller has is not begun, and coming back would not help."""
    extractor = FakeExtractor()
    async with serving(extractor) as running:
        reads_a_token_a_second(running)
        error = await failure(asyncio.ensure_future(running.extract("x" * 1000, timeout=60)))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert "would take" in (error.details() or "")
    assert "RetryInfo" not in details(error)
    assert extractor.batches == []


async def test_a_burst_is_counted_before_it_is_cut_into_windows() -> None:
    """Of callers who come all at once no more are let in than can be served in time."""
    extractor = Reluctant()
    async with serving(extractor) as running:
        reads_a_token_a_second(running)
        # 20 tokens each, and those of a pass: there is time for two or three of them.
        calls = [asyncio.ensure_future(running.extract("x" * 100, timeout=150)) for _ in range(20)]
        try:
            async with asyncio.timeout(2):
                await until(lambda: sum(call.done() for call in calls) >= 17)
        finally:
            extractor.gate.open()
            await asyncio.gather(*calls, return_exceptions=True)
