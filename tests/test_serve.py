from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, cast

import grpc
import grpc.aio
import pytest

from fake_extractor import FakeExtractor, Gate
from inquit import serve as serve_module
from inquit import service as service_module
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.config import ServerSettings
from inquit.parent import READY, STOP, Parent
from running_service import events, request, until


@dataclass(frozen=True)
class Employed:
    end: asyncio.Future[serve_module._End]
    link: Connection[Any, Any]


@asynccontextmanager
async def working(
    monkeypatch: pytest.MonkeyPatch, load: Callable[[], FakeExtractor], **settings: Any
) -> AsyncIterator[Employed]:
    """Be the parent of a worker in this process."""
    monkeypatch.setattr(serve_module, "load_extractor", lambda _: load().as_extractor)
    near, far = Pipe()
    with near, far:
        serving = serve_module._serve(ServerSettings(port=0, workers=2, **settings), Parent(0, near))
        end = asyncio.ensure_future(serving)
        yield Employed(end, far)
        with suppress(OSError):
            far.send_bytes(STOP)
        await end


async def test_a_worker_listens_when_it_is_warm(monkeypatch: pytest.MonkeyPatch, log: StringIO) -> None:
    """Clients, who cannot choose among the workers, never meet one that still loads."""
    gate = Gate()

    def load() -> FakeExtractor:
        gate.pass_through()
        return FakeExtractor()

    async with working(monkeypatch, load) as worker:
        assert await asyncio.to_thread(gate.reached.wait, 30)
        assert not events(log, "listening")
        gate.open()
        await until(worker.link.poll)
        assert worker.link.recv_bytes() == READY
        assert events(log, "listening")
    assert worker.end.result() == (0, True)


async def test_a_worker_that_is_not_well_ends(monkeypatch: pytest.MonkeyPatch, log: StringIO) -> None:
    """A model that stalls gets no more calls from clients who cannot choose; those that wait may retry."""
    gate = Gate()
    monkeypatch.setattr(service_module, "_PULSE_SECONDS", 0.0)
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with working(
        monkeypatch, lambda: extractor, stall_seconds=1e-9, grace_seconds=3600.0, lead_seconds=3600.0
    ) as worker:
        await until(worker.link.poll)
        async with grpc.aio.insecure_channel(events(log, "listening")[0]["address"]) as channel:
            stub = cast("inquit_pb2_grpc.QuoteServiceAsyncStub", inquit_pb2_grpc.QuoteServiceStub(channel))
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.Extract(request("held"))
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        end = await worker.end
        gate.open()
    assert end == (1, False)


async def test_an_orphan_that_loads_never_listens(monkeypatch: pytest.MonkeyPatch, log: StringIO) -> None:
    """It waits for its model, which cannot be interrupted, and leaves the port alone."""
    gate = Gate()

    def load() -> FakeExtractor:
        gate.pass_through()
        return FakeExtractor()

    async with working(monkeypatch, load, grace_seconds=3600.0) as worker:
        assert await asyncio.to_thread(gate.reached.wait, 30)
        worker.link.close()
        await until(lambda: bool(events(log, "the parent is gone")))
        gate.open()
    assert worker.end.result() == (0, True)
    assert not events(log, "listening")
