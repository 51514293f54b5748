from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import inquit
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from service_process import PATIENCE, ServiceProcess

pytestmark = pytest.mark.blackbox

SENTENCE = "“The harbour at Velm stays closed until spring,” said Mara Holt, who runs it.\n\n"


def request(text: str, name: str = "d") -> pb.ExtractRequest:
    """Return the request for one document with default options."""
    return pb.ExtractRequest(document=pb.Document(id=name, text=text))


def extract(channel: grpc.Channel, text: str, name: str = "d") -> pb.ExtractResponse:
    """Send one document and return its answer."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    return stub.Extract(request(text, name), timeout=PATIENCE)


def test_the_client_is_answered(service: ServiceProcess) -> None:
    """A client in another process gets quotations with speakers, and each span is a slice of its text."""
    text = f"\U0001f6a2 {SENTENCE}"
    with inquit.Client(service.address) as client:
        result = client.extract(text)
    [quote] = result.quotes
    assert [span.text for span in quote.verbatim] == ["The harbour at Velm stays closed until spring,"]
    speaker = result.speaker(quote)
    assert speaker is not None
    assert speaker.name == "Mara Holt"
    for span in (*quote.content, *quote.verbatim, *speaker.mentions):
        assert text[span.start : span.end] == span.text


def test_info_names_the_shipped_model(channel: grpc.Channel) -> None:
    """The service says which weights it serves and where."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    info = stub.GetServiceInfo(pb.GetServiceInfoRequest(), timeout=PATIENCE)
    assert info.model_name == "inquit-small-en"
    assert len(info.model_sha256) == 64
    assert info.device == "cpu"
    assert info.limits.max_characters == 1_000_000


def test_reflection_gives_the_contract(channel: grpc.Channel) -> None:
    """A tool without our files learns the methods, as grpcurl does."""
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    questions = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="inquit.v1.QuoteService"),
    ]
    names, files = stub.ServerReflectionInfo(iter(questions), timeout=PATIENCE)
    assert {service.name for service in names.list_services_response.service} == {
        "inquit.v1.QuoteService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    contract = FileDescriptorProto.FromString(files.file_descriptor_response.file_descriptor_proto[0])
    assert {method.name for method in contract.service[0].method} == {
        "Extract",
        "BatchExtract",
        "StreamExtract",
        "GetServiceInfo",
    }


@pytest.mark.parametrize("name", ["", "inquit.v1.QuoteService"])
def test_health_says_serving(channel: grpc.Channel, name: str) -> None:
    """Probes get their answer from the real service."""
    stub = health_pb2_grpc.HealthStub(channel)
    answer = stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=PATIENCE)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_64_callers_get_their_own_answers(channel: grpc.Channel) -> None:
    """Callers at the same time never get each other's quotations, whatever shares a batch."""
    texts = [f"{'The day was calm. ' * (n % 7)}“Dock {n} is shut,” said Mara Holt." for n in range(64)]
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: extract(channel, texts[n], f"n{n}"), range(64)))
    for number, answer in enumerate(answers):
        assert answer.document_id == f"n{number}"
        assert [span.text for span in answer.quotes[0].verbatim] == [f"Dock {number} is shut,"]
        for quote in answer.quotes:
            for span in quote.content:
                assert texts[number][span.start : span.end] == span.text


def test_a_caller_that_leaves_costs_nobody(service: ServiceProcess, channel: grpc.Channel) -> None:
    """A long text whose caller leaves is dropped, and the next caller is answered."""
    stub = inquit_pb2_grpc.QuoteServiceStub(channel)
    long = request(SENTENCE * 5000)
    call = stub.Extract.future(long, metadata=(("x-request-id", "left"),))
    service.event("call begins", request_id="left")
    stayed = stub.Extract.future(request(SENTENCE, "stayed"), timeout=PATIENCE)
    call.cancel()  # type: ignore[no-untyped-call]
    assert stayed.result().document_id == "stayed"
    assert service.event("call", request_id="left")["code"] == "CANCELLED"


@pytest.mark.slow
def test_a_million_characters_are_served(channel: grpc.Channel) -> None:
    """The longest valid text is read to its end."""
    text = (SENTENCE * (1_000_000 // len(SENTENCE))).rjust(1_000_000)
    assert len(text) == 1_000_000
    answer = inquit_pb2_grpc.QuoteServiceStub(channel).Extract(request(text), timeout=10 * PATIENCE)
    assert answer.quotes[-1].content[0].start >= 1_000_000 - len(SENTENCE)
    for quote in answer.quotes:
        for span in (*quote.content, *quote.verbatim):
            assert text[span.start : span.end] == span.text


def test_a_longer_text_is_refused_with_the_limit(channel: grpc.Channel) -> None:
    """One character more is the caller's error, and the details say which field and which limit."""
    with pytest.raises(grpc.RpcError) as caught:
        extract(channel, "x" * 1_000_001)
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    trailers = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status.details)
    assert bad.field_violations[0].field == "document.text"
    assert "the limit is 1000000" in bad.field_violations[0].description


def test_the_log_holds_no_text(service: ServiceProcess, channel: grpc.Channel) -> None:
    """Nothing of a text gets into the log, not even at its most talkative."""
    extract(channel, SENTENCE)
    assert "Velm" not in service.log
    assert "Holt" not in service.log
