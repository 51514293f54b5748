from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
import structlog

from inquit.logs import LogFormat, configure_logs, describe


def fail_twice() -> None:
    """Raise an error from another one, both with a text in their messages."""
    try:
        int("secret one")
    except ValueError as error:
        raise LookupError("secret two") from error


def test_exceptions_are_described_without_messages() -> None:
    """Types, frames and causes are told; what was said in the messages is not."""
    with pytest.raises(LookupError) as caught:
        fail_twice()
    found = describe(caught.value)
    assert found["exception"] == "LookupError"
    assert found["frames"][-1].endswith(" fail_twice")
    assert found["causes"][0].startswith("ValueError at ")
    assert "secret" not in str(found)


@pytest.mark.parametrize("logger", [structlog.get_logger("ours"), logging.getLogger("library")])
def test_lines_name_their_worker(logger: logging.Logger, log: StringIO) -> None:
    """Where several processes write to one log, each line tells whose it is, on every thread."""
    configure_logs("info", "json", log, worker=3)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(logger.warning, "something happened").result()
    assert json.loads(log.getvalue())["worker"] == 3


@pytest.mark.parametrize("logger", [structlog.get_logger("ours"), logging.getLogger("library")])
def test_tracebacks_in_the_log_hold_no_text(logger: logging.Logger, log: StringIO) -> None:
    """Whoever logs an exception, inquit or a library, its message stays out of the log."""
    try:
        fail_twice()
    except LookupError:
        logger.exception("something failed")
    row = json.loads(log.getvalue())
    assert (row["event"], row["level"], row["exception"]) == ("something failed", "error", "LookupError")
    assert "secret" not in log.getvalue()


def test_lines_carry_time_level_and_context(log: StringIO) -> None:
    """Each line stands alone: when, how bad, and for which request."""
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger().warning("odd", count=3)
    row = json.loads(log.getvalue())
    assert row.pop("timestamp").endswith("Z")
    assert row == {"event": "odd", "level": "warning", "request_id": "r-1", "count": 3}


def test_the_level_is_kept(log: StringIO) -> None:
    """Below the level nothing is written; libraries are heard from warning on."""
    configure_logs("warning", "json", log)
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    logging.getLogger("library").warning("heard")
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == ["heard"]


def test_people_get_columns(log: StringIO) -> None:
    """The console format is not JSON and says the same."""
    configure_logs("info", "console", log)
    structlog.get_logger().info("ready", address="here")
    assert "ready" in log.getvalue()
    assert "address=here" in log.getvalue()
    assert not log.getvalue().startswith("{")


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "value", ["a\nready address=elsewhere", "a\r\nb", "\x1b[2J\x07", "a\u2028b", '"}\n{"event": "x']
)
def test_values_cannot_forge_lines(form: LogFormat, value: str, log: StringIO) -> None:
    """What comes from outside stays inside its line, in either format, and does not reach a terminal raw."""
    configure_logs("info", form, log)
    structlog.get_logger().warning("odd", given=value)
    logging.getLogger("library").warning("odd %s", value)
    lines = log.getvalue().splitlines()
    assert len(lines) == 2
    assert all("odd" in line for line in lines)
    assert all(line.isprintable() for line in lines)
