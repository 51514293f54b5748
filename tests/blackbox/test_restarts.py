"""The real process ends, by a signal or by force, while it is at work, and begins again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import grpc
import pytest

import inquit
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox

SENTENCE = "“The harbour at Velm stays closed until spring,” said Mara Holt, who runs it.\n\n"


def test_sigterm_under_load(tiny_model: str) -> None:
    """Every call that was accepted before the signal is answered, and the process ends with 0."""
    with ServiceProcess("--model", tiny_model, "--log-level", "debug") as process:
        with grpc.insecure_channel(process.address) as channel:
            stub = inquit_pb2_grpc.QuoteServiceStub(channel)
            calls = [
                stub.Extract.future(
                    pb.ExtractRequest(document=pb.Document(id=f"n{number}", text=SENTENCE * 40)),
                    timeout=PATIENCE,
                    metadata=(("x-request-id", f"n{number}"),),
                )
                for number in range(40)
            ]
            for number in range(40):
                process.event("call begins", request_id=f"n{number}")
            process.signal(signal.SIGTERM)
            assert [call.result().document_id for call in calls] == [f"n{number}" for number in range(40)]
        assert process.exit_status() == 0


def test_a_killed_service_gives_each_document_of_a_batch_one_outcome(tiny_model: str) -> None:
    """What is asked of a dead service is an error of these documents alone, and is read when asked again."""
    flags = ("--model", tiny_model)
    texts = {f"n{number}": f"“Dock {number} is shut,” said Mara Holt.\n\n" * 20 for number in range(320)}
    with ExitStack() as stack:
        first = stack.enter_context(ServiceProcess(*flags))
        port = first.address.rpartition(":")[2]

        def source() -> Iterator[inquit.Document]:
            for number, (name, text) in enumerate(texts.items()):
                if number == 160:
                    first.signal(signal.SIGKILL)
                    first.exit_status()
                    stack.enter_context(ServiceProcess("--port", port, *flags))
                yield inquit.Document(name, text)

        with inquit.Client(first.address, timeout=PATIENCE) as client:
            outcomes = list(client.extract_many(source()))
            assert [outcome.document.id for outcome in outcomes] == list(texts)
            lost = [outcome for outcome in outcomes if outcome.extraction is None]
            assert all(isinstance(outcome.error, inquit.Unavailable) for outcome in lost)
            again = list(client.extract_many(outcome.document for outcome in lost))
            assert [outcome.error for outcome in again] == [None] * len(lost)
