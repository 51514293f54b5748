"""Peers that misbehave, on real sockets: gRPC ignores arguments that it does not know."""

from __future__ import annotations

import asyncio
import struct
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

import certificates
from fake_extractor import FakeExtractor, Gate
from inquit import bounds
from raw_connection import GOAWAY, PING, RST_STREAM, SETTINGS, Frame, connected, headers
from running_service import Running, request, serving

METHOD = "/inquit.v1.QuoteService/Extract"
SOON = 0.2
"""Seconds after which somebody loses patience with a peer that does nothing."""
LATER = 1.0
"""The same, with a peer that must answer in time."""


@pytest.mark.parametrize("step", ["nothing", "half a preface", "no settings", "no acknowledgement"])
async def test_half_open_connections_are_closed(step: str) -> None:
    """Whoever does not finish opening a connection loses it."""
    async with (
        serving(FakeExtractor(), handshake_seconds=SOON) as running,
        connected(running.address) as half,
    ):
        if step != "nothing":
            half.send_preface(8 if step == "half a preface" else None)
        if step == "no acknowledgement":
            half.send(Frame(SETTINGS))
        await half.closed(polite=False)


async def test_open_connections_are_kept() -> None:
    """The time for opening a connection is over once it is open."""
    async with (
        serving(FakeExtractor(), handshake_seconds=LATER) as running,
        connected(running.address) as sound,
        connected(running.address) as half,
    ):
        await sound.open()
        await half.closed()
        assert await sound.answers()


async def test_half_open_tls_is_closed(tmp_path: Path) -> None:
    """The time for opening a connection counts from the first byte that did not come."""
    certificates.issue(trustme.CA(), tmp_path)
    settings = certificates.settings(tmp_path) | {"handshake_seconds": SOON}
    async with serving(FakeExtractor(), **settings) as running, connected(running.address) as half:
        assert await half.closed() == []


async def test_silent_connections_keep_nobody_out(tmp_path: Path) -> None:
    """Hundreds that connect and never begin with TLS are closed, and callers are answered beside them."""
    authority = trustme.CA()
    certificates.issue(authority, tmp_path)
    settings = certificates.settings(tmp_path) | {"handshake_seconds": LATER}
    trusted = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    async with serving(FakeExtractor(), **settings) as running, AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(connected(running.address)) for _ in range(200)]
        async with grpc.aio.secure_channel(running.address, trusted) as channel:
            secure = Running(running.service, running.address, channel)
            for word in "abc":
                assert (await secure.extract(word)).speakers[0].name == word
        for half in silent:
            assert await half.closed() == []


async def test_large_metadata_is_refused() -> None:
    """Metadata over the limit is RESOURCE_EXHAUSTED, whichever way it is large; up to it all is served."""
    async with serving(FakeExtractor(), max_metadata_bytes=4096) as running:
        await running.extract("a", metadata=(("x", "a" * 3000),))
        for metadata in ((("x", "a" * 4000),), tuple((f"x{number}", "a" * 40) for number in range(60))):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await running.extract("a", metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_metadata_within_the_limit_is_never_refused() -> None:
    """Left alone, gRPC refuses at random what comes near the limit."""
    async with serving(FakeExtractor()) as running:
        for _ in range(30):
            await running.extract("a", metadata=(("x", "a" * 15_000),))


async def test_a_bomb_of_zeros_is_refused() -> None:
    """A message that is small on the wire counts as it is unpacked."""
    extractor = FakeExtractor()
    async with serving(extractor, max_message_bytes=4096) as running:
        bomb = request("\0" * 2**20)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.Extract(bomb, compression=grpc.Compression.Gzip)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert extractor.batches == []


async def test_ping_floods_end_the_connection() -> None:
    """Who pings without pause is hung up on, and nobody else; gRPC's own name for it is in the last frame."""
    async with (
        serving(FakeExtractor()) as running,
        connected(running.address) as sound,
        connected(running.address) as flood,
    ):
        await sound.open()
        await flood.open()
        flood.send(*(Frame(PING, content=struct.pack(">Q", number)) for number in range(1000)))
        last = (await flood.until(GOAWAY))[-1]
        assert last.content.endswith(b"too_many_pings")
        await flood.closed()
        assert await sound.answers()
        assert (await running.extract("a")).speakers[0].name == "a"


async def test_pings_at_a_steady_pace_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers may ask more often than gRPC's own five minutes whether the service is still there."""
    monkeypatch.setattr(bounds, "_PING_SECONDS", 0.01)
    async with serving(FakeExtractor()) as running, connected(running.address) as caller:
        await caller.open()
        for _ in range(10):
            # The pace itself: nothing is waited for.
            await asyncio.sleep(0.02)
            assert await caller.answers()


async def test_floods_of_abandoned_calls_are_survived() -> None:
    """Calls that are taken back as soon as they are made leave nothing behind."""
    async with serving(FakeExtractor()) as running, connected(running.address) as flood:
        await flood.open()
        for stream in range(1, 4001, 2):
            flood.send(
                headers(stream, METHOD), Frame(RST_STREAM, stream=stream, content=struct.pack(">I", 8))
            )
        assert (await running.extract("a")).speakers[0].name == "a"
        assert running.queued == 0


async def test_dead_peers_are_found() -> None:
    """A peer that has gone without a word answers no ping, and its connection is closed; others keep theirs."""
    settings: dict[str, Any] = {"keepalive_seconds": SOON, "keepalive_timeout_seconds": LATER}
    async with (
        serving(FakeExtractor(), **settings) as running,
        connected(running.address) as alive,
        connected(running.address) as dead,
    ):
        await alive.open()
        await dead.open()
        answering = asyncio.ensure_future(alive.closed())
        frames = await dead.closed(polite=False)
        assert PING in {frame.kind for frame in frames}
        assert not answering.done()
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


async def test_calls_of_one_connection_wait_for_each_other() -> None:
    """More calls than one connection may have wait at the caller and are served after."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, connection_calls=1) as running, connected(running.address) as raw:
        announced = (await raw.open())[-1].content
        settings = dict(struct.iter_unpack(">HI", announced))
        assert settings[3] == 1
        calls = [asyncio.ensure_future(running.extract(text)) for text in "ab"]
        assert await asyncio.to_thread(gate.reached.wait, 30)
        assert running.queued == 1
        gate.open()
        assert [(await call).speakers[0].name for call in calls] == ["a", "b"]
    assert [len(batch) for batch in extractor.batches] == [1, 1]


async def test_connections_are_counted() -> None:
    """Over the limit a connection is closed at once, silent ones count, and one that ends makes room."""
    async with serving(FakeExtractor(), max_connections=2) as running, AsyncExitStack() as stack:
        first, second, third = [await stack.enter_async_context(connected(running.address)) for _ in "abc"]
        assert await third.closed() == []
        await first.open()
        second.writer.close()
        async with asyncio.timeout(30):
            while not await opens(running):
                pass
        assert await first.answers()


async def opens(running: Running) -> bool:
    """Tell whether a new connection is taken."""
    async with connected(running.address) as raw:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await raw.open()
            return True
    return False


async def test_idle_connections_are_closed() -> None:
    """A connection that nobody uses is told so and closed."""
    async with (
        serving(FakeExtractor(), connection_idle_seconds=SOON) as running,
        connected(running.address) as raw,
    ):
        await raw.open()
        assert (await raw.until(GOAWAY))[-1].content.endswith(b"connection idle")
        await raw.closed()


async def test_old_connections_are_changed_without_harm() -> None:
    """A connection of some age takes no new calls; those that run on it are answered, and so are later ones."""
    gate = Gate()
    extractor = FakeExtractor(lambda _: gate.pass_through())
    async with serving(extractor, connection_age_seconds=SOON) as running:
        call = asyncio.ensure_future(running.extract("long"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        # Two after another are older than one, whose age varies by a tenth.
        for _ in range(2):
            async with connected(running.address) as raw:
                await raw.open()
                assert (await raw.until(GOAWAY))[-1].content.endswith(b"max_age")
        gate.open()
        assert (await call).speakers[0].name == "long"
        assert (await running.extract("next")).speakers[0].name == "next"


async def drained(answers: Any) -> None:
    """Read to the end of a stream."""
    async for _ in answers:
        pass


async def test_what_never_ends_ends_with_its_connection() -> None:
    """After its age and the longest time of a call, a connection is closed whatever runs on it."""
    settings: dict[str, Any] = {"connection_age_seconds": SOON, "max_timeout": SOON}
    async with serving(FakeExtractor(), **settings) as running:
        watch = health_pb2_grpc.HealthStub(running.channel).Watch(health_pb2.HealthCheckRequest())
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asyncio.wait_for(drained(watch), 30)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
