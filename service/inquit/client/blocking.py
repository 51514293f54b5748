"""The client for ordinary programs and threads."""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Self, TypeVar

import grpc

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceStub
from inquit.client.arguments import make_document, make_options
from inquit.client.batches import Batch, Packer
from inquit.client.connection import MAX_MESSAGE_BYTES, Connection, Tls, checked_count, checked_timeout
from inquit.client.failures import from_call
from inquit.client.health import WATCH, is_serving, not_ready
from inquit.client.retry import Deadline, pause_before_retry
from inquit.errors import Cancelled, InquitError, Unimplemented
from inquit.types import Document, Extraction, Limits, OffsetEncoding, QuoteKind, ServiceInfo

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from inquit.client.outcome import Outcome
    from inquit.types import ExtractOptions

__all__ = ["Client"]

_T = TypeVar("_T")

_SLICE = 0.1
"""Seconds."""


class Client:
    """Asks an inquit service; safe to share between threads.

    Every argument that is left out comes from the environment, then from a default:
    `target` from INQUIT_TARGET (localhost:50051), `token` from INQUIT_TOKEN, `timeout` in
    seconds from INQUIT_TIMEOUT (300). `tls` is True (gRPC's own authorities), the path of a
    PEM file of authorities, a `Tls`, or False; left out it follows INQUIT_TLS, INQUIT_TLS_CA,
    INQUIT_TLS_CLIENT_CERT and INQUIT_TLS_CLIENT_KEY. A target `dns:///name:port` spreads calls
    over all addresses of the name.

    A call fails with an error of `inquit.errors`. UNAVAILABLE is retried a few times at once;
    an overloaded service is asked again when it says when, all within the time limit.
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
        calls = _Calls(self._connection, request_id)
        return wire.extraction_from_proto(calls.ask(self._stub.Extract, request, self._deadline(timeout)))

    def extract_many(
        self,
        documents: Iterable[str | Document],
        *,
        max_in_flight: int = 4,
        ordered: bool = True,
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
        be endless; a batch is sent when it is full or `documents` ends. `max_in_flight`
        batches are under way at once, each with its own time limit of `timeout` seconds.
        Closing the iterator gives up what is under way.
        """
        options = make_options(kinds, offset_encoding, min_confidence)
        self._connection.metadata(request_id)
        checked_count(max_in_flight, "max_in_flight")
        seconds = self._connection.timeout if timeout is None else checked_timeout(timeout)
        return self._extract_many(documents, options, seconds, max_in_flight, request_id, ordered=ordered)

    def info(self, *, timeout: float | None = None) -> ServiceInfo:
        """Ask what is served: model, languages, device, limits."""
        calls = _Calls(self._connection, None)
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
                failure = _translated(error, self._connection.target)
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
    ) -> Generator[Outcome, None, None]:
        packer = Packer(self._limits(seconds))
        calls = _Calls(self._connection, request_id)
        flying: deque[Future[list[Outcome]]] = deque()
        with ThreadPoolExecutor(max_in_flight, thread_name_prefix="inquit-client") as pool:
            try:
                for batch in packer.pack(make_document(document) for document in documents):
                    flying.append(pool.submit(self._read, batch, options, seconds, calls))
                    # Twice as many, so that a slow first batch does not idle the others.
                    while len(flying) >= 2 * max_in_flight:
                        yield from _landed(flying, ordered=ordered)
                while flying:
                    yield from _landed(flying, ordered=ordered)
            finally:
                # The caller may have left: nobody waits for what is under way.
                calls.stop()
                pool.shutdown(wait=False, cancel_futures=True)

    def _read(
        self, documents: list[Document], options: ExtractOptions, seconds: float, calls: _Calls
    ) -> list[Outcome]:
        batch = Batch(documents, options)
        deadline = Deadline.after(seconds)
        while not batch.is_done:
            try:
                response = calls.ask(self._stub.BatchExtract, batch.request(), deadline)
                pause = batch.accept(response, deadline)
                if not batch.is_done:
                    calls.rest(pause)
            except InquitError as error:
                batch.fail(error)
        return batch.outcomes()


class _Calls:
    """Calls that can all be ended at once, with what goes beside each of them."""

    def __init__(self, connection: Connection, request_id: str | None) -> None:
        self._target = connection.target
        self._metadata = connection.metadata(request_id)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._under_way: set[Any] = set()

    def ask(self, method: grpc.UnaryUnaryMultiCallable[Any, _T], request: Any, deadline: Deadline) -> _T:
        """Call until there is an answer, an error that asking again cannot mend, or no time."""
        while True:
            try:
                return self._ask_once(method, request, deadline)
            except grpc.RpcError as error:
                failure = _translated(error, self._target)
                pause = pause_before_retry(failure, deadline)
                if pause is None:
                    raise failure from error
            self.rest(pause)

    def rest(self, seconds: float) -> None:
        """Wait, unless everything is stopped meanwhile."""
        if self._stopped.wait(seconds):
            raise Cancelled("the results are not wanted any more")

    def stop(self) -> None:
        """End all calls, waiting ones included, and refuse new ones."""
        with self._lock:
            self._stopped.set()
            under_way = list(self._under_way)
        for call in under_way:
            call.cancel()

    def _ask_once(
        self, method: grpc.UnaryUnaryMultiCallable[Any, _T], request: Any, deadline: Deadline
    ) -> _T:
        with self._lock:
            if self._stopped.is_set():
                raise Cancelled("the results are not wanted any more")
            try:
                call = method.future(request, timeout=deadline.remaining(), metadata=self._metadata)
            except ValueError as error:
                raise Cancelled("the client is closed", reason="CLIENT_CLOSED") from error
            self._under_way.add(call)
        try:
            return call.result()
        except grpc.FutureCancelledError as error:
            raise Cancelled("the call was given up") from error
        finally:
            with self._lock:
                self._under_way.discard(call)
            call.cancel()  # type: ignore[no-untyped-call] # ends it on Ctrl-C; does nothing once it is done


def _landed(flying: deque[Future[list[Outcome]]], *, ordered: bool) -> Iterator[Outcome]:
    """Wait for the first batch, or for any; take it out and yield its outcomes."""
    awaited = [flying[0]] if ordered else flying
    # In slices: a wait without end can miss a Ctrl-C that comes as it begins, and on Windows any.
    while not (landed := wait(awaited, timeout=_SLICE, return_when=FIRST_COMPLETED).done):
        pass
    done = next(iter(landed))
    flying.remove(done)
    yield from done.result()


def _translated(error: grpc.RpcError, target: str) -> InquitError:
    call: Any = error  # what calls raise has these methods, which the class does not promise
    return from_call(call.code(), call.details() or "", call.trailing_metadata(), target)
