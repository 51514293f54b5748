"""One OpenTelemetry span for each call, sent by OTLP; no span holds a caller's text.

OpenTelemetry is imported when `Tracing.open` is called and not before: it is an extra. Its own
OTEL_* variables choose the sampler, headers, certificates and the name of the service.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

import grpc

from inquit.errors import InvalidInput
from inquit.tally import STAGES, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

__all__ = ["CallSpan", "Tracing"]

_TRACEPARENT = "traceparent"

_LAST_EXPORT_SECONDS = 3.0
"""How long a stop waits for a collector to take what is left."""

_OUR_FAULT = frozenset(
    {
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DATA_LOSS,
    }
)
"""Codes that make a server's span an error, by OpenTelemetry's conventions for gRPC."""


class Tracing:
    """Makes spans and has them sent from a thread of its own."""

    def __init__(self, provider: TracerProvider, exporter: SpanExporter) -> None:
        """Use `open`."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._exporter = exporter
        self._tracer = provider.get_tracer("inquit")
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def open(cls, endpoint: str, version: str) -> Tracing:
        """Send spans to an `http://` or `https://` endpoint; raises InvalidInput without the extra `otel`."""
        try:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import OTELResourceDetector, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ModuleNotFoundError as error:
            raise InvalidInput(
                "otlp_endpoint: traces need OpenTelemetry; try: pip install 'inquit[otel]'",
                field="otlp_endpoint",
                reason="MISSING_EXTRA",
            ) from error
        resource = Resource.create({"service.version": version})
        if not OTELResourceDetector().detect().attributes.get("service.name"):
            resource = resource.merge(Resource({"service.name": "inquit"}))
        exporter = OTLPSpanExporter(endpoint=endpoint)
        # Ends with the service, not with the interpreter: there may be several in a process.
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        return cls(provider, exporter)

    def begin(
        self, path: str, metadata: Mapping[str, str | bytes], *, peer: str, request_id: str
    ) -> CallSpan:
        """Begin the span of a call named `/package.Service/Method`, below the caller's if it names one."""
        from opentelemetry.trace import SpanKind

        given = metadata.get(_TRACEPARENT)
        carrier = {_TRACEPARENT: given} if isinstance(given, str) else {}
        method = path.removeprefix("/")
        begin = time.time_ns()
        span = self._tracer.start_span(
            method,
            context=self._propagator.extract(carrier),
            kind=SpanKind.SERVER,
            attributes={
                "rpc.system.name": "grpc",
                "rpc.method": method,
                "inquit.request_id": request_id,
                **_peer(peer),
            },
            start_time=begin,
        )
        return CallSpan(self, span, begin)

    def stage(self, parent: Span, name: str, begin: int, end: int) -> None:
        """Add a span below another one, after the fact; times in nanoseconds."""
        from opentelemetry.trace import set_span_in_context

        self._tracer.start_span(name, context=set_span_in_context(parent), start_time=begin).end(end)

    def close(self) -> None:
        """Send what is left; blocks, but not for long where the collector does not answer."""
        # A daemon, unlike the interpreter's own pools: nobody waits for it at the end.
        thread = threading.Thread(target=self._provider.shutdown, name="inquit-traces", daemon=True)
        thread.start()
        thread.join(_LAST_EXPORT_SECONDS)
        if thread.is_alive():
            self._exporter.shutdown()


class CallSpan:
    """The span of one call."""

    def __init__(self, tracing: Tracing, span: Span, begin: int) -> None:
        self._tracing = tracing
        self._span = span
        self._begin = begin

    @property
    def trace_id(self) -> str:
        """The trace's id in hex."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def end(self, code: grpc.StatusCode, tally: Tally, *, single: bool) -> None:
        """End it; the stages of a `single` document become spans, those of several are summed up.

        Stages are placed by their length: all but decoding from the begin of the call on, decoding
        at its end. The gap is what other callers' documents took of the same batches and threads.
        """
        from opentelemetry.trace import StatusCode

        end = time.time_ns()
        span = self._span
        if span.is_recording():
            span.set_attribute("rpc.response.status_code", code.name)
            if code in _OUR_FAULT:
                span.set_attribute("error.type", code.name)
                span.set_status(StatusCode.ERROR)
            for name, value in tally.fields.items():
                span.set_attribute(f"inquit.{name}", value)
            if single:
                self._add_stages(tally.seconds, end)
        span.end(end)

    def _add_stages(self, seconds: Mapping[str, float], end: int) -> None:
        begin = self._begin
        for stage in STAGES:
            if stage not in seconds:
                continue
            length = round(seconds[stage] * 1e9)
            if stage == STAGES[-1]:
                begin = max(begin, end - length)
            self._tracing.stage(self._span, stage, begin, begin + length)
            begin += length


def _peer(peer: str) -> dict[str, str | int]:
    """Return the attributes of gRPC's `ipv4:10.0.0.1:50000` or `ipv6:%5B::1%5D:50000`."""
    family, _, rest = peer.partition(":")
    host, _, port = unquote(rest).rpartition(":")
    if family not in {"ipv4", "ipv6"} or not port.isdecimal():
        return {}
    return {"network.peer.address": host.strip("[]"), "network.peer.port": int(port)}
