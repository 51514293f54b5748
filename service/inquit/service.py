"""The gRPC server around one model: bind, load, serve, drain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from inquit._gen.inquit.v1 import inquit_pb2, inquit_pb2_grpc
from inquit.config import ServerSettings
from inquit.credentials import read_tokens, server_credentials
from inquit.engine import Engine
from inquit.errors import Unavailable
from inquit.health import Health
from inquit.interceptor import CallInterceptor
from inquit.servicer import QuoteServicer

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["Service"]

_log = structlog.get_logger(__name__)

_SERVICE = inquit_pb2.DESCRIPTOR.services_by_name["QuoteService"].full_name
_HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name

_PULSE_SECONDS = 1.0
"""How often health looks at the model's thread."""

_PING_SECONDS = 10
"""Clients may ping this often; gRPC's own default hangs up on those that do so within five minutes."""


class Service:
    """A server on one address; `load` gives the model and is called once, after the port is bound."""

    def __init__(self, settings: ServerSettings, load: Callable[[ServerSettings], Extractor]) -> None:
        self._settings = settings
        self._load = load
        self._health = Health((_SERVICE,))
        self._servicer = QuoteServicer(settings)
        self._server: grpc.aio.Server | None = None

    async def start(self) -> str:
        """Bind and answer, with health saying NOT_SERVING; return the address with the port taken.

        Raises Unavailable when the address is taken and InvalidInput when a file cannot be used.
        """
        settings = self._settings
        tokens = read_tokens(settings.token_file)
        if tokens and settings.tls_cert is None and not _is_local(settings.host):
            _log.warning("tokens travel unencrypted: there is no TLS and the address is not a loopback one")
        server = grpc.aio.server(
            interceptors=[CallInterceptor(tokens)],
            options=_options(settings),
            maximum_concurrent_rpcs=settings.concurrent_calls,
        )
        inquit_pb2_grpc.add_QuoteServiceServicer_to_server(self._servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if settings.reflection:
            reflection.enable_server_reflection((_SERVICE, _HEALTH, reflection.SERVICE_NAME), server)
        address = _bind(server, settings)
        await server.start()
        self._server = server
        return address

    async def load(self) -> None:
        """Load and warm the model, then say SERVING; raises ModelError."""
        extractor = await asyncio.to_thread(self._loaded)
        engine = Engine(extractor, self._settings)
        engine.start()
        self._servicer.engine = engine
        self.take_pulse()

    def take_pulse(self) -> None:
        """Let health say whether the model's thread is well."""
        engine = self._servicer.engine
        serving = engine is not None and engine.batcher.alive
        if serving is not self._health.serving:
            self._health.set(serving=serving)
            _log.info("health", serving=self._health.serving)

    async def watch_pulse(self) -> None:
        """Take the pulse for ever."""
        while True:
            await asyncio.sleep(_PULSE_SECONDS)
            self.take_pulse()

    async def stop(self, hurry: asyncio.Event | None = None) -> bool:
        """Say NOT_SERVING, go on for the lead time, let running calls end within the grace time.

        Setting `hurry` cuts both short. Returns False when threads are still at work, which
        cannot be interrupted.
        """
        hurry = hurry or asyncio.Event()
        self._health.close()
        server, self._server = self._server, None
        if server is not None:
            await _wait(hurry, self._settings.lead_seconds)
            ending = asyncio.ensure_future(server.stop(self._settings.grace_seconds))
            impatient = asyncio.ensure_future(hurry.wait())
            await asyncio.wait({ending, impatient}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                await server.stop(0)
            impatient.cancel()
            await ending
        engine, self._servicer.engine = self._servicer.engine, None
        if engine is None:
            return True
        ended = await asyncio.to_thread(engine.stop, 0.0)
        _log.info("model stopped", ended=ended)
        return ended

    def _loaded(self) -> Extractor:
        extractor = self._load(self._settings)
        extractor.warm_up()
        return extractor


def _options(settings: ServerSettings) -> list[tuple[str, Any]]:
    return [
        # Otherwise a second server on the same port starts without a word and takes half of the calls.
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", _PING_SECONDS * 1000),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", _PING_SECONDS * 1000),
        ("grpc.http2.max_ping_strikes", 0),
    ]


def _bind(server: grpc.aio.Server, settings: ServerSettings) -> str:
    credentials = server_credentials(settings)
    try:
        if credentials is None:
            port = server.add_insecure_port(settings.address)
        else:
            port = server.add_secure_port(settings.address, credentials)
    except RuntimeError:
        port = 0
    if port == 0:
        raise Unavailable(f"cannot listen on {settings.address}: the address is taken or not of this machine")
    if settings.address.startswith("unix:"):
        return settings.address
    return f"{settings.address.rpartition(':')[0]}:{port}"


def _is_local(host: str) -> bool:
    if host == "localhost" or host.startswith("unix:"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait that long, or until the event."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
