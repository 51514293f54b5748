from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from itertools import count
from typing import Any

import grpc
import grpc.aio
import pytest

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from running_service import Running, events, serving, unpacked, until
from stream_calls import CountingExtractor, asked, collected, reached, stream


@asynccontextmanager
async def sending(call: Any) -> AsyncIterator[None]:
    """Have the caller send on and on as long as the block runs."""

    async def send() -> None:
        for number in count():
            await call.write(asked(number, "x" * 50_000))

    task = asyncio.ensure_future(send())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_thousands_of_documents_are_answered_on_one_stream() -> None:
    """Each document has one answer, with its id and its place."""
    total = 3000
    async with serving(FakeExtractor(), stream_documents=16) as running:
        call = stream(running)(asked(number) for number in range(total))
        answers = await collected(call)
    assert sorted(answer.request_index for answer in answers) == list(range(total))
    for answer in answers:
        assert answer.document_id == answer.result.document_id == f"n{answer.request_index}"
        assert answer.result.speakers[0].name == f"w{answer.request_index}"


async def test_an_empty_stream_ends_well() -> None:
    """A caller without documents gets no answers and no error."""
    async with serving(FakeExtractor()) as running:
        assert await collected(stream(running)(iter([]))) == []


async def test_answers_come_as_they_are_ready() -> None:
    """A document that takes long keeps none behind it waiting."""
    gate = Gate()
    extractor = FakeExtractor(lambda windows: gate.pass_through() if windows[0].text == "slow" else None)
    async with serving(extractor) as running:
        call = stream(running)()
        await call.write(asked(0, "slow"))
        await reached(gate)
        await call.write(pb.StreamExtractRequest(document=pb.Document(id="empty")))
        first = await call.read()
        gate.open()
        await call.done_writing()
        rest = await collected(call)
    assert first.document_id == "empty"
    assert [answer.document_id for answer in rest] == ["n0"]


async def test_an_error_of_a_document_ends_nothing(log: StringIO) -> None:
    """Each document of a stream has its result or its own error, and the stream ends well."""
    requests = [
        asked(0),
        asked(1, "x" * 11),
        asked(2, "poison"),
        asked(3, kinds=[77]),
        asked(4, "unreadable"),
        pb.StreamExtractRequest(),
        asked(6, offset_encoding=pb.OFFSET_ENCODING_UTF8),
    ]
    async with serving(FakeExtractor(), max_characters=10) as running:
        call = stream(running)(iter(requests), metadata=(("x-request-id", "stream-1"),))
        answers = sorted(await collected(call), key=lambda answer: answer.request_index)
        assert await call.code() is grpc.StatusCode.OK
    assert [answer.document_id for answer in answers] == ["n0", "n1", "n2", "n3", "n4", "", "n6"]
    codes = [answer.error.code for answer in answers]
    invalid, internal = grpc.StatusCode.INVALID_ARGUMENT.value[0], grpc.StatusCode.INTERNAL.value[0]
    assert codes == [0, invalid, internal, invalid, internal, 0, 0]
    assert unpacked(answers[1].error)["BadRequest"].field_violations[0].field == "document.text"
    assert unpacked(answers[3].error)["BadRequest"].field_violations[0].field == "options.kinds[0]"
    for answer in answers:
        if answer.HasField("error"):
            assert unpacked(answer.error)["RequestInfo"].request_id == "stream-1"
    assert answers[6].result.offset_encoding == pb.OFFSET_ENCODING_UTF8
    assert sorted(row["index"] for row in events(log, "document failed")) == [2, 4]
    assert "poison" not in log.getvalue()


async def test_an_answer_over_the_limit_is_an_error_of_its_document() -> None:
    """What cannot be sent costs its own document, not the stream."""
    async with serving(FakeExtractor(), max_message_bytes=4096) as running:
        # The fake quotes the first word, and names it as its speaker.
        requests = [asked(0, "x" * 3000), asked(1)]
        answers = await collected(stream(running)(iter(requests)))
    reasons = {
        answer.document_id: unpacked(answer.error)["ErrorInfo"].reason if answer.HasField("error") else ""
        for answer in answers
    }
    assert reasons == {"n0": "ANSWER_TOO_LARGE", "n1": ""}


async def test_a_caller_that_takes_no_answers_is_read_no_further() -> None:
    """However much a slow reader sends, the documents that are held for it are bounded."""
    extractor = CountingExtractor()
    # Otherwise gRPC lets through what it takes for a fast connection's due.
    options = (("grpc.http2.bdp_probe", 0), ("grpc.use_local_subchannel_pool", 1))
    async with (
        serving(extractor, stream_documents=4) as running,
        grpc.aio.insecure_channel(running.address, options=options) as channel,
    ):
        call = stream(Running(running.service, running.address, channel))()
        async with sending(call):
            await until(lambda: extractor.encoded >= 4)
            # Others are served meanwhile, which gives the stream time to misbehave.
            for _ in range(100):
                await running.extract("other")
            assert extractor.encoded - 100 <= 4 + 4
            # Once answers are taken, the reading goes on.
            for _ in range(50):
                assert (await call.read()).result.quotes
        call.cancel()


@pytest.mark.parametrize("bound", [{"stream_documents": 3}, {"stream_characters": 20}])
async def test_work_of_one_stream_is_bounded(bound: dict[str, Any]) -> None:
    """No more than the setting allows is in work for one stream."""
    gate = Gate()
    extractor = CountingExtractor(lambda _: gate.pass_through())
    async with serving(extractor, **bound) as running:
        call = stream(running)(asked(number) for number in range(20))
        answers = asyncio.ensure_future(collected(call))
        await reached(gate)
        await until(lambda: extractor.encoded == 3)
        for _ in range(50):
            await running.stub.GetServiceInfo(pb.GetServiceInfoRequest())
        assert extractor.encoded == 3
        gate.open()
        assert len(await answers) == 20


async def test_a_text_over_the_streams_room_is_read_alone() -> None:
    """The room of a stream never refuses a text that the service allows."""
    async with serving(FakeExtractor(), stream_characters=1) as running:
        answers = await collected(stream(running)(asked(number) for number in range(3)))
    assert [answer.request_index for answer in answers] == [0, 1, 2]


@pytest.mark.parametrize("bound", [{"queue_windows": 1}, {"pending_characters": 8}])
async def test_a_stream_waits_where_a_call_is_refused(bound: dict[str, Any]) -> None:
    """Overload fails a unary call at once; documents of a stream wait for room and are answered."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), **bound) as running:
        first = asyncio.ensure_future(running.extract("occupies"))
        await reached(gate)
        call = stream(running)(asked(number) for number in range(2))
        answers = asyncio.ensure_future(collected(call))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("refused")
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        gate.open()
        await first
        assert {answer.WhichOneof("outcome") for answer in await answers} == {"result"}
