from __future__ import annotations

import asyncio
import socket
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from fake_extractor import FakeExtractor, Gate
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.config import ServerSettings
from inquit.errors import InvalidInput, Unavailable
from inquit.instruments import Instruments
from inquit.metrics import Metrics
from inquit.types import Timings
from running_service import Running, events, request, serving, until
from scraping import Page, scrape

SERVICE = "inquit.v1.QuoteService"
EXTRACT = {"grpc_type": "unary", "grpc_service": SERVICE, "grpc_method": "Extract"}


def counted(running: Running, name: str, **labels: str) -> float:
    """Read a metric without HTTP, to wait for it."""
    return running.service.instruments.metrics.registry.get_sample_value(name, labels) or 0.0


def of_engine(**told: Any) -> Page:
    """Return the page of metrics that were told of one batch, document or loss."""
    from prometheus_client import generate_latest

    metrics = Metrics(ServerSettings(), lambda: True)
    for method, arguments in told.items():
        getattr(metrics, method)(**arguments)
    return Page(generate_latest(metrics.registry).decode())


async def test_calls_are_counted_by_method_and_code() -> None:
    """The well-known gRPC metrics tell of each call how it ended and how long it took."""
    async with serving(FakeExtractor(), metrics_port=0, max_characters=4) as running:
        await running.extract("fine")
        with pytest.raises(grpc.aio.AioRpcError):
            await running.extract("too long")
        refused = EXTRACT | {"grpc_code": "InvalidArgument"}
        await until(lambda: counted(running, "grpc_server_handled_total", **refused) == 1)
        page = await scrape(running)
    assert page.value("grpc_server_started_total", **EXTRACT) == 2
    assert page.value("grpc_server_handled_total", grpc_code="OK", **EXTRACT) == 1
    assert page.value("grpc_server_handled_total", **refused) == 1
    assert page.value("grpc_server_handled_total", grpc_code="Internal", **EXTRACT) == 0
    assert page.value("grpc_server_handling_seconds_count", **EXTRACT) == 2
    assert page.value("grpc_server_handling_seconds_sum", **EXTRACT) > 0
    assert page.value("grpc_server_msg_received_total", **EXTRACT) == 2
    assert page.value("grpc_server_msg_sent_total", **EXTRACT) == 1


async def test_callers_that_leave_are_counted() -> None:
    """A cancelled call ends too, as Canceled."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), metrics_port=0) as running:
        call = running.stub.Extract(request("left"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        call.cancel()
        left = EXTRACT | {"grpc_code": "Canceled"}
        await until(lambda: counted(running, "grpc_server_handled_total", **left) == 1)
        gate.open()


async def test_callers_cannot_make_labels() -> None:
    """Methods that are not there share one row, whatever they are called."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        for path in (f"/{SERVICE}/Nothing", "/Nobody/Knows"):
            with pytest.raises(grpc.aio.AioRpcError):
                await running.channel.unary_unary(path, bytes, bytes)(b"")
        page = await scrape(running)
    ended = {"grpc_service": "unknown", "grpc_method": "unknown", "grpc_code": "Unimplemented"}
    assert page.value("grpc_server_handled_total", **ended) == 2
    for word in ("Nothing", "Nobody", "Knows"):
        assert word not in page.text


async def test_health_checks_are_counted() -> None:
    """Probes are calls as well, unary and streaming, and keep their codes."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        stub = health_pb2_grpc.HealthStub(running.channel)
        await stub.Check(health_pb2.HealthCheckRequest())
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.Check(health_pb2.HealthCheckRequest(service="nobody"))
        watch = stub.Watch(health_pb2.HealthCheckRequest())
        await watch.read()
        check = {"grpc_type": "unary", "grpc_service": "grpc.health.v1.Health", "grpc_method": "Check"}
        missing = check | {"grpc_code": "NotFound"}
        await until(lambda: counted(running, "grpc_server_handled_total", **missing) == 1)
        watching = check | {"grpc_type": "server_stream", "grpc_method": "Watch"}
        page = await scrape(running)
        assert page.value("grpc_server_handled_total", grpc_code="OK", **check) == 1
        assert page.value("grpc_server_msg_received_total", **check) == 2
        assert page.value("grpc_server_msg_sent_total", **check) == 1
        assert page.value("grpc_server_started_total", **watching) == 1
        assert page.value("grpc_server_msg_sent_total", **watching) == 1
        assert not page.values("grpc_server_handled_total", **watching)
        watch.cancel()
        left = watching | {"grpc_code": "Canceled"}
        await until(lambda: counted(running, "grpc_server_handled_total", **left) == 1)


async def test_calls_that_grpc_refuses_are_seen() -> None:
    """A call beyond those allowed at once has arrived, though it never started."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, metrics_port=0, concurrent_calls=1) as running:
        call = asyncio.ensure_future(running.extract("first"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        with pytest.raises(grpc.aio.AioRpcError):
            await running.extract("second")
        page = await scrape(running)
        gate.open()
        await call
    assert page.value("inquit_calls_arrived_total") == 2
    assert sum(page.values("grpc_server_started_total")) == 1


async def test_the_queue_is_read_at_the_scrape() -> None:
    """What waits or runs is told as it is now, with its limits, and is gone when it is answered."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, metrics_port=0, queue_windows=7) as running:
        call = asyncio.ensure_future(running.extract("four\n\nsixsix"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        busy = await scrape(running)
        gate.open()
        await call
        await until(lambda: counted(running, "inquit_pending_characters") == 0)
        idle = await scrape(running)
    assert busy.value("inquit_queue_windows") == 2
    assert busy.value("inquit_queue_windows_limit") == 7
    assert busy.value("inquit_queue_tokens") == 10
    assert busy.value("inquit_pending_characters") == 12
    assert busy.value("inquit_queue_oldest_seconds") > 0
    for name in ("queue_windows", "queue_tokens", "queue_oldest_seconds", "pending_characters"):
        assert idle.value(f"inquit_{name}") == 0


async def test_work_is_counted() -> None:
    """Documents, characters, quotations, batches and the time of each stage add up."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        batch = pb.BatchExtractRequest(documents=[pb.Document(text="one"), pb.Document(text="three")])
        await running.stub.BatchExtract(batch)
        page = await scrape(running)
    assert page.value("inquit_documents_total") == 2
    assert page.value("inquit_characters_total") == 8
    assert page.value("inquit_quotes_total") == 2
    assert page.value("inquit_batch_windows_sum") == 2
    assert sum(page.values("inquit_batches_total")) == page.value("inquit_batch_windows_count")
    for stage, seconds in {"encode": 0.5, "decode": 1.0}.items():
        assert page.value("inquit_stage_seconds_sum", stage=stage) == seconds
    assert page.value("inquit_stage_seconds_count", stage="network") == 2


def test_padding_is_a_share_of_the_batch() -> None:
    """Of a batch of 100 tokens with 25 of padding, a quarter is padding."""
    batch = {"windows": 4, "tokens": 75, "padded_tokens": 100, "seconds": 0.5, "release": "unlike"}
    page = of_engine(batch_ran=batch)
    assert page.value("inquit_batch_padding_ratio_sum") == 0.25
    assert page.value("inquit_batch_tokens_sum") == 100
    assert page.value("inquit_batch_seconds_sum") == 0.5
    assert page.value("inquit_batches_total", release="unlike") == 1
    assert page.value("inquit_batches_total", release="full") == 0


def test_losses_are_counted_by_reason() -> None:
    """Who left is told apart from who was too late, and a failed batch from both."""
    page = of_engine(window_dropped={"reason": "late"}, batch_failed={"windows": 2})
    assert page.value("inquit_windows_dropped_total", reason="late") == 1
    assert page.value("inquit_windows_dropped_total", reason="left") == 0
    assert page.value("inquit_batches_failed_total") == 1


def test_an_empty_document_is_no_division_by_zero() -> None:
    """Whatever the engine tells is counted and never raises: its threads must go on."""
    nothing = {"windows": 0, "tokens": 0, "padded_tokens": 0, "seconds": 0.0, "release": "drained"}
    page = of_engine(batch_ran=nothing, document_read={"timings": Timings(), "characters": 0, "quotes": 0})
    assert page.value("inquit_batch_padding_ratio_sum") == 0
    assert page.value("inquit_documents_total") == 1


async def test_failed_batches_of_the_model_are_counted() -> None:
    """A text that the model fails on shows, alone as it is."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        with pytest.raises(grpc.aio.AioRpcError):
            await running.extract("poison secret")
        page = await scrape(running)
    assert page.value("inquit_batches_failed_total") == 1
    assert "secret" not in page.text


async def test_the_page_tells_what_is_served_and_whether() -> None:
    """Before the model is there the page answers already, and says so."""
    async with serving(FakeExtractor(), loaded=False, metrics_port=0) as running:
        before = await scrape(running)
        await running.service.load()
        after = await scrape(running)
    assert before.value("inquit_serving") == 0
    assert not before.values("inquit_build_info")
    assert after.value("inquit_serving") == 1
    served = {"model_name": "fake", "model_version": "7", "model_sha256": "ab" * 32, "device": "cpu"}
    assert after.value("inquit_build_info", **served, dtype="float32") == 1


async def test_no_text_is_on_the_page() -> None:
    """Neither a text nor its id nor its request id becomes a value or a label."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        await running.extract(
            "Secretly said", name="secret-id", metadata=(("x-request-id", "secret-request"),)
        )
        page = await scrape(running)
    assert "secret" not in page.text.lower()


async def test_services_of_one_process_count_apart() -> None:
    """Each service has its own page and its own numbers."""
    async with (
        serving(FakeExtractor(), metrics_port=0) as one,
        serving(FakeExtractor(), metrics_port=0) as other,
    ):
        await one.extract("a")
        assert (await scrape(one)).value("inquit_documents_total") == 1
        assert (await scrape(other)).value("inquit_documents_total") == 0


async def test_without_a_port_there_is_no_page() -> None:
    """Nothing listens that was not asked for."""
    async with serving(FakeExtractor()) as running:
        assert not running.service.instruments.page


async def test_the_page_ends_with_the_service(log: StringIO) -> None:
    """The port is in the log and free again after the stop."""
    async with serving(FakeExtractor(), metrics_port=0) as running:
        page = running.service.instruments.page
    assert [row["address"] for row in events(log, "metrics")] == [page]
    with socket.socket() as again:
        again.bind(("127.0.0.1", int(page.rpartition(":")[2].removesuffix("/metrics"))))


async def test_a_taken_metrics_port_stops_the_start() -> None:
    """The error names setting and address; each worker takes the port after the one before."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for worker in (0, 1):
            settings = ServerSettings(metrics_port=port - worker)
            instruments = Instruments(settings, lambda: True, worker=worker)
            with pytest.raises(Unavailable, match=rf"metrics_port: .*127\.0\.0\.1:{port}"):
                await instruments.start()
            await instruments.stop()


async def test_ports_end_at_the_last_one() -> None:
    """A worker that finds no port left says which setting is to blame."""
    instruments = Instruments(ServerSettings(metrics_port=65535), lambda: True, worker=1)
    with pytest.raises(InvalidInput, match="65536") as caught:
        await instruments.start()
    assert caught.value.field == "metrics_port"
