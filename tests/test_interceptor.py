from __future__ import annotations

import asyncio
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.errors import (
    Cancelled,
    DataError,
    DeadlineExceeded,
    InternalError,
    InvalidInput,
    ModelError,
    Overloaded,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
from inquit.status import code_of, status_of
from running_service import Running, details, events, request, serving, trailer, until


async def services(running: Running, **call: Any) -> list[str]:
    """Ask the reflection service for the names of all services."""
    stub = reflection_pb2_grpc.ServerReflectionStub(running.channel)
    questions = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    return [
        service.name
        async for answer in stub.ServerReflectionInfo(questions, **call)
        for service in answer.list_services_response.service
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("m", field="f"), grpc.StatusCode.INVALID_ARGUMENT),
        (DeadlineExceeded("m"), grpc.StatusCode.DEADLINE_EXCEEDED),
        (Cancelled("m"), grpc.StatusCode.CANCELLED),
        (Overloaded("m", retry_after=2.5), grpc.StatusCode.RESOURCE_EXHAUSTED),
        (Unavailable("m"), grpc.StatusCode.UNAVAILABLE),
        (Unauthenticated("m"), grpc.StatusCode.UNAUTHENTICATED),
        (PermissionDenied("m"), grpc.StatusCode.PERMISSION_DENIED),
        (Unimplemented("m"), grpc.StatusCode.UNIMPLEMENTED),
        (ModelError("secret"), grpc.StatusCode.INTERNAL),
        (DataError("secret"), grpc.StatusCode.INTERNAL),
        (InternalError("secret"), grpc.StatusCode.INTERNAL),
        (ValueError("secret"), grpc.StatusCode.INTERNAL),
        (TimeoutError("secret"), grpc.StatusCode.INTERNAL),
    ],
)
def test_every_error_has_one_code(error: Exception, code: grpc.StatusCode) -> None:
    """The table gives each error its code; of defects the caller learns nothing but that there was one."""
    assert code_of(error) is code
    status = status_of(error, "r-1")
    assert status.code == code.value[0]
    assert "secret" not in str(status)
    assert "r-1" in str(status)


@pytest.mark.parametrize("given", ["abc-123", "trace/1:2=3"])
async def test_request_ids_of_callers_are_kept(given: str, log: StringIO) -> None:
    """A caller finds its own id in the answer and in the log."""
    async with serving(FakeExtractor()) as running:
        call = running.stub.Extract(request("a"), metadata=(("x-request-id", given),))
        await call
        assert dict(await call.trailing_metadata())["x-request-id"] == given
    assert [row["request_id"] for row in events(log, "call")] == [given]


@pytest.mark.parametrize("given", [None, "", "two words", "x" * 129, '"}'])
async def test_other_request_ids_are_replaced(given: str | None, log: StringIO) -> None:
    """What could spoil a log is not written there; every call has an id all the same."""
    metadata = () if given is None else (("x-request-id", given),)
    async with serving(FakeExtractor()) as running:
        call = running.stub.Extract(request("a"), metadata=metadata)
        await call
        made = dict(await call.trailing_metadata())["x-request-id"]
    assert len(made) == 32
    assert [row["request_id"] for row in events(log, "call")] == [made]


async def test_failures_carry_the_request_id() -> None:
    """The id of a failed call stands in its details and its trailing metadata."""
    async with serving(FakeExtractor(), max_characters=1) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("long", metadata=(("x-request-id", "r-9"),))
    assert details(caught.value)["RequestInfo"].request_id == "r-9"
    assert trailer(caught.value, "x-request-id") == "r-9"


async def test_every_call_is_one_line(log: StringIO) -> None:
    """The log says of each call what it was, how it ended, how large and how long."""
    async with serving(FakeExtractor()) as running:
        sent = request("Secretly said")
        await running.stub.Extract(sent)
    [line] = events(log, "call")
    assert (line["method"], line["code"], line["level"]) == ("Extract", "OK", "info")
    assert line["request_bytes"] == sent.ByteSize()
    assert line["response_bytes"] > 0
    assert line["seconds"] > 0
    assert line["peer"].startswith("ipv4:127.0.0.1:")
    assert "Secretly" not in log.getvalue()


async def test_the_line_tells_where_the_time_went(log: StringIO) -> None:
    """Each stage of a document is in its call's line; those of several are summed up."""
    async with serving(FakeExtractor()) as running:
        await running.extract("a")
        documents = [pb.Document(text="b"), pb.Document(text="c"), pb.Document(text="poison")]
        await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents))
        await running.stub.GetServiceInfo(pb.GetServiceInfoRequest())
    one, several, none = events(log, "call")
    assert (one["documents"], one["encode_seconds"], one["decode_seconds"]) == (1, 0.25, 0.5)
    assert one["network_seconds"] > 0
    assert one["queue_seconds"] >= 0
    assert (several["documents"], several["failed_documents"], several["encode_seconds"]) == (3, 1, 0.5)
    assert "documents" not in none


@pytest.mark.parametrize("text", ["unreadable secret", "poison secret"])
async def test_defects_are_told_soberly_and_logged_without_text(text: str, log: StringIO) -> None:
    """The caller gets one sentence; the log gets types and frames once, and never the text."""
    async with serving(FakeExtractor()) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract(text)
        assert (await running.extract("next")).speakers[0].name == "next"
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert details(caught.value)["ErrorInfo"].reason == "INTERNAL"
    assert "secret" not in str(caught.value.trailing_metadata()) + str(caught.value.details())
    [line] = [row for row in events(log, "call") if row["code"] == "INTERNAL"]
    assert line["level"] == "error"
    told = " ".join([line["exception"], *line["causes"], *line["frames"]])
    assert "ValueError" in told
    assert "fake_extractor.py" in told
    assert "secret" not in log.getvalue()


async def test_defects_inside_a_batch_are_logged_without_text(log: StringIO) -> None:
    """A document's failure is in the log although its batch was answered."""
    async with serving(FakeExtractor()) as running:
        message = pb.BatchExtractRequest(
            documents=[pb.Document(text="fine"), pb.Document(text="poison secret")]
        )
        await running.stub.BatchExtract(message, metadata=(("x-request-id", "b-1"),))
    [line] = events(log, "document failed")
    assert (line["index"], line["request_id"]) == (1, "b-1")
    assert [row["code"] for row in events(log, "call")] == ["OK"]
    assert "secret" not in log.getvalue()


async def test_bad_input_is_logged_by_field(log: StringIO) -> None:
    """A refused call is no error of the service: its line names the field and stays at info."""
    async with serving(FakeExtractor(), max_characters=1) as running:
        with pytest.raises(grpc.aio.AioRpcError):
            await running.extract("secret")
    [line] = events(log, "call")
    assert (line["code"], line["level"], line["field"]) == ("INVALID_ARGUMENT", "info", "document.text")
    assert "secret" not in log.getvalue()


@pytest.mark.parametrize("raw", [b"\xff\xff", b"\x0a\x05\x12\x03a\xffb"])
async def test_unreadable_messages_are_bad_input(raw: bytes, log: StringIO) -> None:
    """Bytes that are no message, or text that is not UTF-8, are the caller's error."""
    async with serving(FakeExtractor()) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.channel.unary_unary("/inquit.v1.QuoteService/Extract", bytes, bytes)(raw)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(caught.value)["ErrorInfo"].reason == "UNREADABLE_MESSAGE"
    assert [row["code"] for row in events(log, "call")] == ["INVALID_ARGUMENT"]


async def test_callers_that_leave_are_logged_as_such(log: StringIO) -> None:
    """A cancelled call has its line too."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through())) as running:
        call = running.stub.Extract(request("left"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        call.cancel()
        await until(lambda: bool(events(log, "call")))
        gate.open()
    assert [row["code"] for row in events(log, "call")] == ["CANCELLED"]


async def test_unknown_methods_are_unimplemented() -> None:
    """A path that the contract does not have is not a defect."""
    async with serving(FakeExtractor()) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.channel.unary_unary("/inquit.v1.QuoteService/Nothing", bytes, bytes)(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    """Return a file with two tokens and an empty line."""
    path = tmp_path / "tokens"
    path.write_text("old-token\n\nnew-token\n")
    return path


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "new-token",
        "Bearer",
        "Bearer wrong",
        "Bearer new-token-",
        "Bearer new-toke",
        "Basic new-token",
    ],
)
async def test_calls_without_a_token_are_refused(given: str | None, token_file: Path, log: StringIO) -> None:
    """With a token file, a call without one of its tokens is UNAUTHENTICATED and reads nothing."""
    metadata = () if given is None else (("authorization", given),)
    extractor = FakeExtractor()
    async with serving(extractor, token_file=token_file) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("a", metadata=metadata)
        with pytest.raises(grpc.aio.AioRpcError) as hidden:
            await services(running, metadata=metadata)
    for error in (caught.value, hidden.value):
        assert error.code() is grpc.StatusCode.UNAUTHENTICATED
        assert details(error)["ErrorInfo"].reason == "UNAUTHENTICATED"
    assert extractor.batches == []
    assert "token" not in log.getvalue().replace("UNAUTHENTICATED", "")


@pytest.mark.parametrize("token", ["old-token", "new-token"])
async def test_calls_with_a_token_are_served(token: str, token_file: Path) -> None:
    """Every token of the file opens the service, so that tokens can be changed without a gap."""
    metadata = (("authorization", f"Bearer {token}"),)
    async with serving(FakeExtractor(), token_file=token_file) as running:
        assert (await running.extract("a", metadata=metadata)).speakers[0].name == "a"
        assert "inquit.v1.QuoteService" in await services(running, metadata=metadata)


async def test_health_needs_no_token(token_file: Path) -> None:
    """Probes carry no tokens."""
    async with serving(FakeExtractor(), token_file=token_file) as running:
        stub = health_pb2_grpc.HealthStub(running.channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_names_the_services() -> None:
    """Tools like grpcurl see the contract without a token when none is set."""
    async with serving(FakeExtractor()) as running:
        names = await services(running)
    assert {"inquit.v1.QuoteService", "grpc.health.v1.Health"} <= set(names)


async def test_reflection_can_be_left_out() -> None:
    """Who does not want reflection gets none."""
    async with serving(FakeExtractor(), reflection=False) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await services(running)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
