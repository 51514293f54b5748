from __future__ import annotations

import asyncio
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.config import ServerSettings
from inquit.streaming import Streams
from running_service import Running, details, events, serving, unpacked, until
from stream_calls import EOF, CountingExtractor, asked, collected, reached, stream


def open_documents(running: Running) -> int:
    """Return how many documents the engine holds."""
    engine = running.service._servicer.engine
    assert engine is not None
    return len(engine._texts._under_way) + engine.batcher.queued[0]


async def test_documents_have_a_deadline_of_their_own() -> None:
    """On a stream without a deadline a document that takes too long is an error, and the stream goes on."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), default_timeout=0.5) as running:
        call = stream(running)()
        await call.write(asked(0))
        late = await call.read()
        gate.open()
        await until(lambda: open_documents(running) == 0)
        await call.write(pb.StreamExtractRequest(document=pb.Document(id="next")))
        answer = await call.read()
        await call.done_writing()
        assert await call.read() is EOF
    assert unpacked(late.error)["ErrorInfo"].reason == "DEADLINE_EXCEEDED"
    assert answer.document_id == "next"
    assert answer.HasField("result")


async def test_the_callers_deadline_ends_the_stream(log: StringIO) -> None:
    """A stream ends with the deadline that its caller gave it, and its work with it."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through())) as running:
        call = stream(running)(timeout=0.5)
        await call.write(asked(0))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await collected(call)
        await until(lambda: len(events(log, "call")) == 1)
        gate.open()
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_an_old_stream_ends_so_that_another_begins() -> None:
    """After the longest time that a call may last, what was read is answered and the caller may go on anew."""
    async with serving(FakeExtractor(), max_timeout=0.5) as running:
        call = stream(running)()
        await call.write(asked(0))
        assert (await call.read()).document_id == "n0"
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert details(caught.value)["ErrorInfo"].reason == "STREAM_TOO_OLD"


async def test_a_caller_that_leaves_takes_its_documents_along(log: StringIO) -> None:
    """Cancelling a stream drops what waits of it at once; nothing of it runs later."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor) as running:
        first = asyncio.ensure_future(running.extract("first"))
        await reached(gate)
        call = stream(running)()
        for number in range(20):
            await call.write(asked(number))
        await until(lambda: running.queued == 21)
        call.cancel()
        await until(lambda: len(events(log, "call")) == 1)
        gate.open()
        await first
        await running.extract("last")
    assert extractor.batches == [["first"], ["last"]]
    assert events(log, "call")[0]["code"] == "CANCELLED"


async def test_a_stop_answers_what_was_read_and_ends_the_stream() -> None:
    """A draining service reads no more, answers all that it has read, and says UNAVAILABLE."""
    gate = Gate()
    extractor = CountingExtractor(lambda _: gate.pass_through())
    async with serving(extractor, grace_seconds=3600) as running:
        call = stream(running)()
        for number in range(10):
            await call.write(asked(number))
        await reached(gate)
        await until(lambda: extractor.encoded == 10)
        stopping = asyncio.ensure_future(running.service.stop())
        await until(lambda: not running.service._servicer.streams._readings)
        gate.open()
        answers = [await call.read() for _ in range(10)]
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        await stopping
    assert sorted(answer.request_index for answer in answers) == list(range(10))
    assert {answer.WhichOneof("outcome") for answer in answers} == {"result"}
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert details(caught.value)["ErrorInfo"].reason == "STOPPING"


async def test_a_stop_passes_over_a_stream_that_ends_just_then() -> None:
    """A reading that has ended cannot be changed; the others are still told."""
    streams = Streams(ServerSettings())
    async with asyncio.timeout(None) as ended, asyncio.timeout(None) as other:
        await asyncio.sleep(0)

    async def stream() -> None:
        async with asyncio.timeout(None) as reading:
            streams._readings.update((ended, reading, other))
            await asyncio.Event().wait()

    stays = asyncio.ensure_future(stream())
    await until(lambda: len(streams._readings) == 3)
    streams.drain()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(stays), 30)
    assert stays.done()


async def test_a_stop_lets_a_stream_that_was_ended_end_well() -> None:
    """A caller that has sent all has all answers and no error, though the service stops."""
    gate = Gate()
    extractor = CountingExtractor(lambda _: gate.pass_through())
    async with serving(extractor, grace_seconds=3600) as running:
        call = stream(running)(asked(number) for number in range(3))
        answers = asyncio.ensure_future(collected(call))
        await until(lambda: extractor.encoded == 3)
        await until(lambda: not running.service._servicer.streams._readings)
        stopping = asyncio.ensure_future(running.service.stop())
        await until(lambda: running.service._server is None)
        gate.open()
        assert len(await answers) == 3
        assert await call.code() is grpc.StatusCode.OK
        await stopping


async def test_an_unreadable_message_ends_the_stream_after_the_answers() -> None:
    """Bytes that are no message end the stream with INVALID_ARGUMENT; what came before is answered."""
    async with serving(FakeExtractor()) as running:
        raw = running.channel.stream_stream(
            "/inquit.v1.QuoteService/StreamExtract",
            request_serializer=lambda sent: sent if isinstance(sent, bytes) else sent.SerializeToString(),
            response_deserializer=pb.StreamExtractResponse.FromString,
        )
        call: Any = raw(iter([asked(0), asked(1), b"\xff\xff"]))
        answers = [(await call.read()).document_id for _ in range(2)]
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
    assert sorted(answers) == ["n0", "n1"]
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(caught.value)["ErrorInfo"].reason == "UNREADABLE_MESSAGE"


async def test_streams_before_the_model_is_there_are_unavailable() -> None:
    """A stream that cannot be served yet is refused whole, which clients wait out."""
    async with serving(FakeExtractor(), loaded=False) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await collected(stream(running)(iter([asked(0)])))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert details(caught.value)["ErrorInfo"].reason == "LOADING"
