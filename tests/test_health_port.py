from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import certificates
from fake_extractor import FakeExtractor
from inquit.config import ServerSettings
from inquit.errors import Unavailable
from inquit.service import Service
from running_service import Running, serving, until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def told(running: Running) -> Any:
    """Return what a probe on the health port is told."""
    async with grpc.aio.insecure_channel(running.service.health_port.address) as channel:
        return (await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())).status


async def test_probes_need_neither_certificate_nor_token(tmp_path: Path) -> None:
    """However the service is locked, its health port tells its state, from before the model is there."""
    authority = trustme.CA()
    certificates.issue(authority, tmp_path)
    ca = certificates.write_authority(authority, tmp_path / "ca.pem")
    tokens = tmp_path / "tokens"
    tokens.write_text("secret\n")
    locked = certificates.settings(tmp_path) | {"tls_client_ca": ca, "token_file": tokens}
    async with serving(FakeExtractor(), loaded=False, health_port=0, **locked) as running:
        assert await told(running) == NOT_SERVING
        await running.service.load()
        assert await told(running) == SERVING


async def test_the_health_port_has_nothing_else() -> None:
    """What needs a token or a certificate elsewhere is not to be had without them here."""
    async with (
        serving(FakeExtractor(), health_port=0) as running,
        grpc.aio.insecure_channel(running.service.health_port.address) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await Running(running.service, "", channel).extract("a")
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest()])).read()
        assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_the_health_port_says_that_the_service_is_leaving() -> None:
    """While the service drains its probes read NOT_SERVING, and the port closes at last."""
    hurry = asyncio.Event()
    async with serving(FakeExtractor(), health_port=0, lead_seconds=3600) as running:
        assert await told(running) == SERVING
        stopping = asyncio.ensure_future(running.service.stop(hurry))
        await until(lambda: not running.service._health.serving)
        assert await told(running) == NOT_SERVING
        hurry.set()
        await stopping
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await told(running)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_taken_health_port_stops_the_start() -> None:
    """Probes never ask another service; what was begun is freed."""
    async with serving(FakeExtractor(), health_port=0) as running:
        port = int(running.service.health_port.address.rpartition(":")[2])
        second = Service(ServerSettings(port=0, health_port=port), lambda _: FakeExtractor().as_extractor)
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
            await second.start()
        assert await second.stop()
        assert await told(running) == SERVING


async def test_without_a_setting_there_is_no_health_port() -> None:
    """Nothing listens that nobody asked for."""
    async with serving(FakeExtractor()) as running:
        assert running.service.health_port.address == ""
