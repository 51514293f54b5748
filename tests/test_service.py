from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from fake_extractor import FakeEncoded, FakeExtractor, Gate
from inquit import engine as engine_module
from inquit import serve as serve_module
from inquit.config import ServerSettings
from inquit.errors import InvalidInput, Unavailable
from inquit.service import Service
from inquit.types import Extraction
from running_service import Running, events, request, serving, until

SERVING = health_pb2.HealthCheckResponse.SERVING
EOF: Any = vars(grpc.aio)["EOF"]
"""What a stream that has ended reads; not in the stubs."""
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class SlowReader(FakeExtractor):
    """Holds the thread that decodes the text "slow" at the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    def decode(self, encoded: FakeEncoded, outputs: Sequence[str]) -> Extraction:
        if encoded.document.text == "slow":
            self.gate.pass_through()
        return super().decode(encoded, outputs)


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


async def test_a_token_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """The error names the setting, and holds no byte of the file."""
    path = tmp_path / "tokens"
    path.write_bytes(b"secret\xff")
    service = Service(ServerSettings(port=0, token_file=path), lambda _: FakeExtractor().as_extractor)
    with pytest.raises(InvalidInput, match=r"token_file: .* is not UTF-8") as caught:
        await service.start()
    assert caught.value.field == "token_file"
    assert caught.value.__cause__ is None


async def test_a_broken_certificate_is_not_called_a_taken_address(tmp_path: Path) -> None:
    """Files without a certificate and its key are named as such."""
    path = tmp_path / "broken.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
    settings = ServerSettings(port=0, tls_cert=path, tls_key=path)
    with pytest.raises(InvalidInput, match=r"tls_cert, tls_key: .*PEM") as caught:
        await Service(settings, lambda _: FakeExtractor().as_extractor).start()
    assert caught.value.field == "tls_cert"


@pytest.mark.parametrize(("host", "warnings"), [("0.0.0.0", 1), ("127.0.0.1", 0), ("localhost", 0)])  # noqa: S104
async def test_unencrypted_tokens_are_warned_of(
    host: str, warnings: int, tmp_path: Path, log: StringIO
) -> None:
    """Whoever sends tokens over a network without TLS reads so in the log, once."""
    path = tmp_path / "tokens"
    path.write_text("secret\n")
    async with serving(FakeExtractor(), host=host, token_file=path):
        pass
    rows = events(log, "tokens travel unencrypted: there is no TLS and the address is not a loopback one")
    assert [row["level"] for row in rows] == ["warning"] * warnings
    assert "secret" not in log.getvalue()


async def test_text_is_pending_until_its_thread_has_ended(log: StringIO) -> None:
    """A caller that leaves does not make room while its text is still being read."""
    extractor = SlowReader()
    async with serving(extractor, pending_characters=4) as running:
        call = running.stub.Extract(request("slow"))
        assert await asyncio.to_thread(extractor.gate.reached.wait, 30)
        call.cancel()
        engine = running.service._servicer.engine
        assert engine is not None
        await until(lambda: len(events(log, "call")) == 1)
        assert engine.pending_characters == 4
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("next")
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        extractor.gate.open()
        await until(lambda: engine.pending_characters == 0)
        assert (await running.extract("next")).speakers[0].name == "next"


async def test_a_stop_tells_of_a_busy_text_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process learns that a thread is left over, so that it can end without it."""
    monkeypatch.setattr(engine_module, "_LAST_STEP_SECONDS", 0.0)
    extractor = SlowReader()
    async with serving(extractor, grace_seconds=0) as running:
        call = asyncio.ensure_future(running.extract("slow"))
        assert await asyncio.to_thread(extractor.gate.reached.wait, 30)
        ended = await running.service.stop()
        extractor.gate.open()
        with pytest.raises(grpc.aio.AioRpcError):
            await call
    assert not ended


async def test_a_second_signal_does_not_wait_for_the_model(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    """A model that loads for ever is left behind, and the exit status says so."""
    gate = Gate()

    def load(_: ServerSettings) -> Any:
        gate.pass_through()
        return FakeExtractor().as_extractor

    monkeypatch.setattr(serve_module, "load_extractor", load)
    serve = asyncio.ensure_future(serve_module._serve(ServerSettings(port=0, grace_seconds=3600)))
    assert await asyncio.to_thread(gate.reached.wait, 30)
    for count in (1, 2):
        assert not serve.done()
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda count=count: len(events(log, "signal")) == count)  # type: ignore[misc]
    end = await serve
    gate.open()
    assert (end.status, end.clean) == (1, False)


async def test_calls_at_the_same_time_are_bounded() -> None:
    """One call more than the setting is refused before it costs memory."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), concurrent_calls=1) as running:
        call = asyncio.ensure_future(running.extract("first"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("second")
        gate.open()
        assert (await call).speakers[0].name == "first"
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
