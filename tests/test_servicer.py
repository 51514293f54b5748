from __future__ import annotations

import asyncio
from typing import Any

import grpc
import grpc.aio
import pytest

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from running_service import details, request, serving, unpacked, until


async def reached(gate: Gate) -> None:
    """Wait until the model is busy."""
    assert await asyncio.to_thread(gate.reached.wait, 30)


async def test_a_document_is_read() -> None:
    """A text goes in, its quotations come out, with the id, the version and where the time went."""
    async with serving(FakeExtractor()) as running:
        answer = await running.extract("Hello there", name="a-1")
    assert answer.document_id == "a-1"
    assert [quote.content[0].text for quote in answer.quotes] == ["Hello"]
    assert answer.offset_encoding == pb.OFFSET_ENCODING_UTF32
    assert answer.model_version == "7"
    assert (answer.timings.encode_seconds, answer.timings.decode_seconds) == (0.25, 0.5)
    assert answer.timings.network_seconds > 0.0
    assert answer.timings.queue_seconds > 0.0


@pytest.mark.parametrize("message", [pb.ExtractRequest(), request("")])
async def test_an_empty_text_is_valid(message: pb.ExtractRequest) -> None:
    """No text has no quotes; that is an answer."""
    async with serving(FakeExtractor()) as running:
        answer = await running.stub.Extract(message)
    assert not answer.quotes
    assert answer.model_version == "7"


@pytest.mark.parametrize(
    ("message", "field", "reason", "told"),
    [
        (request("123456"), "document.text", "TEXT_TOO_LONG", "6 characters, the limit is 5"),
        (
            pb.ExtractRequest(document=pb.Document(language_code="de")),
            "document.language_code",
            "LANGUAGE_UNSUPPORTED",
            "en",
        ),
        (
            pb.ExtractRequest(options=pb.ExtractOptions(kinds=[77])),  # type: ignore[list-item]
            "options.kinds[0]",
            "UNKNOWN_ENUM_VALUE",
            "direct",
        ),
        (
            pb.ExtractRequest(options=pb.ExtractOptions(offset_encoding=77)),  # type: ignore[arg-type]
            "options.offset_encoding",
            "UNKNOWN_ENUM_VALUE",
            "utf8",
        ),
        (
            pb.ExtractRequest(options=pb.ExtractOptions(min_confidence=1.5)),
            "options.min_confidence",
            "OUT_OF_RANGE",
            "between 0 and 1",
        ),
    ],
)
async def test_bad_input_is_refused_by_field(
    message: pb.ExtractRequest, field: str, reason: str, told: str
) -> None:
    """The error names the field and the limit, in words and in the details."""
    async with serving(FakeExtractor(), max_characters=5) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.Extract(message)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    found = details(caught.value)
    [violation] = found["BadRequest"].field_violations
    assert violation.field == field
    assert told in violation.description
    assert caught.value.details() == f"{field}: {violation.description}"
    assert (found["ErrorInfo"].reason, found["ErrorInfo"].domain) == (reason, "inquit")


async def test_a_million_characters_fit() -> None:
    """The default limits let the longest valid text through, and not one character more."""
    extractor = FakeExtractor()
    async with serving(extractor) as running:
        answer = await running.extract("\U0001f600" * 1_000_000)
        assert len(answer.quotes[0].content[0].text) == 1_000_000
        with pytest.raises(grpc.aio.AioRpcError, match="the limit is 1000000"):
            await running.extract("x" * 1_000_001)


async def test_callers_share_batches_and_get_their_own_answers() -> None:
    """64 callers at once are batched together, and each gets its own document's answer."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor) as running:
        first = asyncio.ensure_future(running.extract("first"))
        await reached(gate)
        calls = [
            asyncio.ensure_future(running.extract(f"w{number} text", name=f"n{number}"))
            for number in range(64)
        ]
        await until(lambda: running.queued == 65)
        gate.open()
        answers = await asyncio.gather(first, *calls)
    for number, answer in enumerate(answers[1:]):
        assert (answer.document_id, answer.speakers[0].name) == (f"n{number}", f"w{number}")
    assert max(map(len, extractor.batches)) > 1


async def test_a_caller_that_leaves_is_not_run() -> None:
    """Cancelling a call takes its text out of the queue; the others are answered."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor) as running:
        first = asyncio.ensure_future(running.extract("first"))
        await reached(gate)
        left = running.stub.Extract(request("left alone"))
        stayed = asyncio.ensure_future(running.extract("stayed"))
        engine = running.service._servicer.engine
        assert engine is not None
        await until(lambda: running.queued == 3)
        left.cancel()
        # The batcher sees the cancellation as soon as the service does.
        await until(lambda: any(entry.job.done for entry in engine.batcher._line._inbox))
        gate.open()
        answers = await asyncio.gather(first, stayed)
    assert [answer.speakers[0].name for answer in answers] == ["first", "stayed"]
    assert extractor.batches == [["first"], ["stayed"]]


async def test_the_service_has_a_deadline_of_its_own() -> None:
    """A call without a deadline does not wait for ever, and the error says so in its details."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), default_timeout=0.05) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("slow")
        gate.open()
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert details(caught.value)["ErrorInfo"].reason == "DEADLINE_EXCEEDED"


async def test_a_deadline_in_the_past_is_answered_as_such() -> None:
    """A caller without time left costs no pass."""
    extractor = FakeExtractor()
    async with serving(extractor) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("late", timeout=-1.0)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert extractor.batches == []


@pytest.mark.parametrize("bound", [{"queue_tokens": 8}, {"queue_windows": 1}, {"pending_characters": 8}])
async def test_too_much_work_is_refused_at_once(bound: dict[str, Any]) -> None:
    """Overload is RESOURCE_EXHAUSTED with a time to try again, never a queue without end."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), **bound) as running:
        first = asyncio.ensure_future(running.extract("first"))
        await reached(gate)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("second")
        gate.open()
        assert (await first).speakers[0].name == "first"
        assert (await running.extract("third")).speakers[0].name == "third"
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    found = details(caught.value)
    assert found["ErrorInfo"].reason == "OVERLOADED"
    assert found["RetryInfo"].retry_delay.ToNanoseconds() >= 1e9


async def test_a_batch_answers_in_order_with_errors_in_place() -> None:
    """Each document of a batch has its result or its own error; none touches the others."""
    texts = ["one", "123456789", "poison", "", "unreadable", "six"]
    message = pb.BatchExtractRequest(
        documents=[pb.Document(id=f"n{index}", text=text) for index, text in enumerate(texts)],
        options=pb.ExtractOptions(offset_encoding=pb.OFFSET_ENCODING_UTF8),
    )
    message.documents[5].language_code = "fr"
    async with serving(FakeExtractor(), max_characters=10) as running:
        message.documents[1].text = "x" * 11
        answer = await running.stub.BatchExtract(message, metadata=(("x-request-id", "batch-1"),))
    outcomes = [item.WhichOneof("outcome") for item in answer.items]
    assert outcomes == ["result", "error", "error", "result", "error", "error"]
    assert [answer.items[index].result.document_id for index in (0, 3)] == ["n0", "n3"]
    assert answer.items[0].result.offset_encoding == pb.OFFSET_ENCODING_UTF8
    errors = [item.error for item in answer.items if item.HasField("error")]
    codes = [
        grpc.StatusCode.INVALID_ARGUMENT,
        *[grpc.StatusCode.INTERNAL] * 2,
        grpc.StatusCode.INVALID_ARGUMENT,
    ]
    assert [error.code for error in errors] == [code.value[0] for code in codes]
    assert unpacked(errors[0])["BadRequest"].field_violations[0].field == "documents[1].text"
    assert unpacked(errors[3])["BadRequest"].field_violations[0].field == "documents[5].language_code"
    assert all(unpacked(error)["RequestInfo"].request_id == "batch-1" for error in errors)


async def test_a_batch_over_the_limit_is_refused_whole() -> None:
    """The number of documents is checked before any is read."""
    extractor = FakeExtractor()
    async with serving(extractor, max_batch_documents=2) as running:
        with pytest.raises(grpc.aio.AioRpcError, match="the limit, 2"):
            await running.stub.BatchExtract(pb.BatchExtractRequest(documents=[pb.Document(text="a")] * 3))
        assert not (await running.stub.BatchExtract(pb.BatchExtractRequest())).items
    assert extractor.batches == []


async def test_a_batch_larger_than_the_room_is_served() -> None:
    """More text than may be served at once gets in bit by bit; an idle service refuses none of it."""
    message = pb.BatchExtractRequest(documents=[pb.Document(text=f"text {n}") for n in range(20)])
    async with serving(FakeExtractor(), pending_characters=13) as running:
        answer = await running.stub.BatchExtract(message)
    assert [item.result.speakers[0].name for item in answer.items] == ["text"] * 20


async def test_a_batch_is_refused_whole_or_not_at_all() -> None:
    """Where there is no room for all of it, the caller is told at once and nothing is begun."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, pending_characters=12) as running:
        first = asyncio.ensure_future(running.extract("first"))
        await reached(gate)
        documents = [pb.Document(text="four")] * 2
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "RetryInfo" in details(caught.value)
        gate.open()
        await first
    assert extractor.batches == [["first"]]


async def test_info_announces_model_and_limits() -> None:
    """A client learns what is served and what is refused."""
    async with serving(FakeExtractor(), max_characters=77, max_batch_documents=5) as running:
        info = await running.stub.GetServiceInfo(pb.GetServiceInfoRequest())
    assert (info.model_name, info.model_version, info.model_sha256) == ("fake", "7", "ab" * 32)
    assert (list(info.languages), info.device, info.dtype) == (["en"], "cpu", "float32")
    assert (info.limits.max_characters, info.limits.max_batch_documents) == (77, 5)
    assert info.limits.max_message_bytes == 64 * 1024 * 1024
    assert info.service_version


async def test_calls_before_the_model_is_there_are_unavailable() -> None:
    """Not ready is UNAVAILABLE, which clients and load balancers wait out."""
    async with serving(FakeExtractor(), loaded=False) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("early")
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert details(caught.value)["ErrorInfo"].reason == "LOADING"
        await running.service.load()
        assert (await running.extract("now")).speakers[0].name == "now"
