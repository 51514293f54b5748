from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from inquit.logs import configure_logs


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Collect this process's log as JSON lines while the test runs."""
    handlers, level = logging.root.handlers, logging.root.level
    stream = StringIO()
    configure_logs("debug", "json", stream)
    yield stream
    structlog.reset_defaults()
    logging.root.handlers, logging.root.level = handlers, level
