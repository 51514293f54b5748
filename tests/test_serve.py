from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from fake_extractor import FakeExtractor, Gate
from inquit.config import ServerSettings
from inquit.errors import InvalidInput, Unavailable
from inquit.serve import Service
from running_service import Running, serving, until

SERVING = health_pb2.HealthCheckResponse.SERVING
EOF: Any = vars(grpc.aio)["EOF"]
"""What a stream that has ended reads; not in the stubs."""
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def health(running: Running, service: str = "") -> Any:
    """Return the state that the service tells."""
    stub = health_pb2_grpc.HealthStub(running.channel)
    return (await stub.Check(health_pb2.HealthCheckRequest(service=service))).status


async def test_health_waits_for_the_warm_model() -> None:
    """The port answers before the model is there, and says so until the model is loaded and warm."""
    extractor = FakeExtractor()
    async with serving(extractor, loaded=False) as running:
        assert await health(running) == NOT_SERVING
        await running.service.load()
        assert extractor.warm
        for service in ("", "inquit.v1.QuoteService"):
            assert await health(running, service) == SERVING


async def test_health_of_unknown_services() -> None:
    """A service that is not there is NOT_FOUND, as the health protocol says."""
    async with serving(FakeExtractor()) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await health(running, "nobody")
        stub = health_pb2_grpc.HealthStub(running.channel)
        states = (await stub.List(health_pb2.HealthListRequest())).statuses
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert {name: state.status for name, state in states.items()} == {
        "": SERVING,
        "inquit.v1.QuoteService": SERVING,
    }


async def test_health_follows_the_model() -> None:
    """A model that hangs is not serving, and serves again when it is back."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), stall_seconds=1e-9) as running:
        call = asyncio.ensure_future(running.extract("a"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        running.service.take_pulse()
        assert await health(running) == NOT_SERVING
        gate.open()
        await call
        running.service.take_pulse()
        assert await health(running) == SERVING


async def test_stop_finishes_calls_and_ends_watchers() -> None:
    """Watchers hear NOT_SERVING and are let go, running calls are answered, and nothing waits for the grace."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, loaded=False, grace_seconds=3600) as running:
        watch = health_pb2_grpc.HealthStub(running.channel).Watch(health_pb2.HealthCheckRequest())
        states = [(await watch.read()).status]
        await running.service.load()
        states.append((await watch.read()).status)
        call = asyncio.ensure_future(running.extract("running"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        stopping = asyncio.ensure_future(running.service.stop())
        states.append((await watch.read()).status)
        assert await watch.read() is EOF
        gate.open()
        assert (await call).speakers[0].name == "running"
        await stopping
    assert states == [NOT_SERVING, SERVING, NOT_SERVING]


async def test_calls_are_served_during_the_lead_time() -> None:
    """Between NOT_SERVING and the end, load balancers may still send calls, and they are answered."""
    hurry = asyncio.Event()
    async with serving(FakeExtractor(), lead_seconds=3600) as running:
        stopping = asyncio.ensure_future(running.service.stop(hurry))
        await until(lambda: not running.service._health.serving)
        assert await health(running) == NOT_SERVING
        assert (await running.extract("late")).speakers[0].name == "late"
        hurry.set()
        await stopping


async def test_hurry_ends_running_calls() -> None:
    """A second signal does not wait for the grace time: calls end with an error, and so does the stop."""
    gate = Gate()
    hurry = asyncio.Event()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), grace_seconds=3600) as running:
        call = asyncio.ensure_future(running.extract("running"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        hurry.set()
        stopping = asyncio.ensure_future(running.service.stop(hurry))
        with pytest.raises(grpc.aio.AioRpcError):
            await call
        gate.open()
        await stopping


async def test_a_taken_port_is_refused() -> None:
    """Two services never share a port without anybody noticing."""
    async with serving(FakeExtractor()) as running:
        port = int(running.address.rpartition(":")[2])
        second = Service(ServerSettings(port=port), lambda _: FakeExtractor().as_extractor)
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
            await second.start()


async def test_unix_sockets_are_served() -> None:
    """A sidecar needs no port."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/s"
        async with serving(FakeExtractor(), host=address) as running:
            assert running.address == address
            assert (await running.extract("a")).speakers[0].name == "a"


async def test_tls_is_served(tmp_path: Path) -> None:
    """With certificate and key, a client that trusts the authority is answered, and plain text is not."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    files: dict[str, Any] = {"tls_key": tmp_path / "key.pem", "tls_cert": tmp_path / "cert.pem"}
    trusted = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    async with serving(FakeExtractor(), host="localhost", **files) as running:
        async with grpc.aio.secure_channel(running.address, trusted) as channel:
            secure = Running(running.service, running.address, channel)
            answer = await secure.extract("a")
            assert answer.speakers[0].name == "a"
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("a")
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("setting", ["token_file", "tls_cert"])
async def test_files_that_cannot_be_read_are_named(setting: str, tmp_path: Path) -> None:
    """A wrong path stops the start and says which setting it was."""
    missing = tmp_path / "missing"
    files: dict[str, Any] = {setting: missing} | ({"tls_key": missing} if setting == "tls_cert" else {})
    service = Service(ServerSettings(port=0, **files), lambda _: FakeExtractor().as_extractor)
    with pytest.raises(InvalidInput, match=str(missing)):
        await service.start()


async def test_an_empty_token_file_does_not_open_the_service(tmp_path: Path) -> None:
    """Whoever names a token file means to lock the service."""
    path = tmp_path / "tokens"
    path.write_text("\n \n")
    service = Service(ServerSettings(port=0, token_file=path), lambda _: FakeExtractor().as_extractor)
    with pytest.raises(InvalidInput, match="no token"):
        await service.start()
