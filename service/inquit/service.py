"""The gRPC server around one model: bind, load, serve, drain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from inquit._gen.inquit.v1 import inquit_pb2, inquit_pb2_grpc
from inquit.binding import bind
from inquit.bounds import channel_arguments
from inquit.config import ServerSettings
from inquit.credentials import server_credentials
from inquit.engine import Engine
from inquit.health import Health
from inquit.health_port import HealthPort
from inquit.instruments import Instruments
from inquit.interceptor import CallInterceptor
from inquit.servicer import QuoteServicer
from inquit.tokens import Tokens

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["Service"]

_log = structlog.get_logger(__name__)

_CONTRACT = inquit_pb2.DESCRIPTOR.services_by_name["QuoteService"]
_SERVICE = _CONTRACT.full_name
_HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name

_PULSE_SECONDS = 1.0
"""How often health looks at the model's thread."""


class Service:
    """A server on one address; `load` gives the model and is called once."""

    def __init__(
        self, settings: ServerSettings, load: Callable[[ServerSettings], Extractor], *, worker: int = 0
    ) -> None:
        """`worker` counts from 0 where several processes serve together: see Instruments."""
        self._settings = settings
        self._load = load
        # Watching costs a call for as long as it lasts, and needs no token.
        self._health = Health((_SERVICE,), watchers=max(1, settings.concurrent_calls // 2))
        self.health_port = HealthPort(settings, self._health)
        self._servicer = QuoteServicer(settings)
        self._server: grpc.aio.Server | None = None
        self.instruments = Instruments(settings, lambda: self._health.serving, worker=worker)
        self.instruments.metrics.calls.expect(_CONTRACT)

    async def start(self) -> str:
        """Bind and answer, with health saying NOT_SERVING; return the address with the port taken.

        Raises Unavailable when an address is taken and InvalidInput when a file cannot be used; `stop`
        then frees what was begun.
        """
        settings = self._settings
        tokens = Tokens(settings.token_file)
        if tokens.required and settings.tls_cert is None and not _is_local(settings.host):
            _log.warning("tokens travel unencrypted: there is no TLS and the address is not a loopback one")
        await self.instruments.start()
        interceptor = CallInterceptor(
            tokens,
            self.instruments.metrics.calls,
            self.instruments.tracing,
            request_seconds=settings.request_seconds,
            open_reflection=settings.open_reflection,
            limits=settings.limits,
        )
        server = grpc.aio.server(
            interceptors=[interceptor],
            options=channel_arguments(settings, message_bytes=settings.max_message_bytes),
            maximum_concurrent_rpcs=settings.concurrent_calls,
        )
        inquit_pb2_grpc.add_QuoteServiceServicer_to_server(self._servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if settings.reflection:
            reflection.enable_server_reflection((_SERVICE, _HEALTH, reflection.SERVICE_NAME), server)
        address = bind(server, settings.address, server_credentials(settings))
        await server.start()
        self._server = server
        await self.health_port.start()
        return address

    async def load(self) -> None:
        """Load and warm the model, then say SERVING; raises ModelError."""
        extractor = await asyncio.to_thread(self._loaded)
        engine = Engine(extractor, self._settings, self.instruments.metrics)
        engine.start()
        self.instruments.metrics.attach(engine)
        self._servicer.engine = engine
        self.take_pulse()

    def take_pulse(self) -> None:
        """Let health say whether the model's thread is well."""
        engine = self._servicer.engine
        serving = engine is not None and engine.batcher.alive
        if serving is not self._health.serving:
            self._health.set(serving=serving)
            _log.info("health", serving=self._health.serving)

    async def watch_pulse(self, *, until_ill: bool = False) -> None:
        """Take the pulse for ever, or until it says that the model's thread is not well."""
        while self._health.serving or not until_ill:
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
        try:
            if server is not None:
                await self._stop_server(server, hurry)
        finally:
            # Whatever fails, threads and ports are not left behind.
            try:
                ended = await self._stop_engine()
            finally:
                await self.health_port.stop()
                await self.instruments.stop()
        return ended

    async def _stop_server(self, server: grpc.aio.Server, hurry: asyncio.Event) -> None:
        await _wait(hurry, self._settings.lead_seconds)
        self._servicer.streams.drain()
        ending = asyncio.ensure_future(server.stop(self._settings.grace_seconds))
        impatient = asyncio.ensure_future(hurry.wait())
        await asyncio.wait({ending, impatient}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            await server.stop(0)
        impatient.cancel()
        await ending

    async def _stop_engine(self) -> bool:
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
