"""The service process: bind, load, serve, drain."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import ssl
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from inquit._gen.inquit.v1 import inquit_pb2, inquit_pb2_grpc
from inquit.config import ServerSettings
from inquit.engine import Engine
from inquit.errors import InquitError, InvalidInput, Unavailable
from inquit.health import Health
from inquit.interceptor import CallInterceptor
from inquit.logs import configure_logs, describe
from inquit.servicer import QuoteServicer

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["Service", "run"]

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
        tokens = _read_tokens(settings.token_file)
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
        counts = engine.batcher.counts
        _log.info(
            "model stopped",
            ended=ended,
            batches=counts.batches,
            windows=counts.windows,
            largest_batch=counts.largest_batch,
            failed_batches=counts.failed_batches,
            dropped_left=counts.dropped_left,
            dropped_late=counts.dropped_late,
        )
        return ended

    def _loaded(self) -> Extractor:
        extractor = self._load(self._settings)
        extractor.warm_up()
        return extractor


class _End(NamedTuple):
    status: int
    clean: bool
    """Whether no thread is still at work."""


def run(settings: ServerSettings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status of the process.

    Ends the process itself, with 1, when a thread is still at work after the grace time.
    """
    configure_logs(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        end = runner.run(_serve(settings))
        if not end.clean:
            # Here, as the runner and the interpreter would both wait for the thread.
            _exit_now()
    return end.status


def _exit_now() -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


async def _serve(settings: ServerSettings) -> _End:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_loop_failure)
    stop, hurry = asyncio.Event(), asyncio.Event()

    def on_signal(name: str) -> None:
        _log.info("signal", name=name)
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number.name)
    service = Service(settings, load_extractor)
    try:
        address = await service.start()
        _log.info("listening", address=address)
        loading = asyncio.ensure_future(service.load())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not loading.done() and not await _loads_in_time(loading, hurry, settings.grace_seconds):
            await service.stop(hurry)
            _log.warning("stopped while the model was loading")
            return _End(1, clean=False)
        await loading
        if not stop.is_set():
            _log.info("ready", address=address)
        pulse = asyncio.ensure_future(service.watch_pulse())
        await stopping
        pulse.cancel()
    except InquitError as error:
        _log.error("cannot serve", reason=error.reason, message=error.message)
        return _End(1, clean=await service.stop(hurry))
    except Exception as error:  # noqa: BLE001  # whatever a model folder or a driver brings up
        _log.error("cannot serve", **describe(error))
        return _End(1, clean=await service.stop(hurry))
    if not await service.stop(hurry):
        _log.warning("stopped with threads still at work")
        return _End(1, clean=False)
    _log.info("stopped")
    return _End(0, clean=True)


async def _loads_in_time(loading: asyncio.Future[None], hurry: asyncio.Event, seconds: float) -> bool:
    """Wait for the thread that loads, which cannot be interrupted; True when it has ended."""
    impatient = asyncio.ensure_future(hurry.wait())
    either: set[asyncio.Future[Any]] = {loading, impatient}
    await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    impatient.cancel()
    return loading.done()


def load_extractor(settings: ServerSettings) -> Extractor:
    """Load the model that the settings name."""
    # Here, as it brings torch: the port answers while it is being imported.
    from inquit.extractor import Extractor

    return Extractor.load(
        settings.model, device=settings.device, dtype=settings.dtype, threads=settings.threads
    )


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
    credentials = _credentials(settings)
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


def _credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    pair = (_read(settings.tls_key, "tls_key"), _read(settings.tls_cert, "tls_cert"))
    try:
        # gRPC says of a file that it cannot use no more than that the port is not bound.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.tls_cert, settings.tls_key, password=lambda: ""
        )
    except (ssl.SSLError, ValueError):
        raise InvalidInput(
            f"tls_cert, tls_key: {settings.tls_cert} and {settings.tls_key} are not"
            " a certificate chain and its unencrypted private key in PEM",
            field="tls_cert",
        ) from None
    return grpc.ssl_server_credentials([pair])


def _is_local(host: str) -> bool:
    if host == "localhost" or host.startswith("unix:"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read_tokens(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        lines = _read(path, "token_file").decode().splitlines()
    except UnicodeDecodeError:
        # The foreign message quotes the bytes.
        raise InvalidInput(f"token_file: {path} is not UTF-8", field="token_file") from None
    tokens = [line.strip() for line in lines if line.strip()]
    if not tokens:
        raise InvalidInput(f"{path} holds no token", field="token_file")
    return tokens


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{setting}: cannot read {path}: {error.strerror}", field=setting) from error


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait that long, or until the event."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def _log_loop_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Log a failure that nobody awaited; asyncio's own message would quote the exception."""
    error = context.get("exception")
    _log.error("the event loop met a failure", **(describe(error) if error is not None else {}))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's factory where it exists; it does not on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
