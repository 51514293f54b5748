"""Batches whose documents differ: in length, in time, and in what waits beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from io import StringIO

import grpc
import grpc.aio
import pytest

from fake_extractor import FakeExtractor, FakeWindow, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from running_service import details, events, serving, unpacked, until
from stream_calls import reached
from stream_calls import stream as stream_of


async def test_a_text_that_is_too_long_costs_no_other_of_its_batch() -> None:
    """It is refused by itself, and not counted when the batch is asked to have time and room."""
    documents = [
        pb.Document(text="short"),
        pb.Document(text="x" * 10_001),
        pb.Document(text="y" * 9_000, language_code="fr"),
    ]
    async with serving(FakeExtractor(), max_characters=10_000) as running:
        engine = running.service._servicer.engine
        assert engine is not None
        # A thousand tokens take ten times as long as the caller has.
        engine.batcher._line.pace.add(1000, 300.0)
        answer = await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents), timeout=30)
    assert answer.items[0].result.speakers[0].name == "short"
    reasons = [unpacked(item.error)["ErrorInfo"].reason for item in answer.items[1:]]
    assert reasons == ["TEXT_TOO_LONG", "LANGUAGE_UNSUPPORTED"]


async def test_streams_that_wait_keep_no_other_call_out() -> None:
    """While streams hold far more than there is room for, calls and batches of short texts get in."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), pending_characters=200_000) as running:
        engine = running.service._servicer.engine
        assert engine is not None
        streams = [stream_of(running)() for _ in range(2)]
        for stream in streams:
            for _ in range(100):
                await stream.write(pb.StreamExtractRequest(document=pb.Document(text="x" * 5000)))
        await until(lambda: engine._room.ahead_of(5000) > 800_000)
        short = asyncio.ensure_future(running.extract("short", timeout=30))
        batch = pb.BatchExtractRequest(documents=[pb.Document(text="short too")])
        both = asyncio.ensure_future(running.stub.BatchExtract(batch, timeout=30))
        # The batch waits for a place among those who wait, before all of the longer texts.
        await until(lambda: engine._room.ahead_of(9) == 9)
        gate.open()
        assert (await short).speakers[0].name == "short"
        assert (await both).items[0].result.speakers[0].name == "short"
        for stream in streams:
            stream.cancel()


async def test_batches_leave_room_for_each_other() -> None:
    """A batch counts with all of its texts until it is answered; one beyond the bound is refused at once."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, pending_characters=300_000) as running:
        batch = pb.BatchExtractRequest(documents=[pb.Document(text="x" * 20_000)] * 8)
        first = asyncio.ensure_future(running.stub.BatchExtract(batch))
        await reached(gate)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.BatchExtract(batch)
        assert details(caught.value)["ErrorInfo"].reason == "OVERLOADED"
        gate.open()
        assert len((await first).items) == 8
        assert len((await running.stub.BatchExtract(batch)).items) == 8


async def test_a_batch_behind_others_is_refused_at_once_or_not_at_all() -> None:
    """Texts that still wait for room count as time before it, unless they are longer and let it by."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), pending_characters=2_000_000) as running:
        engine = running.service._servicer.engine
        assert engine is not None
        engine.batcher._line.pace.add(100_000, 1.0)
        first = pb.BatchExtractRequest(documents=[pb.Document(text="x" * 5000)] * 200)
        waits = asyncio.ensure_future(running.stub.BatchExtract(first))
        await until(lambda: engine._room.ahead_of(5000) == 900_000 and running.queued == 20)
        # 1.2 s of texts that are in, and 2.2 s of texts that wait.
        same = pb.BatchExtractRequest(documents=[pb.Document(text="y" * 5000)])
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.BatchExtract(same, timeout=2.5)
        assert details(caught.value)["ErrorInfo"].reason == "DEADLINE_TOO_SHORT"
        short = pb.BatchExtractRequest(documents=[pb.Document(text="short")])
        accepted = asyncio.ensure_future(running.stub.BatchExtract(short, timeout=30))
        await until(lambda: engine._room.ahead_of(5) == 5)
        gate.open()
        assert len((await accepted).items) == 1
        assert len((await waits).items) == 200


async def test_a_late_document_does_not_take_the_others_along() -> None:
    """The answers that are there reach the caller, with an error in the place of the late one."""
    gate = Gate()

    def run(windows: Sequence[FakeWindow]) -> None:
        if windows[0].text.startswith("slow"):
            gate.pass_through()

    extractor = FakeExtractor(run)
    extractor.lanes = 2
    documents = [pb.Document(text="slow " * 100), pb.Document(text="quick")]
    async with serving(extractor) as running:
        answer = await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents), timeout=2)
        gate.open()
    assert answer.items[0].error.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    assert answer.items[1].result.speakers[0].name == "quick"


async def test_an_answer_that_cannot_be_sent_is_told_so(log: StringIO) -> None:
    """The caller hears why, in a batch of the largest alone, and the log does not say OK."""
    async with serving(FakeExtractor(), max_message_bytes=4096) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("w" * 3000)
        assert details(caught.value)["ErrorInfo"].reason == "ANSWER_TOO_LARGE"
        documents = [pb.Document(text="w" * 3000), pb.Document(text="short")]
        answer = await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents))
    assert unpacked(answer.items[0].error)["ErrorInfo"].reason == "ANSWER_TOO_LARGE"
    assert answer.items[1].result.speakers[0].name == "short"
    assert [row["code"] for row in events(log, "call")] == ["INVALID_ARGUMENT", "OK"]


@pytest.mark.parametrize(
    "raw", [b"\x1b\x1c" + b"\x0a\x00" * 300, b"\x18\x01" * 1_000_000], ids=["group", "unknown fields"]
)
async def test_what_no_batch_has_is_refused_before_it_is_parsed(raw: bytes) -> None:
    """No more documents than the limit come in behind a group, and nobody waits for unknown fields."""
    async with serving(FakeExtractor()) as running:
        call = running.channel.unary_unary("/inquit.v1.QuoteService/BatchExtract", bytes, bytes)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(raw)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(caught.value)["ErrorInfo"].reason == "UNREADABLE_MESSAGE"
