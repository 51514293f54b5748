"""The real process and peers that misbehave; each fault is a row of the README's table."""

from __future__ import annotations

import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

import inquit
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from running_service import details
from scraping import read_page
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")


SENTENCE = "“The harbour at Velm stays closed until spring,” said Mara Holt, who runs it.\n\n"
LONG = SENTENCE * 400
_LIMIT = 1_000_000
"""Bytes of a message."""


@pytest.fixture(scope="module")
def process(tiny_model: str) -> Iterator[ServiceProcess]:
    """Start one service that all of these faults must leave running."""
    flags = ("--metrics-port", "0", "--max-message-bytes", str(_LIMIT), "--handshake-seconds", "2")
    with ServiceProcess("--model", tiny_model, "--log-level", "debug", *flags) as process:
        yield process
        assert "is a bug" not in process.log
        assert "Velm" not in process.log


@pytest.fixture
def channel(process: ServiceProcess) -> Iterator[grpc.Channel]:
    """Connect to it."""
    with grpc.insecure_channel(process.address) as channel:
        yield channel


def ask(channel: grpc.Channel, text: str = SENTENCE, name: str = "d") -> pb.ExtractResponse:
    """Send one document and return its answer."""
    request = pb.ExtractRequest(document=pb.Document(id=name, text=text))
    return inquit_pb2_grpc.QuoteServiceStub(channel).Extract(request, timeout=PATIENCE)


def endpoint(process: ServiceProcess) -> tuple[str, int]:
    """Return where the service listens."""
    host, _, port = process.address.rpartition(":")
    return host, int(port)


def metric(process: ServiceProcess, name: str, **labels: str) -> float:
    """Return the sum of a metric over its other labels, scraped now."""
    return sum(read_page(process.event("metrics")["address"]).values(name, **labels))


def resident(process: ServiceProcess) -> int:
    """Return the process's memory in KiB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def settled(process: ServiceProcess) -> bool:
    """Tell whether nothing waits or is being served any more."""
    return not metric(process, "inquit_queue_windows") and not metric(process, "inquit_pending_characters")


def until(condition: Callable[[], bool]) -> None:
    """Ask until it is so; what is asked for takes its time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it does not come to that"


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(random.Random(7).randbytes(4096), id="random bytes"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: velm\r\n\r\n", id="HTTP/1.1"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 512, id="broken frames"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nS", id="half a preface"),
    ],
)
def test_garbage_on_the_port(process: ServiceProcess, channel: grpc.Channel, garbage: bytes) -> None:
    """What is no gRPC costs its own connection, which the service closes, and nobody else's call."""
    with socket.create_connection(endpoint(process), PATIENCE) as peer:
        peer.sendall(garbage)
        assert ask(channel).document_id == "d"
        try:
            while peer.recv(65536):
                pass
        except ConnectionResetError:
            pass


def test_garbage_in_a_message(channel: grpc.Channel) -> None:
    """Bytes that are no request are the caller's error, and the connection goes on."""
    method = channel.unary_unary(
        "/inquit.v1.QuoteService/Extract",
        request_serializer=lambda raw: raw,
        response_deserializer=lambda raw: raw,
    )
    with pytest.raises(grpc.RpcError) as caught:
        method(b"\xff\xff\xff", timeout=PATIENCE)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert ask(channel).document_id == "d"


def test_messages_over_the_limit(process: ServiceProcess, channel: grpc.Channel) -> None:
    """A message that is too large is refused by its size, unread, and the connection goes on."""
    with pytest.raises(grpc.RpcError) as caught:
        ask(channel, "x" * (_LIMIT + 1))
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert str(_LIMIT) in error.details()
    assert ask(channel).document_id == "d"
    with inquit.Client(process.address) as client, pytest.raises(inquit.InvalidInput) as told:
        client.extract("x" * (_LIMIT + 1))
    assert told.value.reason == "MESSAGE_TOO_LARGE"


def test_half_open_connections(process: ServiceProcess, channel: grpc.Channel) -> None:
    """Hundreds of connections that never say a word do not keep anybody out, and are closed."""
    silent = [socket.create_connection(endpoint(process), PATIENCE) for _ in range(300)]
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: ask(channel, name=f"n{n}"), range(32)))
        assert [answer.document_id for answer in answers] == [f"n{n}" for n in range(32)]
        for peer in silent:
            peer.settimeout(PATIENCE)
            # Until the service closes it: settings may come before.
            while peer.recv(4096):
                pass
    finally:
        for peer in silent:
            peer.close()


def test_a_storm_of_cancelled_calls(process: ServiceProcess, channel: grpc.Channel) -> None:
    """Hundreds of callers that leave in the middle of their work leave nothing behind, and others are answered."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    request = pb.ExtractRequest(document=pb.Document(text=LONG))
    for storm in range(3):
        calls = [
            stub.Extract.future(request, timeout=PATIENCE, metadata=(("x-request-id", f"{storm}-{number}"),))
            for number in range(100)
        ]
        stayed = stub.Extract.future(pb.ExtractRequest(document=pb.Document(id="stayed", text=SENTENCE)))
        process.event("call begins", request_id=f"{storm}-99")
        for call in calls:
            call.cancel()  # type: ignore[no-untyped-call]
        assert stayed.result().document_id == "stayed"
        until(lambda: settled(process))


@needs_proc
def test_a_reader_that_does_not_read(process: ServiceProcess) -> None:
    """A stream whose answers nobody takes is read no further, others are served, and in the end it has them all."""
    total = 1500
    requests = (
        pb.StreamExtractRequest(document=pb.Document(id=str(number), text=SENTENCE * 2))
        for number in range(total)
    )

    def documents_read() -> float:
        return metric(process, "inquit_documents_total")

    def stands_still() -> bool:
        before = documents_read()
        for number in range(10):
            assert ask(other, name=str(number)).document_id == str(number)
        return documents_read() == before + 10 and settled(process)

    # Channels to one address share a connection otherwise, and with it the window that is full; without
    # the probe its size is fixed.
    own = (("grpc.use_local_subchannel_pool", 1), ("grpc.http2.bdp_probe", 0))
    with grpc.insecure_channel(process.address, own) as slow, grpc.insecure_channel(process.address) as other:
        before, memory = documents_read(), resident(process)
        stream: Any = inquit_pb2_grpc.QuoteServiceStub(slow).StreamExtract(requests, timeout=PATIENCE)
        first = next(stream)
        until(stands_still)
        until(stands_still)
        assert metric(process, "grpc_server_msg_received_total", grpc_method="StreamExtract") < total
        assert documents_read() - before < total
        assert resident(process) < memory + 64 * 1024
        answers = [first, *stream]
    assert sorted(int(answer.document_id) for answer in answers) == list(range(total))
    assert all(answer.HasField("result") for answer in answers)


def test_work_that_cannot_be_done_in_time(process: ServiceProcess, channel: grpc.Channel) -> None:
    """Calls with little time beside much work are answered in time or refused with the time to come back."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    request = pb.ExtractRequest(document=pb.Document(text=SENTENCE * 40))
    calls = [stub.Extract.future(request, timeout=3.0) for _ in range(250)]
    counts = Counter(call.code() for call in calls)
    assert counts[grpc.StatusCode.OK]
    assert set(counts) <= {
        grpc.StatusCode.OK,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }
    for call in calls:
        if call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
            error: Any = call.exception()
            assert details(error)["RetryInfo"].retry_delay.ToNanoseconds() >= 1e9
    until(lambda: settled(process))
    assert ask(channel).document_id == "d"


def test_a_process_that_is_frozen(process: ServiceProcess, channel: grpc.Channel) -> None:
    """While a service stands still its callers have their deadlines; then it tells of it and answers the others."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    request = pb.ExtractRequest(document=pb.Document(id="d", text=SENTENCE))
    before = metric(process, "inquit_event_loop_lag_seconds_sum")
    process.signal(signal.SIGSTOP)
    try:
        patient = stub.Extract.future(request, timeout=PATIENCE)
        with pytest.raises(grpc.RpcError) as caught:
            stub.Extract(request, timeout=1.0)
    finally:
        process.signal(signal.SIGCONT)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert patient.result().document_id == "d"
    # A wait of the loop's watch began before, and is that much late.
    until(lambda: metric(process, "inquit_event_loop_lag_seconds_sum") - before > 0.5)
    assert process.event("the event loop was held up")["level"] == "warning"


@needs_proc
def test_memory_stays_flat(process: ServiceProcess) -> None:
    """What documents need is given back: three times as many take no more memory."""

    def read(documents: int) -> int:
        with inquit.Client(process.address) as client:
            texts = (f"{SENTENCE * (n % 5 + 1)}Number {n}." for n in range(documents))
            assert all(outcome.error is None for outcome in client.extract_many(texts))
        return resident(process)

    read(300)
    first = read(300)
    assert read(900) <= 1.05 * first
