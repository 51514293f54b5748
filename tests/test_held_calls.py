"""Calls that keep their place without being served: they lose it."""

from __future__ import annotations

import asyncio
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from fake_extractor import FakeExtractor
from raw_connection import connected, data, headers
from running_service import Running, details, events, request, serving, until

METHOD = "/inquit.v1.QuoteService/Extract"
SOON = 0.2
"""Seconds after which the service loses patience with a caller that does nothing."""
LATER = 1.0
"""The same, with a caller that must do something in time."""


def waiting_call(running: Running, **call: Any) -> Any:
    """Begin a call whose message never comes."""
    return running.channel.stream_unary(METHOD, bytes, bytes)(**call)


async def test_answers_that_nobody_takes_end_with_their_connection(log: StringIO) -> None:
    """A caller that leaves no room for its answer keeps its place no longer than its connection."""
    settings: dict[str, Any] = {"connection_age_seconds": LATER, "max_timeout": SOON, "concurrent_calls": 1}
    message = request("a").SerializeToString()
    async with serving(FakeExtractor(), **settings) as running, connected(running.address) as greedy:
        await greedy.open(window=0)
        greedy.send(headers(1, METHOD), data(1, message))
        await until(lambda: len(events(log, "call")) == 1)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("b")
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        await greedy.closed()
        await served_again(running)


async def test_messages_that_never_come_are_not_waited_for() -> None:
    """A call cannot keep its place by saying nothing."""
    async with serving(FakeExtractor(), request_seconds=SOON, concurrent_calls=1) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await waiting_call(running)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert details(caught.value)["ErrorInfo"].reason == "REQUEST_LATE"
        await served_again(running)


async def served_again(running: Running) -> None:
    """Wait until the place of a call that has ended is free."""
    async with asyncio.timeout(30):
        while True:
            try:
                await running.extract("a")
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                    raise
            else:
                return


async def test_callers_may_leave_before_their_message(log: StringIO) -> None:
    """A call that is taken back while its message is awaited frees its place."""
    async with serving(FakeExtractor(), concurrent_calls=1) as running:
        call = waiting_call(running)
        await until(lambda: len(events(log, "call begins")) == 1)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.extract("a")
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        call.cancel()
        await served_again(running)


async def test_calls_without_a_message_are_invalid() -> None:
    """An end where the message should be is the caller's error."""
    async with serving(FakeExtractor()) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await waiting_call(running, request_iterator=iter(()))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert details(caught.value)["ErrorInfo"].reason == "UNREADABLE_MESSAGE"


async def test_nothing_is_read_of_callers_who_are_refused(tmp_path: Path) -> None:
    """Without a token a call ends before its message, which may be large, has come."""
    path = tmp_path / "tokens"
    path.write_text("secret\n")
    async with serving(FakeExtractor(), token_file=path, request_seconds=3600) as running:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await waiting_call(running, timeout=30)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_watchers_leave_room_for_calls(tmp_path: Path) -> None:
    """Watching needs no token, so it never takes more than half of all places."""
    path = tmp_path / "tokens"
    path.write_text("secret\n")
    async with serving(FakeExtractor(), token_file=path, concurrent_calls=4) as running:
        stub = health_pb2_grpc.HealthStub(running.channel)
        watches = [stub.Watch(health_pb2.HealthCheckRequest()) for _ in range(2)]
        for watch in watches:
            await watch.read()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Watch(health_pb2.HealthCheckRequest()).read()
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        await running.extract("a", metadata=(("authorization", "Bearer secret"),))
        watches[0].cancel()
        await until(lambda: running.service._health._watchers == 1)
        await stub.Watch(health_pb2.HealthCheckRequest()).read()
