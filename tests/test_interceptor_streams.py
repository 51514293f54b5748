from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest
from google.rpc import status_pb2
from prometheus_client import CollectorRegistry

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.call_metrics import CallMetrics
from inquit.errors import Overloaded
from inquit.interceptor import CallInterceptor
from inquit.tokens import Tokens
from running_service import details, events

STREAM = {
    "grpc_type": "bidi_stream",
    "grpc_service": "inquit.v1.QuoteService",
    "grpc_method": "StreamExtract",
}


def answer(message: pb.StreamExtractRequest) -> pb.StreamExtractResponse:
    """Answer a document; one without a text has an error."""
    name = message.document.id
    if not message.document.text:
        return pb.StreamExtractResponse(document_id=name, error=status_pb2.Status(code=3))
    timings = pb.Timings(encode_seconds=0.25, decode_seconds=0.5)
    return pb.StreamExtractResponse(document_id=name, result=pb.ExtractResponse(timings=timings))


class Yielding(inquit_pb2_grpc.QuoteServiceServicer):
    async def StreamExtract(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        async for message in request:
            if message.document.text == "overload":
                raise Overloaded("enough", retry_after=1.0)
            yield answer(message)


class Writing(inquit_pb2_grpc.QuoteServiceServicer):
    async def StreamExtract(self, request: Any, context: Any) -> Any:  # type: ignore[override]  # noqa: N802
        async for message in request:
            if message.document.text == "overload":
                raise Overloaded("enough", retry_after=1.0)
            await context.write(answer(message))


@asynccontextmanager
async def intercepted(servicer: Any) -> AsyncIterator[tuple[Any, Callable[..., float]]]:
    """Serve it behind the interceptor; return the method and a reader of its metrics."""
    registry = CollectorRegistry()
    server = grpc.aio.server(interceptors=[CallInterceptor(Tokens(None), CallMetrics(registry))])
    inquit_pb2_grpc.add_QuoteServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()

    def value(name: str, **labels: str) -> float:
        return registry.get_sample_value(name, STREAM | labels) or 0.0

    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stream = channel.stream_stream(
            "/inquit.v1.QuoteService/StreamExtract",
            request_serializer=lambda sent: sent if isinstance(sent, bytes) else sent.SerializeToString(),
            response_deserializer=pb.StreamExtractResponse.FromString,
        )
        yield stream, value
    await server.stop(None)


def document(name: str, text: str = "text") -> pb.StreamExtractRequest:
    """Return one document of a stream."""
    return pb.StreamExtractRequest(document=pb.Document(id=name, text=text))


@pytest.mark.parametrize("servicer", [Yielding(), Writing()])
async def test_a_stream_is_one_line_and_many_messages(servicer: Any, log: StringIO) -> None:
    """However a stream answers, its messages are counted and its line sums them up."""
    sent = [document("a"), document("b"), document("c", text="")]
    async with intercepted(servicer) as (stream, value):
        call = stream(iter(sent))
        got = [message async for message in call]
        trailer = dict(await call.trailing_metadata())
        assert value("grpc_server_started_total") == 1
        assert value("grpc_server_msg_received_total") == 3
        assert value("grpc_server_msg_sent_total") == 3
        assert value("grpc_server_handled_total", grpc_code="OK") == 1
    assert [message.document_id for message in got] == ["a", "b", "c"]
    [line] = events(log, "call")
    assert trailer["x-request-id"] == line["request_id"]
    assert (line["method"], line["code"]) == ("StreamExtract", "OK")
    assert line["request_bytes"] == sum(message.ByteSize() for message in sent)
    assert line["response_bytes"] == sum(message.ByteSize() for message in got)
    assert (line["documents"], line["failed_documents"]) == (3, 1)
    assert (line["encode_seconds"], line["decode_seconds"]) == (0.5, 1.0)


@pytest.mark.parametrize("servicer", [Yielding(), Writing()])
async def test_a_stream_that_fails_has_its_details(servicer: Any, log: StringIO) -> None:
    """The error of a whole stream has a code and details, as that of a unary call."""
    async with intercepted(servicer) as (stream, value):
        call = stream(iter([document("a"), document("b", text="overload")]))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            _ = [message async for message in call]
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details(caught.value)["RetryInfo"].retry_delay.seconds == 1
    assert value("grpc_server_handled_total", grpc_code="ResourceExhausted") == 1
    assert value("grpc_server_msg_sent_total") == 1
    assert [row["code"] for row in events(log, "call")] == ["RESOURCE_EXHAUSTED"]


@pytest.mark.parametrize("servicer", [Yielding(), Writing()])
async def test_unreadable_messages_end_a_stream(servicer: Any, log: StringIO) -> None:
    """Bytes that are no message are the caller's error, and nobody could say to which document they belong."""
    async with intercepted(servicer) as (stream, value):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            _ = [message async for message in stream(iter([b"\xff\xff"]))]
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(caught.value)["ErrorInfo"].reason == "UNREADABLE_MESSAGE"
    assert value("grpc_server_handled_total", grpc_code="InvalidArgument") == 1
    assert [row["code"] for row in events(log, "call")] == ["INVALID_ARGUMENT"]
