from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

import inquit
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox


def test_a_killed_service_costs_a_stream_nothing(tiny_model: str) -> None:
    """A process that dies with documents in work and comes back: each document has its answer, once."""
    flags = ("--model", tiny_model)
    with ExitStack() as stack:
        first = stack.enter_context(ServiceProcess(*flags))
        port = first.address.rpartition(":")[2]

        def source() -> Iterator[inquit.Document]:
            for number in range(120):
                if number == 60:
                    first.signal(signal.SIGKILL)
                    first.exit_status()
                    stack.enter_context(ServiceProcess("--port", port, *flags))
                yield inquit.Document(str(number), f"“Dock {number} is shut,” said Mara Holt.")

        with inquit.Client(first.address, timeout=PATIENCE) as client:
            outcomes = list(client.extract_many(source(), method="stream"))
    assert [outcome.document.id for outcome in outcomes] == [str(number) for number in range(120)]
    assert [outcome.error for outcome in outcomes] == [None] * 120
