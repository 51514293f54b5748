"""grpc.health.v1 alone on a plain port, for probes that speak neither TLS nor tokens."""

from __future__ import annotations

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health_pb2_grpc

from inquit.binding import bind
from inquit.bounds import channel_arguments
from inquit.config import ServerSettings
from inquit.health import Health

__all__ = ["HealthPort"]

_log = structlog.get_logger(__name__)

_MESSAGE_BYTES = 4096
_CALLS = 64
"""At the same time: probes are few, and nobody is asked who they are."""


class HealthPort:
    """A server of its own that tells what the service's other port tells."""

    def __init__(self, settings: ServerSettings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._server: grpc.aio.Server | None = None
        self.address = ""
        """Where it listens once started; empty where the settings name no port."""

    async def start(self) -> None:
        """Listen if there is a port to listen on; raises Unavailable."""
        address = self._settings.health_address
        if address is None:
            return
        server = grpc.aio.server(
            options=channel_arguments(self._settings, message_bytes=_MESSAGE_BYTES),
            maximum_concurrent_rpcs=_CALLS,
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        self.address = bind(server, address, None)
        await server.start()
        self._server = server
        _log.info("health port", address=self.address)

    async def stop(self) -> None:
        """Hang up."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop(0)
