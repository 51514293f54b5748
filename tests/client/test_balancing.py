"""Several servers behind one target, as the addresses of a headless Service are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fake_service import FakeService, Running, documents, running
from inquit import Client


@pytest.fixture
def servers() -> Iterator[tuple[Running, Running]]:
    """Run two servers."""
    with running(FakeService()) as first, running(FakeService()) as second:
        yield first, second


def both(servers: tuple[Running, Running]) -> str:
    """Return the target that means them both."""
    return "ipv4:" + ",".join(server.target for server in servers)


def asked(server: Running) -> int:
    """Return how many calls a server has had."""
    return len(server.service.metadata)


def call_until_shared(client: Client, servers: tuple[Running, Running]) -> None:
    """Call until both connections are up: the first is used before the other is there."""
    for _ in range(1000):
        client.extract("text")
        if all(asked(server) for server in servers):
            return
    raise AssertionError([asked(server) for server in servers])


def test_calls_take_turns(servers: tuple[Running, Running]) -> None:
    """Each call goes to another server, not each connection."""
    with Client(both(servers)) as client:
        call_until_shared(client, servers)
        before = [asked(server) for server in servers]
        for _ in range(20):
            client.extract("text")
        assert [asked(server) - had for server, had in zip(servers, before, strict=True)] == [10, 10]


def test_who_stops_is_left_out(servers: tuple[Running, Running]) -> None:
    """When a server stops, calls go on at the other one, and none is lost."""
    with Client(both(servers)) as client:
        call_until_shared(client, servers)
        servers[0].server.stop(None).wait()
        outcomes: list[Any] = list(client.extract_many(documents(50)))
    assert [outcome.error for outcome in outcomes] == [None] * 50


def test_clients_of_a_process_have_their_own_connections(servers: tuple[Running, Running]) -> None:
    """Bounds for each connection are bounds for each client."""
    target = servers[0].target
    with Client(target) as first, Client(target) as second:
        for client in (first, second):
            client.extract("text")
    peers = servers[0].service.peers
    assert len(set(peers)) == 2
