"""The service's process, or one of its several: event loop, signals and exit status."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from inquit.config import ServerSettings
from inquit.errors import InquitError
from inquit.held_port import held_port
from inquit.logs import configure_logs, describe
from inquit.parent import Parent
from inquit.service import Service
from inquit.workers import Workers

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["run"]

_log = structlog.get_logger(__name__)


_SWITCH_SECONDS = 0.0005
"""How long a thread that decodes may keep the event loop and the model from the interpreter; by default
Python lets it for ten times as long, and each call waits that long several times."""


class _End(NamedTuple):
    status: int
    clean: bool
    """Whether no thread is still at work."""


class _Orders(NamedTuple):
    stop: asyncio.Event
    hurry: asyncio.Event


def run(settings: ServerSettings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status of the process.

    Ends the process itself, with 1, when a thread is still at work after the grace time.
    """
    configure_logs(settings.log_level, settings.log_format)
    if settings.workers > 1:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_supervise(settings))
    return _run_alone(settings)


def work(settings: ServerSettings, number: int, link: Connection[Any, Any]) -> None:
    """Be one of several workers, in a process of its own, until its parent tells it to stop."""
    configure_logs(settings.log_level, settings.log_format, worker=number)
    sys.exit(_run_alone(settings, Parent(number, link)))


def _run_alone(settings: ServerSettings, parent: Parent | None = None) -> int:
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        end = runner.run(_serve(settings, parent))
        if not end.clean:
            # Here, as the runner and the interpreter would both wait for the thread.
            _exit_now()
    return end.status


def _exit_now() -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


async def _supervise(settings: ServerSettings) -> int:
    asyncio.get_running_loop().set_exception_handler(_log_loop_failure)
    orders = _signalled_orders()
    try:
        with ExitStack() as held:
            ports = {"port": held.enter_context(held_port(settings.host, settings.port))}
            if settings.health_port is not None:
                ports["health_port"] = held.enter_context(
                    held_port(settings.health_host, settings.health_port)
                )
            return await Workers(settings.model_copy(update=ports), work).run(*orders)
    except InquitError as error:
        _log.error("cannot serve", reason=error.reason, message=error.message)
        return 1


async def _serve(settings: ServerSettings, parent: Parent | None = None) -> _End:
    asyncio.get_running_loop().set_exception_handler(_log_loop_failure)
    if parent is None:
        orders = _signalled_orders()
    else:
        orders = _Orders(asyncio.Event(), asyncio.Event())
        parent.obey(*orders)
    service = Service(settings, load_extractor, worker=0 if parent is None else parent.worker)
    try:
        end = await _live(service, orders, parent, settings.grace_seconds)
    except InquitError as error:
        _log.error("cannot serve", reason=error.reason, message=error.message)
        end = _End(1, clean=True)
    except Exception as error:  # noqa: BLE001  # whatever a model folder or a driver brings up
        _log.error("cannot serve", **describe(error))
        end = _End(1, clean=True)
    if not await service.stop(orders.hurry) or not end.clean:
        _log.warning("stopped with threads still at work")
        return _End(1, clean=False)
    if end.status == 0:
        _log.info("stopped")
    return end


async def _live(service: Service, orders: _Orders, parent: Parent | None, grace: float) -> _End:
    """Load and serve until told to stop.

    Alone, the port answers first, with health saying NOT_SERVING. One of several opens it when its
    model is warm: clients are spread over all that listen, and cannot choose.
    """
    if parent is None:
        address = await _listen(service)
    loading = asyncio.ensure_future(service.load())
    stopping = asyncio.ensure_future(orders.stop.wait())
    await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not loading.done() and not await _loads_in_time(loading, orders.hurry, grace):
        _log.warning("stopped while the model was loading")
        return _End(1, clean=False)
    await loading
    if orders.stop.is_set():
        return _End(0, clean=True)
    if parent is None:
        _log.info("ready", address=address)
    else:
        address = await _listen(service)
        _log.info("worker ready", address=address)
        parent.say_ready()
    pulse = asyncio.ensure_future(service.watch_pulse(until_ill=parent is not None))
    await asyncio.wait({pulse, stopping}, return_when=asyncio.FIRST_COMPLETED)
    pulse.cancel()
    if not orders.stop.is_set():
        _log.error("the model does not answer: this worker ends, to be replaced")
        # Callers are better off with the other workers than with the grace time.
        orders.hurry.set()
        return _End(1, clean=True)
    return _End(0, clean=True)


async def _listen(service: Service) -> str:
    address = await service.start()
    _log.info("listening", address=address)
    return address


def _signalled_orders() -> _Orders:
    """Return orders that this process's signals give: the first stops, the second hurries."""
    orders = _Orders(asyncio.Event(), asyncio.Event())

    def on_signal(name: str) -> None:
        _log.info("signal", name=name)
        (orders.hurry if orders.stop.is_set() else orders.stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number.name)
    return orders


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
    from inquit.model.placement import granted_cores

    threads = settings.threads
    if threads is None and settings.workers > 1:
        threads = max(1, granted_cores() // settings.workers)
    extractor = Extractor.load(
        settings.model,
        device=settings.device,
        dtype=settings.dtype,
        threads=threads,
        sha256=settings.model_sha256,
    )
    # What torch and transformers made will never be garbage: looking through it holds up every thread.
    gc.collect()
    gc.freeze()
    return extractor


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
