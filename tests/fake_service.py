"""A small service without a model, for tests of the client and the command line."""

from __future__ import annotations

import threading
from collections import deque
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2, error_details_pb2, status_pb2

from inquit import Document, wire
from inquit._gen.inquit.v1 import inquit_pb2, inquit_pb2_grpc
from inquit.types import Extraction, Limits, Quote, QuoteKind, ServiceInfo, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OVERLOADED = code_pb2.RESOURCE_EXHAUSTED
INVALID = code_pb2.INVALID_ARGUMENT
UNAVAILABLE = code_pb2.UNAVAILABLE


def status(
    code: int, message: str, *, reason: str = "", field: str = "", retry: float | None = None
) -> status_pb2.Status:
    """Return a status with the details that the service attaches."""
    made = status_pb2.Status(code=code, message=message)
    made.details.add().Pack(error_details_pb2.ErrorInfo(reason=reason, domain="inquit"))
    made.details.add().Pack(error_details_pb2.RequestInfo(request_id="r-1"))
    if field:
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=message)
        made.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))
    if retry is not None:
        delay = Duration()
        delay.FromNanoseconds(round(retry * 1e9))
        made.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    return made


def refuse(context: grpc.ServicerContext, made: status_pb2.Status) -> None:
    """End a call with the status, as the service does."""
    context.set_trailing_metadata((("grpc-status-details-bin", made.SerializeToString()),))
    code = next(code for code in grpc.StatusCode if code.value[0] == made.code)
    context.abort(code, made.message)


@dataclass
class FakeService(inquit_pb2_grpc.QuoteServiceServicer):
    """Answers each text with itself as one quote, after the failures that were asked for."""

    failures: deque[Any] = field(default_factory=deque)
    """Called with the context, one for each call, before it is answered."""
    limits: Limits = field(default_factory=Limits)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    remaining: list[float] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)
    """Where each call came from."""
    batches: list[list[str]] = field(default_factory=list)
    """Texts of each BatchExtract."""
    refusals: dict[str, list[status_pb2.Status]] = field(default_factory=dict)
    """Errors of texts in a batch, used up one by one."""
    gates: dict[str, threading.Event] = field(default_factory=dict)
    """Batches with this text wait for the event."""
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set when a batch waits at its gate."""
    abandoned: threading.Event = field(default_factory=threading.Event)
    """Set when a caller left a waiting batch or stream."""
    streams: list[list[str]] = field(default_factory=list)
    """Texts of each StreamExtract."""
    breaks: dict[str, list[Callable[[Any], None]]] = field(default_factory=dict)
    """Called with the context when a stream brings this text, instead of an answer; used up one by one."""
    late: dict[str, str] = field(default_factory=dict)
    """Texts of a stream that are answered only after the text named."""
    model_name: str = "fake"

    def Extract(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        self._begin(context)
        return _answer(request.document, request.options)

    def BatchExtract(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        self._begin(context)
        self.batches.append([document.text for document in request.documents])
        items = []
        for document in request.documents:
            if document.text in self.gates:
                gate = self.gates[document.text]
                context.add_callback(partial(self._left, gate))
                self.arrived.set()
                gate.wait(30)
            if self.refusals.get(document.text):
                error = self.refusals[document.text].pop(0)
                items.append(inquit_pb2.BatchExtractItem(error=error))
            else:
                items.append(inquit_pb2.BatchExtractItem(result=_answer(document, request.options)))
        return inquit_pb2.BatchExtractResponse(items=items)

    def StreamExtract(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        self._begin(context)
        texts: list[str] = []
        self.streams.append(texts)
        waiting: dict[str, Any] = {}
        if not self.breaks:
            context.send_initial_metadata(())
        for index, message in enumerate(request):
            text = message.document.text
            texts.append(text)
            if self.breaks.get(text):
                self.breaks[text].pop(0)(context)
            if text in self.gates:
                gate = self.gates[text]
                context.add_callback(partial(self._left, gate))
                self.arrived.set()
                gate.wait(30)
            answer = inquit_pb2.StreamExtractResponse(document_id=message.document.id, request_index=index)
            if self.refusals.get(text):
                answer.error.CopyFrom(self.refusals[text].pop(0))
            else:
                answer.result.CopyFrom(_answer(message.document, message.options))
            if text in self.late:
                waiting[self.late[text]] = answer
            else:
                yield answer
            if text in waiting:
                yield waiting.pop(text)

    def GetServiceInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        self._begin(context)
        return wire.info_to_proto(
            ServiceInfo(self.model_name, "1.2.3", "00ff", ("en",), "cpu", "float32", self.limits, "0.1.0")
        )

    def _left(self, gate: threading.Event) -> None:
        if not gate.is_set():
            self.abandoned.set()
            gate.set()

    def _begin(self, context: Any) -> None:
        self.metadata.append(dict(context.invocation_metadata()))
        self.remaining.append(context.time_remaining())
        self.peers.append(context.peer())
        if self.failures:
            self.failures.popleft()(context)


def _answer(document: inquit_pb2.Document, options: inquit_pb2.ExtractOptions) -> inquit_pb2.ExtractResponse:
    text = document.text
    asked = wire.options_from_proto(options)
    quote = Quote(QuoteKind.DIRECT, (Span(0, len(text), text),), confidence=0.5)
    quotes = (quote,) if text and quote.confidence >= asked.min_confidence else ()
    return wire.extraction_to_proto(
        Extraction(document.id, quotes, offset_encoding=asked.offset_encoding, model_version="fake 1.2.3")
    )


@dataclass
class Running:
    """A server in this process."""

    server: grpc.Server
    service: FakeService
    target: str


@contextmanager
def running(
    service: FakeService,
    *,
    credentials: grpc.ServerCredentials | None = None,
    more: Callable[[grpc.Server], None] | None = None,
    options: Iterable[tuple[str, Any]] = (),
) -> Iterator[Running]:
    """Serve on a free port until the block ends."""
    with futures.ThreadPoolExecutor(8) as pool:
        server = grpc.server(pool, options=[("grpc.so_reuseport", 0), *options])
        registrar: Any = server
        inquit_pb2_grpc.add_QuoteServiceServicer_to_server(service, registrar)
        if more is not None:
            more(server)
        address = "localhost:0" if credentials else "127.0.0.1:0"
        port = (
            server.add_insecure_port(address)
            if credentials is None
            else server.add_secure_port(address, credentials)
        )
        server.start()
        try:
            yield Running(server, service, f"{address.partition(':')[0]}:{port}")
        finally:
            for gate in service.gates.values():
                gate.set()
            server.stop(None).wait()


def texts(outcomes: Iterable[Any]) -> list[str]:
    """Return the quoted words of outcomes, or the reason of their errors."""
    return [
        outcome.error.reason if outcome.error else outcome.extraction.quotes[0].content[0].text
        for outcome in outcomes
    ]


def documents(count: int) -> Iterator[Document]:
    """Yield documents with the ids `0`, `1`, … and the texts `text 0`, `text 1`, …."""
    for number in range(count):
        yield Document(str(number), f"text {number}")
