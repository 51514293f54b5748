from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

import inquit
from fake_service import FakeService, Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Health(health.HealthServicer):
    """The real health service, which serves as soon as somebody watches."""

    def __init__(self, *, until_watched: bool = False) -> None:
        super().__init__(experimental_non_blocking=False)
        self._until_watched = until_watched
        self.set("", _NOT_SERVING if until_watched else _SERVING)

    def Watch(self, request: Any, context: Any, send_response_callback: Any = None) -> Iterator[Any]:  # noqa: N802 - gRPC's name
        statuses = super().Watch(request, context, send_response_callback)
        yield next(statuses)
        if self._until_watched:
            self.set("", _SERVING)
        yield from statuses


def test_serving_is_ready(make_client: Any) -> None:
    """A service that says SERVING is ready at once."""
    servicer = Health()
    with (
        running(
            FakeService(), more=lambda s: health_pb2_grpc.add_HealthServicer_to_server(servicer, s)
        ) as server,
        make_client(server.target) as client,
    ):
        client.wait_ready(timeout=10)


def test_starting_service_is_waited_for(make_client: Any) -> None:
    """A service that says NOT_SERVING is watched until it says SERVING."""
    servicer = Health(until_watched=True)
    with (
        running(
            FakeService(), more=lambda s: health_pb2_grpc.add_HealthServicer_to_server(servicer, s)
        ) as server,
        make_client(server.target) as client,
    ):
        client.wait_ready(timeout=10)


def test_never_ready_is_unavailable(make_client: Any) -> None:
    """A service that stays NOT_SERVING gives Unavailable when the time is over."""
    servicer = Health()
    servicer.set("", _NOT_SERVING)
    with (
        running(
            FakeService(), more=lambda s: health_pb2_grpc.add_HealthServicer_to_server(servicer, s)
        ) as server,
        make_client(server.target) as client,
        pytest.raises(inquit.Unavailable) as caught,
    ):
        client.wait_ready(timeout=0.3)
    assert caught.value.reason == "NOT_READY"


def test_nobody_there_is_unavailable(make_client: Any) -> None:
    """A target where nothing listens gives Unavailable when the time is over."""
    with running(FakeService()) as gone:
        target = gone.target
    with make_client(target) as client, pytest.raises(inquit.Unavailable, match=target):
        client.wait_ready(timeout=0.3)


def test_service_without_health_is_asked_for_info(client: Any, server: Running) -> None:
    """A service without grpc.health.v1 is ready when it answers."""
    client.wait_ready(timeout=10)
    assert len(server.service.metadata) == 1


def test_wrong_token_is_told_at_once(make_client: Any) -> None:
    """Waiting does not mend a wrong token, so the error comes at once."""

    class Guarded(Health):
        def Watch(self, request: Any, context: Any, send_response_callback: Any = None) -> Any:  # noqa: N802
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "wrong token")

    with (
        running(
            FakeService(), more=lambda s: health_pb2_grpc.add_HealthServicer_to_server(Guarded(), s)
        ) as server,
        make_client(server.target) as client,
        pytest.raises(inquit.Unauthenticated),
    ):
        client.wait_ready(timeout=10)
