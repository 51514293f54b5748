from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import grpc
import pytest

import inquit
from fake_service import INVALID, OVERLOADED, FakeService, Running, refuse, running, status
from inquit import Document, OffsetEncoding, QuoteKind

if TYPE_CHECKING:
    from collections.abc import Callable

_UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


def abort(code: grpc.StatusCode, message: str = "no") -> Callable[[Any], None]:
    """Return a failure that ends a call with a bare code, as gRPC and proxies do."""
    return lambda context: context.abort(code, message)


def test_extraction_is_typed_and_frozen(client: Any) -> None:
    """An answer is a frozen value of inquit.types, with the document's id and exact spans."""
    extraction = client.extract("“Yes.” 🙂", id="a")
    (quote,) = extraction.quotes
    assert extraction.document_id == "a"
    assert quote.kind is QuoteKind.DIRECT
    assert quote.content[0].text == "“Yes.” 🙂"
    with pytest.raises(AttributeError):
        extraction.document_id = "b"


def test_documents_keep_their_id(client: Any) -> None:
    """A Document's own id travels; an id given beside it wins."""
    assert client.extract(Document("own", "x")).document_id == "own"
    assert client.extract(Document("own", "x"), id="other").document_id == "other"


def test_options_reach_the_service(client: Any) -> None:
    """Kinds, offsets and confidence are sent as asked, as members or as words."""
    assert client.extract("x", min_confidence=0.6).quotes == ()
    assert client.extract("x", offset_encoding="utf16").offset_encoding is OffsetEncoding.UTF16
    assert client.extract("x", kinds=["direct", QuoteKind.INDIRECT]).quotes != ()


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ({"kinds": ["shouted"]}, "kinds"),
        ({"kinds": []}, "kinds"),
        ({"offset_encoding": "utf7"}, "offset_encoding"),
        ({"min_confidence": 1.5}, "min_confidence"),
        ({"min_confidence": float("nan")}, "min_confidence"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
        ({"request_id": "a\nb"}, "request_id"),
    ],
)
def test_bad_arguments_are_refused_here(
    client: Any, server: Running, named: dict[str, Any], field: str
) -> None:
    """An argument out of its range is an InvalidInput naming it, and nothing is sent."""
    with pytest.raises(inquit.InvalidInput) as caught:
        client.extract("x", **named)
    assert caught.value.field == field
    assert server.service.metadata == []


def test_lone_surrogates_are_refused(client: Any) -> None:
    """A text that UTF-8 cannot carry is an InvalidInput that does not repeat the text."""
    with pytest.raises(inquit.InvalidInput) as caught:
        client.extract("secret \ud83d")
    assert caught.value.field.startswith("document")
    assert "secret" not in str(caught.value)


def test_info(client: Any) -> None:
    """Info is the service's model, device and limits."""
    info = client.info()
    assert (info.model_name, info.device, info.limits) == ("fake", "cpu", inquit.Limits())


def test_request_id_and_token_travel(make_client: Any, server: Running) -> None:
    """The token goes as a bearer token with each call, the request id with the call it was given to."""
    with make_client(server.target, token="t-1") as client:
        client.extract("x", request_id="r-7")
        client.info()
    first, second = server.service.metadata
    assert (first["authorization"], first["x-request-id"]) == ("Bearer t-1", "r-7")
    assert second["authorization"] == "Bearer t-1"
    assert "x-request-id" not in second


def test_every_call_has_a_deadline(make_client: Any, server: Running) -> None:
    """The default time limit is finite, a client's own replaces it, and a call's own wins."""
    with make_client(server.target) as client:
        client.extract("x")
    with make_client(server.target, timeout=30.0) as client:
        client.extract("x")
        client.extract("x", timeout=10.0)
    assert [round(seconds, -1) for seconds in server.service.remaining] == [300, 30, 10]


def test_deadline_ends_a_call(client: Any, service: FakeService) -> None:
    """A service that does not answer in time gives DeadlineExceeded."""
    gate = threading.Event()
    service.failures.append(lambda context: (context.add_callback(gate.set), gate.wait(30)))
    with pytest.raises(inquit.DeadlineExceeded, match="no answer within the time limit"):
        client.extract("x", timeout=0.05)


def test_unavailable_is_retried(client: Any, service: FakeService) -> None:
    """A service that is away for a moment costs its callers no error."""
    service.failures.extend([abort(_UNAVAILABLE), abort(_UNAVAILABLE)])
    assert client.extract("x").quotes
    assert len(service.metadata) == 3


def test_large_requests_are_retried_too(client: Any, service: FakeService) -> None:
    """Retries do not end at gRPC's default buffer of 256 KiB."""
    service.failures.append(abort(_UNAVAILABLE))
    text = "word " * 100_000
    assert client.extract(text).quotes[0].content[0].text == text


def test_invalid_input_is_not_retried(client: Any, service: FakeService) -> None:
    """An error of the request is told at once, with reason, field and request id."""
    refused = status(INVALID, "is too long, the limit is 5", reason="TEXT_TOO_LONG", field="document.text")
    service.failures.append(lambda context: refuse(context, refused))
    with pytest.raises(inquit.InvalidInput, match="the limit is 5") as caught:
        client.extract("x")
    error = caught.value
    assert (error.reason, error.field, error.request_id) == ("TEXT_TOO_LONG", "document.text", "r-1")
    assert isinstance(error.__cause__, grpc.RpcError)
    assert len(service.metadata) == 1


def test_overload_is_retried_when_the_service_says_when(client: Any, service: FakeService) -> None:
    """RESOURCE_EXHAUSTED with RetryInfo is asked again after that pause."""
    busy = status(OVERLOADED, "the queue is full", reason="OVERLOADED", retry=0.01)
    service.failures.extend([lambda context: refuse(context, busy)] * 2)
    assert client.extract("x").quotes
    assert len(service.metadata) == 3


def test_overload_without_a_time_is_an_error(client: Any, service: FakeService) -> None:
    """RESOURCE_EXHAUSTED without RetryInfo is not asked again."""
    busy = status(OVERLOADED, "the queue is full", reason="OVERLOADED")
    service.failures.append(lambda context: refuse(context, busy))
    with pytest.raises(inquit.Overloaded) as caught:
        client.extract("x")
    assert caught.value.retry_after is None
    assert len(service.metadata) == 1


def test_overload_beyond_the_deadline_is_an_error_at_once(client: Any, service: FakeService) -> None:
    """Nobody waits for a retry that would come after the time limit; the error says when."""
    busy = status(OVERLOADED, "the queue is full", reason="OVERLOADED", retry=500.0)
    service.failures.append(lambda context: refuse(context, busy))
    with pytest.raises(inquit.Overloaded) as caught:
        client.extract("x")
    assert caught.value.retry_after == 500.0


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, inquit.InvalidInput),
        (grpc.StatusCode.OUT_OF_RANGE, inquit.InvalidInput),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, inquit.Overloaded),
        (grpc.StatusCode.UNAUTHENTICATED, inquit.Unauthenticated),
        (grpc.StatusCode.PERMISSION_DENIED, inquit.PermissionDenied),
        (grpc.StatusCode.UNIMPLEMENTED, inquit.Unimplemented),
        (grpc.StatusCode.CANCELLED, inquit.Cancelled),
        (grpc.StatusCode.DEADLINE_EXCEEDED, inquit.DeadlineExceeded),
        (grpc.StatusCode.INTERNAL, inquit.InternalError),
        (grpc.StatusCode.UNKNOWN, inquit.InternalError),
        (grpc.StatusCode.DATA_LOSS, inquit.InternalError),
    ],
)
def test_bare_codes_are_translated(
    client: Any, service: FakeService, code: grpc.StatusCode, kind: type[inquit.InquitError]
) -> None:
    """Errors without our details, as proxies make them, are told apart by their code."""
    service.failures.append(abort(code, "from elsewhere"))
    with pytest.raises(kind, match="from elsewhere") as caught:
        client.extract("x")
    assert type(caught.value) is kind


def test_broken_details_do_not_hide_the_error(client: Any, service: FakeService) -> None:
    """Details that cannot be read leave the code and the message."""

    def fail(context: Any) -> None:
        context.set_trailing_metadata((("grpc-status-details-bin", b"\xff\xff\xff"),))
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")

    service.failures.append(fail)
    with pytest.raises(inquit.PermissionDenied, match="not you"):
        client.extract("x")


def test_message_over_the_size_limit_is_invalid_input(make_client: Any, server: Running) -> None:
    """A message that gRPC itself refuses for its size is not taken for an overload."""
    with (
        make_client(server.target, max_message_bytes=1000) as client,
        pytest.raises(inquit.InvalidInput) as caught,
    ):
        client.extract("word " * 1000)
    assert caught.value.reason == "MESSAGE_TOO_LARGE"


def test_messages_above_grpcs_default_pass(make_client: Any) -> None:
    """Texts and answers of more than gRPC's default 4 MiB are served."""
    text = "x" * (5 * 1024 * 1024)
    options = [("grpc.max_receive_message_length", -1)]
    with running(FakeService(), options=options) as server, make_client(server.target) as client:
        assert len(client.extract(text).quotes[0].content[0].text) == len(text)


def test_nobody_there_is_unavailable(make_client: Any) -> None:
    """A target without a service gives Unavailable, which names the target."""
    with running(FakeService()) as gone:
        target = gone.target
    with make_client(target, timeout=10.0) as client, pytest.raises(inquit.Unavailable, match=target):
        client.extract("x")


def test_closed_client_says_so(make_client: Any, server: Running) -> None:
    """A client that hung up refuses further calls with an error of the tree."""
    with make_client(server.target) as client:
        client.info()
        client.close()
        with pytest.raises(inquit.Cancelled) as caught:
            client.info()
    assert caught.value.reason == "CLIENT_CLOSED"
