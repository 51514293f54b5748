from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox

TEXT = "“The ferry sails on Friday,” Oren Balk told the council of Velm.\n\n" * 300


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_running_calls_end(number: signal.Signals, tiny_model: str) -> None:
    """What runs when the signal comes is answered, and the process ends with 0."""
    flags = ("--model", tiny_model, "--log-level", "debug")
    with ServiceProcess(*flags) as process, grpc.insecure_channel(process.address) as channel:
        stub = inquit_pb2_grpc.QuoteServiceStub(channel)
        request = pb.ExtractRequest(document=pb.Document(id="running", text=TEXT))
        call = stub.Extract.future(request, timeout=PATIENCE, metadata=(("x-request-id", "running"),))
        process.event("call begins", request_id="running")
        process.signal(number)
        assert call.result().document_id == "running"
        assert process.exit_status() == 0
        assert process.event("call", request_id="running")["code"] == "OK"
        assert process.event("stopped")


def test_a_second_signal_hurries(tiny_model: str) -> None:
    """In the lead time health says NOT_SERVING while calls are answered; the second signal ends it, with 0."""
    with (
        ServiceProcess("--model", tiny_model, "--lead-seconds", "3600") as process,
        grpc.insecure_channel(process.address) as channel,
    ):
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        process.signal(signal.SIGTERM)
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        stub = inquit_pb2_grpc.QuoteServiceStub(channel)
        request = pb.ExtractRequest(document=pb.Document(id="late", text=TEXT))
        assert stub.Extract(request, timeout=PATIENCE).document_id == "late"
        process.signal(signal.SIGTERM)
        assert process.exit_status() == 0


def test_a_taken_port_ends_the_process(tiny_model: str) -> None:
    """A second service on the same port fails aloud instead of taking calls in silence."""
    with ServiceProcess("--model", tiny_model) as first:
        port = first.address.rpartition(":")[2]
        with ServiceProcess("--port", port, wait=False) as second:
            assert second.exit_status() == 1
            assert port in second.event("cannot serve")["message"]


def test_a_missing_model_ends_the_process(tmp_path: Path) -> None:
    """A wrong model folder is one line in the log and an exit status, not a traceback."""
    with ServiceProcess("--model", str(tmp_path), wait=False) as process:
        assert process.exit_status() == 1
        assert process.event("cannot serve")["reason"] == "MODEL_UNUSABLE"
        assert "Traceback" not in process.log


_STUCK = """
import os, signal, threading
from inquit import serve
from inquit.config import ServerSettings

def load(settings):
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait()

serve.load_extractor = load
serve.run(ServerSettings(port=0, grace_seconds=0.0))
"""


def test_a_thread_that_hangs_does_not_keep_the_process() -> None:
    """After the grace time the process ends with 1 and a whole log, whatever its threads do."""
    command = [sys.executable, "-c", _STUCK]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 1
    assert "stopped while the model was loading" in ended.stderr
