"""`extract_many` by StreamExtract: what is special to streams; `test_many` has what all ways share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import grpc
import pytest

import inquit
from fake_service import (
    INVALID,
    OVERLOADED,
    UNAVAILABLE,
    FakeService,
    Running,
    documents,
    refuse,
    status,
    texts,
)
from inquit import Document, Limits
from inquit.client import asynchronous_streams, blocking_streams

if TYPE_CHECKING:
    from collections.abc import Callable


def by_stream(client: Any, source: Any, **named: Any) -> Any:
    """Return the outcomes of documents that travel by stream."""
    return client.extract_many(source, method="stream", **named)


def breaking(code: grpc.StatusCode) -> Callable[[Any], None]:
    """Return what ends a stream as gRPC itself does."""
    return lambda context: context.abort(code, "gone")


def names(count: int) -> list[str]:
    """Return the texts of so many documents."""
    return [f"text {number}" for number in range(count)]


class FakeClock:
    """Stands for the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_all_answers_in_order_over_one_stream(client: Any, service: FakeService) -> None:
    """Each document gets its own answer, in order, over one call."""
    outcomes = list(by_stream(client, documents(300)))
    assert [outcome.document.id for outcome in outcomes] == [str(n) for n in range(300)]
    assert [outcome.extraction.document_id for outcome in outcomes] == [str(n) for n in range(300)]
    assert texts(outcomes) == names(300)
    assert service.streams == [names(300)]
    assert service.batches == []


def test_documents_need_no_ids_of_their_own(client: Any) -> None:
    """Texts with the same id, or none, still get their own answers."""
    assert texts(by_stream(client, ["a", "b", Document("x", "c"), Document("x", "d")])) == list("abcd")


def test_no_documents_no_stream(client: Any, service: FakeService) -> None:
    """An empty iterable gives an empty iterator and costs no call."""
    assert list(by_stream(client, [])) == []
    assert service.streams == []


def test_unordered_outcomes_come_as_they_are_ready(client: Any, service: FakeService) -> None:
    """Without order a late answer keeps no other one back; with it the order of the documents is kept."""
    service.late = {"text 0": "text 2"}
    assert texts(by_stream(client, documents(4), ordered=False)) == ["text 1", "text 2", "text 0", "text 3"]
    assert texts(by_stream(client, documents(4))) == names(4)


def test_an_error_costs_no_other_document(client: Any, service: FakeService) -> None:
    """A refused document is an outcome with its error; the stream goes on."""
    service.refusals["text 1"] = [status(INVALID, "no", reason="TEXT_TOO_LONG", field="document.text")]
    outcomes = list(by_stream(client, documents(3)))
    assert texts(outcomes) == ["text 0", "TEXT_TOO_LONG", "text 2"]
    with pytest.raises(inquit.InvalidInput):
        outcomes[1].unwrap()
    assert len(service.streams) == 1


def test_unsendable_documents_cost_no_other_document(client: Any, service: FakeService) -> None:
    """What cannot be sent, a lone surrogate or a message over the limit, is an error of its document alone."""
    service.limits = Limits(max_message_bytes=1000)
    outcomes = by_stream(client, ["a", "\ud800", "x" * 2000, "b"])
    assert texts(outcomes) == ["a", "BROKEN_ENCODING", "MESSAGE_TOO_LARGE", "b"]
    assert service.streams == [["a", "b"]]


@pytest.mark.parametrize("code", [OVERLOADED, UNAVAILABLE])
def test_documents_refused_for_a_moment_are_asked_again(client: Any, service: FakeService, code: int) -> None:
    """A document of a service that is overloaded or stops is sent again when the service says, and answered."""
    busy = status(code, "full", reason="BUSY", retry=0.01)
    service.refusals["text 1"] = [busy, busy]
    assert texts(by_stream(client, documents(3))) == names(3)
    assert [text for stream in service.streams for text in stream].count("text 1") == 3


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED])
def test_a_broken_stream_is_resumed(client: Any, service: FakeService, code: grpc.StatusCode) -> None:
    """When a stream breaks, what it left is sent on another; nothing answered is lost, sent or given twice."""
    for text in ("text 3", "text 50"):
        service.breaks[text] = [breaking(code)]
    outcomes = list(by_stream(client, documents(100)))
    assert [outcome.document.id for outcome in outcomes] == [str(n) for n in range(100)]
    assert texts(outcomes) == names(100)
    assert len(service.streams) == 3
    assert [stream[0] for stream in service.streams] == ["text 0", "text 3", "text 50"]


def test_an_overloaded_service_is_asked_when_it_says(client: Any, service: FakeService) -> None:
    """A stream refused as a whole for overload is opened again."""
    busy = status(OVERLOADED, "full", reason="OVERLOADED", retry=0.01)
    service.breaks["text 0"] = [lambda context: refuse(context, busy)]
    assert texts(by_stream(client, documents(3))) == names(3)
    assert service.batches == []


def test_a_service_that_stays_away_gives_its_error(client: Any, service: FakeService) -> None:
    """Documents that no stream answered within the time limit have the last error, each of them."""
    service.breaks = {text: [breaking(grpc.StatusCode.UNAVAILABLE)] * 1000 for text in names(3)}
    outcomes = list(by_stream(client, documents(3), timeout=0.5))
    assert texts(outcomes) == ["UNAVAILABLE"] * 3
    assert all(isinstance(outcome.error, inquit.Unavailable) for outcome in outcomes)


def test_a_silent_service_costs_the_time_limit(client: Any, service: FakeService) -> None:
    """A document without an answer within the time limit is DeadlineExceeded, and the stream is given up."""
    service.gates["text 1"] = threading.Event()
    outcomes = list(by_stream(client, documents(2), timeout=1.0))
    assert texts(outcomes) == ["text 0", "DEADLINE_EXCEEDED"]


def test_services_without_streams_are_asked_by_batches(client: Any, service: FakeService) -> None:
    """UNIMPLEMENTED costs nothing: what was sent and what follows goes by BatchExtract, in order."""
    service.breaks["text 0"] = [breaking(grpc.StatusCode.UNIMPLEMENTED)]
    assert texts(by_stream(client, documents(200))) == names(200)
    assert len(service.streams) == 1
    assert max(map(len, service.batches)) > 1


def test_a_stream_that_fails_for_one_document_goes_on(client: Any, service: FakeService) -> None:
    """A failure of the stream is that of the guilty document only: what is open is asked for by itself."""
    service.breaks["text 5"] = [breaking(grpc.StatusCode.INTERNAL)]
    service.refusals["text 5"] = [status(INVALID, "no", reason="GUILTY")]
    outcomes = by_stream(client, documents(200))
    assert texts(outcomes) == [name if name != "text 5" else "GUILTY" for name in names(200)]
    assert len(service.streams) == 2


def test_a_document_that_always_ends_its_stream_costs_no_other(client: Any, service: FakeService) -> None:
    """An error of a stream whose documents are all sent is not taken for a broken connection."""
    service.breaks["text 1"] = [breaking(grpc.StatusCode.INTERNAL) for _ in range(1000)]
    outcomes = list(by_stream(client, documents(3)))
    assert texts(outcomes) == names(3)
    assert len(service.streams) == 1


def test_a_document_that_cannot_be_written_is_the_callers_fault(client: Any) -> None:
    """Values of the wrong type raise, as with batches; nothing waits for an answer that cannot come."""
    wrong: Any = 5
    with pytest.raises(TypeError):
        list(by_stream(client, [Document("a", "text", wrong)]))


def test_a_source_is_read_no_further_than_there_is_room(client: Any, service: FakeService) -> None:
    """An endless source is served, and a caller that takes no outcomes holds a bounded number of them."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "x"

    outcomes = by_stream(client, endless(), max_in_flight=2)
    for _ in range(100):
        next(outcomes)
    outcomes.close()
    assert taken <= 100 + 2 * (2 * 16)


def test_large_documents_are_under_way_in_small_numbers(client: Any, service: FakeService) -> None:
    """The bytes under way are bounded as well; a document over the bound goes all the same."""
    taken = 0

    def source() -> Iterator[str]:
        nonlocal taken
        for _ in range(9):
            taken += 1
            yield "x" * 100_000

    outcomes = by_stream(client, source(), max_in_flight=1)
    for count in range(1, 10):
        next(outcomes)
        # The bytes of two pass those of one batch.
        assert taken <= count + 2
    assert next(outcomes, None) is None


def test_leaving_early_ends_the_stream(client: Any, service: FakeService) -> None:
    """Closing the iterator ends the call at once; the service hears of it."""
    service.gates["text 1"] = threading.Event()
    outcomes = by_stream(client, documents(3))
    assert texts([next(outcomes)]) == ["text 0"]
    if isinstance(client, inquit.Client):
        service.arrived.wait(30)
    else:
        client.wait_for(service.arrived)  # the event loop goes on meanwhile
    outcomes.close()
    assert service.abandoned.wait(10)


def test_a_source_that_raises_is_heard(client: Any) -> None:
    """An error of the caller's own iterable comes out of the iterator of outcomes."""

    def source() -> Iterator[str]:
        yield "a"
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        list(by_stream(client, source()))


def test_long_streams_are_replaced(
    client: Any, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream takes documents for as long as one document's time limit, then another takes over."""
    clock = FakeClock()
    monkeypatch.setattr(blocking_streams, "time", clock)
    monkeypatch.setattr(asynchronous_streams, "time", clock)

    def slow() -> Iterator[Document]:
        for document in documents(100):
            clock.now += 1.0
            yield document

    assert texts(by_stream(client, slow(), timeout=20.0, max_in_flight=1)) == names(100)
    assert len(service.streams) > 1


def test_unknown_methods_are_refused(client: Any, server: Running) -> None:
    """The way that documents travel is checked when the method is called."""
    with pytest.raises(inquit.InvalidInput) as caught:
        client.extract_many(["x"], method="pigeons")
    assert caught.value.field == "method"
    assert server.service.metadata == []


async def test_answers_come_while_the_source_waits(server: Running) -> None:
    """With an asynchronous source, a feed, each document is answered before the next one comes."""
    got = asyncio.Event()

    async def feed() -> AsyncIterator[str]:
        for text in ("a", "b"):
            yield text
            await got.wait()
            got.clear()

    seen = []
    async with inquit.AsyncClient(server.target) as client:
        async for outcome in client.extract_many(feed(), method="stream"):
            seen.append(outcome)
            got.set()
    assert texts(seen) == ["a", "b"]


async def test_cancelled_tasks_leave_the_stream(server: Running) -> None:
    """Cancelling the task that reads outcomes ends its stream on the service."""
    server.service.gates["text 1"] = threading.Event()
    got_first = asyncio.Event()

    async def read() -> None:
        async with inquit.AsyncClient(server.target) as client:
            async for _ in client.extract_many(documents(2), method="stream"):
                got_first.set()

    task = asyncio.create_task(read())
    await got_first.wait()
    await asyncio.to_thread(server.service.arrived.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.service.abandoned.wait, 10)
