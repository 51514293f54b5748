"""The service process: its event loop, its signals and its exit status."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from inquit.config import ServerSettings
from inquit.errors import InquitError
from inquit.logs import configure_logs, describe
from inquit.service import Service

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = ["run"]

_log = structlog.get_logger(__name__)


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
