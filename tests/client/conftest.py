from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Self

import pytest

from fake_service import FakeService, Running, running
from inquit import AsyncClient, Client

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def service() -> FakeService:
    """Return the service that `server` runs; tests set it up."""
    return FakeService()


@pytest.fixture
def server(service: FakeService) -> Iterator[Running]:
    """Run the fake service without TLS."""
    with running(service) as started:
        yield started


class Awaited:
    """An AsyncClient behind the methods of a Client, so that both pass the same tests."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._runner = asyncio.Runner()
        self._client = AsyncClient(*arguments, **named)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._runner.close()

    def close(self) -> None:
        self._runner.run(self._client.close())

    def extract(self, *arguments: Any, **named: Any) -> Any:
        return self._runner.run(self._client.extract(*arguments, **named))

    def wait_for(self, event: threading.Event) -> None:
        self._runner.run(asyncio.to_thread(event.wait, 30))

    def info(self, **named: Any) -> Any:
        return self._runner.run(self._client.info(**named))

    def wait_ready(self, *arguments: Any, **named: Any) -> None:
        self._runner.run(self._client.wait_ready(*arguments, **named))

    def extract_many(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        return self._collect(self._client.extract_many(*arguments, **named))

    def _collect(self, outcomes: Any) -> Iterator[Any]:
        try:
            while (outcome := self._runner.run(_following(outcomes))) is not None:
                yield outcome
        finally:
            self._runner.run(outcomes.aclose())


async def _following(outcomes: Any) -> Any:
    return await anext(outcomes, None)


@pytest.fixture(params=[Client, Awaited], ids=["blocking", "asyncio"])
def make_client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the class of each client in turn, in an environment without settings."""
    for name in ("TARGET", "TOKEN", "TIMEOUT", "TLS", "TLS_CA", "TLS_CLIENT_CERT", "TLS_CLIENT_KEY"):
        monkeypatch.delenv(f"INQUIT_{name}", raising=False)
    return request.param


@pytest.fixture
def client(make_client: Any, server: Running) -> Iterator[Any]:
    """Return each client in turn, connected to `server`."""
    with make_client(server.target, timeout=20.0) as connected:
        yield connected
