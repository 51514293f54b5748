from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status

from fake_extractor import FakeExtractor
from inquit import tracing as tracing_module
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.config import ServerSettings, read_settings
from inquit.errors import InvalidInput
from inquit.instruments import Instruments
from running_service import events, serving

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps what it is sent; with a gate, answers only once that is set."""

    def __init__(self, gate: threading.Event | None = None) -> None:
        self.received: list[ResourceSpans] = []
        self._gate = gate

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        if self._gate is not None:
            self._gate.wait(30)
        self.received.extend(request.resource_spans)
        return trace_service_pb2.ExportTraceServiceResponse()

    @property
    def spans(self) -> list[Span]:
        return [span for each in self.received for scope in each.scope_spans for span in scope.spans]

    @property
    def calls(self) -> list[Span]:
        return [span for span in self.spans if span.kind == Span.SPAN_KIND_SERVER]


@contextmanager
def collecting(collector: Collector) -> Iterator[str]:
    """Run it on a free port; return the endpoint."""
    server = grpc.server(ThreadPoolExecutor(1))
    add: Any = trace_service_pb2_grpc.add_TraceServiceServicer_to_server
    add(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def attributes(span: Any) -> dict[str, Any]:
    """Return the attributes as plain values."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


async def test_a_call_is_a_span_below_its_callers() -> None:
    """The caller's trace goes on: one server span, with what gRPC tells and no text."""
    collector = Collector()
    metadata = (("traceparent", f"00-{TRACE}-{PARENT}-01"), ("x-request-id", "r-1"))
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            await running.extract("Secretly said", name="secret-id", metadata=metadata)
    [span] = collector.calls
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert span.name == "inquit.v1.QuoteService/Extract"
    assert span.status.code == Status.STATUS_CODE_UNSET
    told = attributes(span)
    assert told["rpc.system.name"] == "grpc"
    assert told["rpc.method"] == "inquit.v1.QuoteService/Extract"
    assert told["rpc.response.status_code"] == "OK"
    assert told["network.peer.address"] == "127.0.0.1"
    assert told["inquit.request_id"] == "r-1"
    assert told["inquit.documents"] == 1
    assert told["inquit.encode_seconds"] == 0.25
    assert attributes(collector.received[0].resource)["service.name"] == "inquit"
    assert "secret" not in str(collector.received).lower()


async def test_the_stages_of_a_document_are_spans() -> None:
    """Below the call stand its stages, as long as they took and in their order."""
    collector = Collector()
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            await running.extract("a")
    [call] = collector.calls
    stages = [span for span in collector.spans if span.parent_span_id == call.span_id]
    stages.sort(key=lambda span: span.start_time_unix_nano)
    assert [span.name for span in stages] == ["encode", "queue", "network", "decode"]
    assert stages[0].start_time_unix_nano == call.start_time_unix_nano
    lengths = {span.name: span.end_time_unix_nano - span.start_time_unix_nano for span in stages}
    assert (lengths["encode"], lengths["decode"]) == (250_000_000, 500_000_000)


async def test_a_batch_sums_its_stages_up() -> None:
    """Documents that are read side by side have no place in a line, so the call has their sums."""
    collector = Collector()
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            documents = [pb.Document(text="a"), pb.Document(text="b"), pb.Document(text="poison")]
            await running.stub.BatchExtract(pb.BatchExtractRequest(documents=documents))
    [call] = collector.spans
    told = attributes(call)
    assert (told["inquit.documents"], told["inquit.failed_documents"]) == (3, 1)
    assert told["inquit.decode_seconds"] == 1.0


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("poison", "INTERNAL", Status.STATUS_CODE_ERROR),
        ("too long a text", "INVALID_ARGUMENT", Status.STATUS_CODE_UNSET),
    ],
)
async def test_failures_are_marked_by_whose_fault_they_are(text: str, code: str, status: Any) -> None:
    """A defect makes the span an error; a bad request does not."""
    collector = Collector()
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint, max_characters=8) as running:
            with pytest.raises(grpc.aio.AioRpcError):
                await running.extract(text)
    [call] = collector.calls
    assert attributes(call)["rpc.response.status_code"] == code
    assert call.status.code == status
    assert text not in str(collector.received)


@pytest.mark.parametrize("given", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01"])
async def test_a_broken_traceparent_begins_a_trace(given: str, log: StringIO) -> None:
    """What cannot be read is as if it were not there; the log names the trace all the same."""
    collector = Collector()
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            await running.extract("a", metadata=(("traceparent", given),))
    [call] = collector.calls
    assert call.parent_span_id == b""
    assert [row["trace_id"] for row in events(log, "call")] == [call.trace_id.hex()]


async def test_an_unsampled_caller_is_not_traced() -> None:
    """The caller decides whether its trace is kept."""
    collector = Collector()
    with collecting(collector) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            await running.extract("a", metadata=(("traceparent", f"00-{TRACE}-{PARENT}-00"),))
    assert collector.spans == []


async def test_a_silent_collector_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are answered and the service stops though nobody takes its traces."""
    monkeypatch.setattr(tracing_module, "_LAST_EXPORT_SECONDS", 0.0)
    gate = threading.Event()
    with collecting(Collector(gate)) as endpoint:
        async with serving(FakeExtractor(), otlp_endpoint=endpoint) as running:
            assert (await running.extract("a")).speakers[0].name == "a"
        gate.set()


async def test_without_an_endpoint_there_is_no_tracing(log: StringIO) -> None:
    """Nobody is called that was not named."""
    async with serving(FakeExtractor()) as running:
        await running.extract("a")
        assert running.service.instruments.tracing is None
    assert "trace_id" not in events(log, "call")[0]


async def test_a_missing_extra_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for traces without their packages is told what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", None)
    settings = ServerSettings(otlp_endpoint="http://127.0.0.1:4317")
    with pytest.raises(InvalidInput, match=r"pip install 'inquit\[otel\]'") as caught:
        await Instruments(settings, lambda: True).start()
    assert caught.value.field == "otlp_endpoint"


@pytest.mark.parametrize("value", ["", "127.0.0.1:4317", "ftp://host", "http://"])
def test_an_endpoint_names_its_scheme(value: str) -> None:
    """Whether traces travel encrypted is said, not guessed."""
    with pytest.raises(InvalidInput, match="otlp_endpoint"):
        read_settings(otlp_endpoint=value)
