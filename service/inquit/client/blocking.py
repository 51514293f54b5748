"""The client for ordinary programs and threads."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Self

import grpc

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
from inquit.client.arguments import Method, checked_method, make_document, make_options
from inquit.client.blocking_batches import BlockingBatches
from inquit.client.blocking_streams import BlockingStreams
from inquit.client.calls import Calls, translated
from inquit.client.connection import MAX_MESSAGE_BYTES, Connection, Tls, checked_count, checked_timeout
from inquit.client.health import WATCH, is_serving, not_ready
from inquit.client.streams import Flight
from inquit.deadline import Deadline
from inquit.errors import Unimplemented
from inquit.types import Document, Extraction, Limits, OffsetEncoding, QuoteKind, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from inquit.client.outcome import Outcome
    from inquit.types import ExtractOptions

__all__ = ["Client"]


class Client:
    """Asks an inquit service; safe to share between threads.

    Every argument that is left out comes from the environment, then from a default:
    `target` from INQUIT_TARGET (localhost:50051), `token` from INQUIT_TOKEN, `timeout` in
    seconds from INQUIT_TIMEOUT (300). `tls` is True (gRPC's own authorities), the path of a
    PEM file of authorities, a `Tls`, or False; left out it follows INQUIT_TLS, INQUIT_TLS_CA,
    INQUIT_TLS_CLIENT_CERT and INQUIT_TLS_CLIENT_KEY. A target `dns:///name:port` spreads calls
    over all addresses of the name.

    A call fails with an error of `inquit.errors`. UNAVAILABLE is retried a few times at once;
    a service that is overloaded or loading is asked again when it says when, all within the time limit.
    Nothing is dialled before the first call.
    """

    def __init__(
        self,
        target: str | None = None,
        *,
        token: str | None = None,
        tls: Tls | bool | str | os.PathLike[str] | None = None,
        timeout: float | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        self._connection = Connection.resolve(
            target,
            token=token,
            tls=tls,
            timeout=timeout,
            max_message_bytes=max_message_bytes,
            environment=os.environ,
        )
        options = self._connection.options()
        credentials = self._connection.credentials()
        self._channel = (
            grpc.insecure_channel(self._connection.target, options)
            if credentials is None
            else grpc.secure_channel(self._connection.target, credentials, options)
        )
        self._stub = QuoteServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; calls under way in other threads end with Cancelled."""
        self._channel.close()

    def extract(
        self,
        text: str | Document,
        *,
        id: str | None = None,  # noqa: A002 - the name of the document's field
        kinds: Iterable[QuoteKind | str] | None = None,
        offset_encoding: OffsetEncoding | str = OffsetEncoding.UTF32,
        min_confidence: float = 0.0,
        timeout: float | None = None,
        request_id: str | None = None,
    ) -> Extraction:
        """Read one document.

        Kinds left out mean direct and mixed. With UTF32 offsets, the default,
        `text[start:end] == span.text` for every span. `request_id` appears in the
        service's log and in errors.
        """
        options = make_options(kinds, offset_encoding, min_confidence)
        request = inquit_pb2.ExtractRequest(
            document=wire.document_to_proto(make_document(text, id)), options=wire.options_to_proto(options)
        )
        calls = Calls(self._connection, request_id)
        return wire.extraction_from_proto(calls.ask(self._stub.Extract, request, self._deadline(timeout)))

    def extract_many(
        self,
        documents: Iterable[str | Document],
        *,
        max_in_flight: int = 4,
        ordered: bool = True,
        method: Method = "batches",
        kinds: Iterable[QuoteKind | str] | None = None,
        offset_encoding: OffsetEncoding | str = OffsetEncoding.UTF32,
        min_confidence: float = 0.0,
        timeout: float | None = None,
        request_id: str | None = None,
    ) -> Generator[Outcome, None, None]:
        """Read any number of documents, as many together as the service allows.

        Yields one `Outcome` for each document, in order unless `ordered` is False: its
        `extraction`, or its `error`, which costs no other document. Errors are raised only
        for arguments, and, before the first document is taken, where the service's limits
        cannot be asked. `documents` is read as answers come, never far ahead, so it may
        be endless. Closing the iterator gives up what is under way.

        With the `method` "batches" documents travel in calls of up to 16, `max_in_flight` calls
        at once, each within `timeout` seconds and each perhaps to another replica; a call is made
        when its documents have come or there are no more. With "stream" each document is sent when
        it comes and answered when it is ready, over one call to one replica, as much text being
        under way as in `max_in_flight` batches, each document within `timeout` seconds; what a
        stream that breaks left unanswered is sent again on another. Where a service has no
        streams, batches are used. Batches cost less where the model is fast. While `documents` keeps
        this method waiting for its next one, no outcome comes; `AsyncClient` can do both at once.
        """
        options = make_options(kinds, offset_encoding, min_confidence)
        self._connection.metadata(request_id)
        checked_count(max_in_flight, "max_in_flight")
        seconds = self._connection.timeout if timeout is None else checked_timeout(timeout)
        checked_method(method)
        return self._extract_many(
            documents, options, seconds, max_in_flight, request_id, ordered=ordered, method=method
        )

    def info(self, *, timeout: float | None = None) -> ServiceInfo:
        """Ask what is served: model, languages, device, limits."""
        calls = Calls(self._connection, None)
        request = inquit_pb2.GetServiceInfoRequest()
        return wire.info_from_proto(calls.ask(self._stub.GetServiceInfo, request, self._deadline(timeout)))

    def wait_ready(self, timeout: float | None = None) -> None:
        """Return when the service is reachable and serving; raise Unavailable if it takes longer.

        Follows grpc.health.v1; a service without it is ready when it answers `info`.
        """
        deadline = self._deadline(timeout)
        watch = self._channel.unary_stream(WATCH, None, None)
        metadata = self._connection.metadata(None)
        pause = threading.Event()
        last: grpc.RpcError | None = None
        while seconds := deadline.remaining():
            statuses = watch(b"", timeout=seconds, metadata=metadata, wait_for_ready=True)
            try:
                if any(is_serving(status) for status in statuses):
                    return
            except grpc.RpcError as error:
                failure = translated(error, self._connection.target)
                if isinstance(failure, Unimplemented):
                    self.info(timeout=max(seconds, 0.001))
                    return
                if not not_ready(failure):
                    raise failure from error
                last = error
            finally:
                statuses.cancel()  # type: ignore[no-untyped-call]
            pause.wait(min(0.1, deadline.remaining()))
        raise self._connection.not_ready() from last

    def _deadline(self, timeout: float | None) -> Deadline:
        return Deadline.after(self._connection.timeout if timeout is None else checked_timeout(timeout))

    def _limits(self, timeout: float) -> Limits:
        try:
            return self.info(timeout=timeout).limits
        except Unimplemented:
            return Limits()

    def _extract_many(
        self,
        documents: Iterable[str | Document],
        options: ExtractOptions,
        seconds: float,
        max_in_flight: int,
        request_id: str | None,
        *,
        ordered: bool,
        method: Method,
    ) -> Generator[Outcome, None, None]:
        limits = self._limits(seconds)
        calls = Calls(self._connection, request_id)
        made = (make_document(document) for document in documents)
        batches = BlockingBatches(
            self._stub,
            calls,
            options,
            limits,
            seconds=seconds,
            max_in_flight=max_in_flight,
            ordered=ordered,
        )
        if method == "batches":
            yield from batches.run(made)
            return
        flight = Flight(
            options,
            seconds=seconds,
            max_in_flight=max_in_flight,
            max_message_bytes=min(limits.max_message_bytes, self._connection.max_message_bytes),
            ordered=ordered,
        )
        yield from BlockingStreams(self._stub, calls, flight, batches, seconds=seconds).run(made)
