from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import inquit
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.client.connection import MAX_MESSAGE_BYTES
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox

TEXT = "“The ferry sails on Friday,” Oren Balk told the council of Velm.\n\n" * 300
WHOLE_TEXT = TEXT * 45
"""Nearly as long as a text may be: it still runs when its worker is killed."""

_IDS = count()


def start(model: str, *flags: str, wait: bool = True) -> ServiceProcess:
    """Start a service of two workers."""
    return ServiceProcess("--model", model, "--workers", "2", "--log-level", "debug", *flags, wait=wait)


@pytest.fixture
def pair(tiny_model: str) -> Iterator[ServiceProcess]:
    """Run a service of two workers."""
    with start(tiny_model) as process:
        yield process


@contextmanager
def to_each(process: ServiceProcess) -> Iterator[dict[int, grpc.Channel]]:
    """Connect to both workers, whose connections the kernel hands out by their source port."""
    found: dict[int, grpc.Channel] = {}
    opened: list[grpc.Channel] = []
    try:
        while len(found) < 2:
            assert len(opened) < 100, "one worker got all connections"
            options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0))
            opened.append(grpc.insecure_channel(process.address, options=options))
            name = f"probe-{next(_IDS)}"
            stub = inquit_pb2_grpc.QuoteServiceStub(opened[-1])
            stub.GetServiceInfo(
                pb.GetServiceInfoRequest(), timeout=PATIENCE, metadata=(("x-request-id", name),)
            )
            found.setdefault(process.event("call", request_id=name)["worker"], opened[-1])
        yield found
    finally:
        for channel in opened:
            channel.close()


def begin(process: ServiceProcess, channel: grpc.Channel, text: str) -> Callable[[], pb.ExtractResponse]:
    """Send a text and wait until the worker has begun with it; what is returned waits for the answer."""
    name = f"call-{next(_IDS)}"
    call = inquit_pb2_grpc.QuoteServiceStub(channel).Extract.future(
        pb.ExtractRequest(document=pb.Document(id=name, text=text)),
        timeout=PATIENCE,
        metadata=(("x-request-id", name),),
    )
    process.event("call begins", request_id=name)
    return call.result


def kill(process: ServiceProcess, worker: int) -> None:
    """End a worker as the kernel does when memory runs out."""
    os.kill(process.event("worker started", worker=worker)["pid"], signal.SIGKILL)


def test_a_killed_worker_is_replaced(pair: ServiceProcess) -> None:
    """Only its own calls fail, as UNAVAILABLE; the other answers on, and a new one takes its place."""
    with to_each(pair) as channels:
        lost = begin(pair, channels[0], WHOLE_TEXT)
        kept = begin(pair, channels[1], TEXT)
        kill(pair, 0)
        with pytest.raises(grpc.RpcError) as caught:
            lost()
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert kept().document_id
    assert pair.event("worker ended", worker=0)["exit_status"] == -signal.SIGKILL
    pair.event("worker replaced", worker=0)
    with to_each(pair) as channels:
        assert sorted(channels) == [0, 1]
    pair.signal(signal.SIGTERM)
    assert pair.exit_status() == 0


def test_the_client_does_not_notice_a_killed_worker(pair: ServiceProcess) -> None:
    """Its retry reaches the other worker, so that the call is answered."""
    with inquit.Client(pair.address, timeout=PATIENCE) as client, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.extract, TEXT)
        kill(pair, pair.event("call begins")["worker"])
        assert answer.result(PATIENCE).model_version


def test_nothing_is_lost_of_a_worker_killed_under_load(pair: ServiceProcess) -> None:
    """Callers of both workers have an answer to each of their calls, whichever worker is killed meanwhile."""
    with ExitStack() as stack:
        clients = [
            # Channels of equal options share a connection, and so a worker.
            stack.enter_context(
                inquit.Client(pair.address, timeout=PATIENCE, max_message_bytes=MAX_MESSAGE_BYTES - number)
            )
            for number in range(8)
        ]
        pool = stack.enter_context(ThreadPoolExecutor(16))
        texts = [f"“Dock {number} is shut,” said Oren Balk.\n\n{TEXT[:2000]}" for number in range(240)]
        answers = [pool.submit(clients[n % 8].extract, text, id=f"n{n}") for n, text in enumerate(texts)]
        answers[40].result(PATIENCE)
        kill(pair, 0)
        for number, answer in enumerate(answers):
            found = answer.result(PATIENCE)
            assert found.document_id == f"n{number}"
            for quote in found.quotes:
                assert all(span.text == texts[number][span.start : span.end] for span in quote.content)
    assert pair.event("worker ended", worker=0)["exit_status"] == -signal.SIGKILL
    pair.event("worker replaced", worker=0)


def test_a_signal_lets_the_calls_of_all_workers_end(pair: ServiceProcess) -> None:
    """What runs when the signal comes is answered by each worker, and the service ends with 0."""
    with to_each(pair) as channels:
        answers = [begin(pair, channel, TEXT) for channel in channels.values()]
        pair.signal(signal.SIGTERM)
        assert [bool(answer().document_id) for answer in answers] == [True, True]
        assert pair.exit_status() == 0
    for worker in (0, 1):
        assert pair.event("stopped", worker=worker)


def test_workers_do_not_outlive_their_parent(pair: ServiceProcess) -> None:
    """When the parent is killed they answer what runs, end and free the port."""
    with to_each(pair) as channels:
        answer = begin(pair, channels[1], TEXT)
        pair.signal(signal.SIGKILL)
        assert answer().document_id
        assert pair.exit_status() == -signal.SIGKILL
    for worker in (0, 1):
        assert pair.event("stopped", worker=worker)
    host, _, port = pair.address.rpartition(":")
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind((host, int(port)))


def test_a_stop_during_the_start_is_obeyed(tiny_model: str) -> None:
    """Workers that are still loading end too."""
    with start(tiny_model, wait=False) as process:
        for worker in (0, 1):
            process.event("worker started", worker=worker)
        process.signal(signal.SIGINT)
        assert process.exit_status() == 0
        assert "Traceback" not in process.log


def test_ports_are_shared_among_the_workers_alone(tiny_model: str) -> None:
    """Another service on the same port fails aloud, whether it is one process or several."""
    with start(tiny_model, "--health-port", "0") as first:
        address = first.event("health port", worker=0)["address"]
        assert first.event("health port", worker=1)["address"] == address
        with grpc.insecure_channel(address) as channel:
            told = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=PATIENCE
            )
        assert told.status == health_pb2.HealthCheckResponse.SERVING
        port = first.address.rpartition(":")[2]
        for workers in ("1", "2"):
            flags = ("--model", tiny_model, "--port", port, "--workers", workers)
            with ServiceProcess(*flags, wait=False) as second:
                assert second.exit_status() == 1
                assert port in second.event("cannot serve")["message"]


def test_a_missing_model_ends_the_service(tmp_path: os.PathLike[str]) -> None:
    """A worker that cannot begin is not begun again for ever."""
    with start(str(tmp_path), wait=False) as process:
        assert process.exit_status() == 1
        assert process.event("cannot serve")["reason"] == "MODEL_UNUSABLE"
        assert "Traceback" not in process.log
