"""The page that Prometheus reads, on a port of its own."""

from __future__ import annotations

import threading
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

from inquit.errors import InvalidInput, Unavailable

__all__ = ["MetricsServer"]

_MOST = 65535


class MetricsServer:
    """Serves one registry over HTTP from a thread of its own, so that a busy event loop can be seen."""

    def __init__(self, registry: CollectorRegistry, host: str, port: int) -> None:
        """Port 0 takes a free one."""
        self._registry = registry
        self._host = host
        self._port = port
        self._running: tuple[WSGIServer, threading.Thread] | None = None

    def start(self) -> str:
        """Listen and return the page's address; blocks, and raises Unavailable where it cannot."""
        if self._port > _MOST:
            raise InvalidInput(
                f"{self._port} is no port: each worker takes the next one", field="metrics_port"
            )
        try:
            self._running = start_http_server(self._port, self._host, self._registry)
        except OSError as error:
            raise Unavailable(
                f"metrics_port: cannot listen on {_join(self._host, self._port)}: {error.strerror}",
                reason="METRICS_PORT",
            ) from error
        return f"http://{_join(self._host, self._running[0].server_port)}/metrics"

    def stop(self) -> None:
        """Close the port; blocks for up to half a second."""
        running, self._running = self._running, None
        if running is not None:
            server, thread = running
            server.shutdown()
            server.server_close()
            thread.join()


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
