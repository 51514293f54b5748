"""grpc.health.v1 with Watch streams that end when the service stops.

The servicer of grpcio-health-checking starts out SERVING, and its Watch streams hold up a
graceful stop for the whole grace period (https://github.com/grpc/grpc/issues/37239).
"""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

__all__ = ["Health"]


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # its stubs are untyped
    """One state for the whole server ("") and for each service named."""

    def __init__(self, services: tuple[str, ...], *, watchers: int = 1024) -> None:
        """Start as not serving; no more than `watchers` may watch at the same time."""
        self._services = frozenset({"", *services})
        self._serving = False
        self._closed = False
        self._changed = asyncio.Event()
        self._watchers = 0
        self._most_watchers = watchers

    @property
    def serving(self) -> bool:
        """What callers are told now."""
        return self._serving

    def set(self, *, serving: bool) -> None:
        """Tell every watcher, unless the service is stopping."""
        if not self._closed and serving is not self._serving:
            self._serving = serving
            self._announce()

    def close(self) -> None:
        """Say NOT_SERVING from now on and end the Watch streams after they have said so."""
        self._serving = False
        self._closed = True
        self._announce()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        """Answer with the state now."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        return health_pb2.HealthCheckResponse(status=self._status(request.service))

    async def List(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002  # named by the contract
        """Answer with the state of every service."""
        return health_pb2.HealthListResponse(
            statuses={
                service: health_pb2.HealthCheckResponse(status=self._status(service))
                for service in self._services
            }
        )

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: N802  # named by the contract
        """Write the state now and each time that it changes."""
        if self._watchers >= self._most_watchers:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watch")
        self._watchers += 1
        try:
            await self._tell(request.service, context)
        finally:
            self._watchers -= 1

    async def _tell(self, service: str, context: Any) -> None:
        told = None
        while True:
            changed = self._changed
            status = self._status(service)
            if status != told:
                await context.write(health_pb2.HealthCheckResponse(status=status))
                told = status
            elif self._closed:
                return
            else:
                await changed.wait()

    def _status(self, service: str) -> Any:
        if service not in self._services:
            return health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
        if self._serving:
            return health_pb2.HealthCheckResponse.SERVING
        return health_pb2.HealthCheckResponse.NOT_SERVING

    def _announce(self) -> None:
        # Watchers wait on the event that they saw; the next change gets a new one.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
