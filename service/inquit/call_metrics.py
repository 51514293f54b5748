"""The well-known gRPC metrics, under the names and labels that dashboards for other gRPC servers expect."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import grpc
import grpc.aio
from google.protobuf.descriptor import ServiceDescriptor
from prometheus_client import CollectorRegistry, Counter, Histogram

__all__ = ["CallMetrics", "MethodMetrics", "code_at_the_end"]

CallKind = Literal["unary", "client_stream", "server_stream", "bidi_stream"]

_METHOD = ("grpc_type", "grpc_service", "grpc_method")

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class CallMetrics:
    """Counts calls by method; whatever is not a method of this server is counted as `unknown`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._arrived = Counter(
            "inquit_calls_arrived",
            "Calls that reached the server, those included that gRPC refuses itself when too many run at once.",
            registry=registry,
        )
        self._started = Counter("grpc_server_started", "Calls begun, by method.", _METHOD, registry=registry)
        self._handled = Counter(
            "grpc_server_handled",
            "Calls ended, by method and status code.",
            (*_METHOD, "grpc_code"),
            registry=registry,
        )
        self._seconds = Histogram(
            "grpc_server_handling_seconds",
            "From the begin of a call to its end, by method.",
            _METHOD,
            registry=registry,
            buckets=_SECONDS,
        )
        self._received = Counter(
            "grpc_server_msg_received", "Messages received, by method.", _METHOD, registry=registry
        )
        self._sent = Counter("grpc_server_msg_sent", "Messages sent, by method.", _METHOD, registry=registry)
        self._methods: dict[str, MethodMetrics] = {}

    def arrived(self) -> None:
        """Count a call before anything is known of it."""
        self._arrived.inc()

    def unknown(self) -> None:
        """Count a call of a method that is not there, which gRPC answers itself."""
        method = self._of("/unknown/unknown", "unary")
        method.started()
        method.ended(grpc.StatusCode.UNIMPLEMENTED, 0.0)

    def method(self, path: str, handler: Any) -> MethodMetrics:
        """Return the metrics of a method that the server has, named `/package.Service/Method`."""
        return self._of(path, _kind(client=handler.request_streaming, server=handler.response_streaming))

    def expect(self, service: ServiceDescriptor) -> None:
        """Show every method and status code of a service from the start: a rate needs a zero to begin from."""
        for method in service.methods:
            kind = _kind(client=method.client_streaming, server=method.server_streaming)
            metrics = self._of(f"/{service.full_name}/{method.name}", kind)
            for code in grpc.StatusCode:
                metrics.expect(code)

    def _of(self, path: str, kind: CallKind) -> MethodMetrics:
        found = self._methods.get(path)
        if found is None:
            service, _, name = path.removeprefix("/").rpartition("/")
            labels = (kind, service, name)
            found = self._methods[path] = MethodMetrics(
                started=self._started.labels(*labels),
                received=self._received.labels(*labels),
                sent=self._sent.labels(*labels),
                seconds=self._seconds.labels(*labels),
                handled=lambda code: self._handled.labels(*labels, _word(code)),
            )
        return found


class MethodMetrics:
    """The metrics of one method."""

    def __init__(
        self,
        *,
        started: Counter,
        received: Counter,
        sent: Counter,
        seconds: Histogram,
        handled: Callable[[grpc.StatusCode], Counter],
    ) -> None:
        self.started = started.inc
        self._received = received
        self._sent = sent
        self._seconds = seconds
        self._handled = handled

    def received(self, messages: int = 1) -> None:
        """Count messages of the caller."""
        self._received.inc(messages)

    def sent(self, messages: int = 1) -> None:
        """Count messages to the caller."""
        self._sent.inc(messages)

    def ended(self, code: grpc.StatusCode, seconds: float) -> None:
        """Count the end of a call."""
        self._handled(code).inc()
        self._seconds.observe(seconds)

    def expect(self, code: grpc.StatusCode) -> None:
        """Show the code though no call ended with it yet."""
        self._handled(code)

    def around(self, handler: Any) -> Any:
        """Return a handler that does the same and is counted."""
        name, make = _ways(handler)
        behaviour = getattr(handler, name)
        if inspect.isasyncgenfunction(behaviour):

            async def yielded(request: Any, context: Any) -> AsyncIterator[Any]:
                with self._call(context):
                    async for response in behaviour(request, context):
                        yield response

            counted: Any = yielded
        else:

            async def awaited(request: Any, context: Any) -> Any:
                with self._call(context):
                    return await behaviour(request, context)

            counted = awaited
        return make(
            counted,
            request_deserializer=_before(handler.request_deserializer, self.received),
            response_serializer=_before(handler.response_serializer, self.sent),
        )

    @contextmanager
    def _call(self, context: Any) -> Iterator[None]:
        begin = time.monotonic()
        self.started()
        failure: BaseException | None = None
        try:
            yield
        except BaseException as error:
            failure = error
            raise
        finally:
            self.ended(code_at_the_end(failure, context), time.monotonic() - begin)


def code_at_the_end(failure: BaseException | None, context: Any) -> grpc.StatusCode:
    """Return what the caller of a method is told that ended so, with gRPC doing the telling."""
    if isinstance(failure, (asyncio.CancelledError, GeneratorExit)):
        late = context.time_remaining() == 0.0
        return grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED
    told = context.code()
    if isinstance(told, grpc.StatusCode):
        return told
    return grpc.StatusCode.OK if failure is None else grpc.StatusCode.UNKNOWN


def _kind(*, client: bool, server: bool) -> CallKind:
    if client:
        return "bidi_stream" if server else "client_stream"
    return "server_stream" if server else "unary"


def _ways(handler: Any) -> tuple[str, Callable[..., Any]]:
    """Return under which name a handler holds its function, and what makes another such handler."""
    ways: dict[tuple[bool, bool], tuple[str, Callable[..., Any]]] = {
        (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler),
        (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler),
        (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler),
        (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler),
    }
    return ways[handler.request_streaming, handler.response_streaming]


def _before(convert: Callable[[Any], Any] | None, count: Callable[[], None]) -> Callable[[Any], Any]:
    """Return a converter of messages that counts them; gRPC calls it once for each."""

    def counted(message: Any) -> Any:
        count()
        return message if convert is None else convert(message)

    return counted


def _word(code: grpc.StatusCode) -> str:
    """Return a code as the well-known metrics write it: OK, InvalidArgument, Canceled."""
    if code is grpc.StatusCode.OK:
        return "OK"
    if code is grpc.StatusCode.CANCELLED:
        return "Canceled"
    return "".join(part.capitalize() for part in code.name.split("_"))
