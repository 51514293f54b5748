"""What one service is watched with: metrics, their page, the event loop's watch and traces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from inquit.config import ServerSettings
from inquit.installed import installed_version
from inquit.loop_watch import LoopWatch
from inquit.metrics import Metrics
from inquit.scrape import MetricsServer
from inquit.tracing import Tracing

__all__ = ["Instruments"]

_log = structlog.get_logger(__name__)


class Instruments:
    """Begin and end with a service; each service has its own, also where several share a process."""

    def __init__(self, settings: ServerSettings, serving: Callable[[], bool], *, worker: int = 0) -> None:
        """Each `worker` of several serves its metrics on the port after that of the one before."""
        self.metrics = Metrics(settings, serving)
        self.tracing: Tracing | None = None
        self.page = ""
        """Address of the metrics once started; empty without."""
        self._settings = settings
        self._worker = worker
        self._server: MetricsServer | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raise Unavailable when the port of the metrics is taken, InvalidInput when an extra is missing."""
        settings = self._settings
        if settings.otlp_endpoint is not None:
            self.tracing = Tracing.open(settings.otlp_endpoint, installed_version())
        if settings.metrics_port is not None:
            port = settings.metrics_port and settings.metrics_port + self._worker
            self._server = MetricsServer(self.metrics.registry, settings.metrics_host, port)
            # In a thread, as the library asks for the name of the host.
            self.page = await asyncio.to_thread(self._server.start)
            _log.info("metrics", address=self.page)
        self._watching = asyncio.create_task(LoopWatch(self.metrics.loop_late).run())

    async def stop(self) -> None:
        """Close the page and send the last traces."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        ends: list[Callable[[], Any]] = []
        if self._server is not None:
            ends.append(self._server.stop)
        if self.tracing is not None:
            ends.append(self.tracing.close)
        self._server = self.tracing = None
        await asyncio.gather(*(asyncio.to_thread(end) for end in ends))
