"""Structured logs on stderr: JSON for machines, columns for people.

No log line ever holds a caller's text. Exceptions are therefore logged by type and frames:
their messages, and the messages of what they were raised from, could quote it.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

__all__ = ["LogFormat", "LogLevel", "configure_logs", "describe"]

LogFormat = Literal["json", "console"]
LogLevel = Literal["debug", "info", "warning", "error"]

_MAX_FRAMES = 20
_MAX_CAUSES = 5


def configure_logs(
    level: LogLevel = "info",
    form: LogFormat = "json",
    stream: TextIO | None = None,
    *,
    worker: int | None = None,
) -> None:
    """Send this process's logs, those of libraries included, to the stream (stderr by default).

    Every line names the worker, where there is one.
    """
    # No context variable: those of one thread are unknown to the others.
    number = {} if worker is None else {"worker": worker}
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _replace_exception,
        lambda _logger, _method, event: number | event,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if form == "json" else _columns
    target = stream or sys.stderr
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries speak only when something is wrong: at lower levels they may quote what they handle.
    root.setLevel(logging.WARNING)


def describe(error: BaseException) -> dict[str, Any]:
    """Return the type, the frames and the causes of an exception, without any message or value."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < _MAX_CAUSES:
        causes.append(f"{_type_name(cause)} at {_innermost(cause)}")
        cause = cause.__cause__ or cause.__context__
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    return {"exception": _type_name(error), "frames": frames[-_MAX_FRAMES:], "causes": causes}


def _replace_exception(
    logger: Any,  # noqa: ARG001  # a structlog processor has this signature
    method: str,  # noqa: ARG001
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by a description, before any renderer prints it whole."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    elif isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        event.update(describe(given))
    return event


def _columns(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """Render one line whatever its values hold: line ends and escape sequences are written out."""
    line = structlog.dev.ConsoleRenderer(colors=False)(logger, method, event)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _innermost(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} {frames[-1].name}" if frames else "nowhere"
