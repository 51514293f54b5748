from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import pytest

import inquit
from fake_service import INVALID, OVERLOADED, FakeService, Running, documents, refuse, status, texts
from inquit import Document, Limits


def test_all_answers_in_order(client: Any) -> None:
    """Each document gets its own answer, in order, over many batches."""
    outcomes = list(client.extract_many(documents(100)))
    assert [outcome.document.id for outcome in outcomes] == [str(n) for n in range(100)]
    assert texts(outcomes) == [f"text {n}" for n in range(100)]


def test_plain_strings_are_documents(client: Any) -> None:
    """Texts without an id may be given as they are."""
    assert texts(client.extract_many(["a", "b"])) == ["a", "b"]


def test_no_documents_no_outcomes(client: Any) -> None:
    """An empty iterable gives an empty iterator."""
    assert list(client.extract_many([])) == []


def test_an_error_costs_no_other_document(client: Any, service: FakeService) -> None:
    """A refused document is an outcome with its error, at its place, among the answers."""
    service.refusals["text 3"] = [status(INVALID, "no", reason="TEXT_TOO_LONG", field="documents[3].text")]
    outcomes = list(client.extract_many(documents(6)))
    assert texts(outcomes) == ["text 0", "text 1", "text 2", "TEXT_TOO_LONG", "text 4", "text 5"]
    assert outcomes[3].extraction is None
    with pytest.raises(inquit.InvalidInput):
        outcomes[3].unwrap()
    assert outcomes[4].unwrap() is outcomes[4].extraction


def test_unsendable_text_costs_no_other_document(client: Any) -> None:
    """A text with a lone surrogate is refused here and leaves its batch unharmed."""
    assert texts(client.extract_many(["a", "\ud800", "b"])) == ["a", "BROKEN_ENCODING", "b"]


def test_a_failed_batch_costs_no_other_batch(client: Any, service: FakeService) -> None:
    """When a whole call fails, its documents have the error and the next call goes on."""
    service.limits = Limits(max_batch_documents=2)
    service.failures.extend(
        [lambda _: None, lambda context: context.abort(grpc.StatusCode.INTERNAL, "defect")]
    )
    outcomes = list(client.extract_many(documents(6), max_in_flight=1))
    assert texts(outcomes) == ["INTERNAL", "INTERNAL", "text 2", "text 3", "text 4", "text 5"]


def test_overloaded_documents_are_asked_again(client: Any, service: FakeService) -> None:
    """Documents refused for overload are sent again, alone, when the service says."""
    busy = status(OVERLOADED, "full", reason="OVERLOADED", retry=0.01)
    service.refusals["text 1"] = [busy, busy]
    assert texts(client.extract_many(documents(3))) == ["text 0", "text 1", "text 2"]
    assert service.batches == [["text 0", "text 1", "text 2"], ["text 1"], ["text 1"]]


def test_batches_keep_to_the_announced_count(client: Any, service: FakeService) -> None:
    """No batch has more documents than the service announced."""
    service.limits = Limits(max_batch_documents=3)
    assert len(list(client.extract_many(documents(8)))) == 8
    assert sorted(map(len, service.batches)) == [2, 3, 3]


def test_batches_keep_to_the_announced_size(client: Any, service: FakeService) -> None:
    """Documents that together pass the size of a message go in several; a larger one goes alone."""
    service.limits = Limits(max_message_bytes=1000)
    sizes = [300, 300, 300, 300, 2000, 10]
    outcomes = list(client.extract_many("x" * size for size in sizes))
    assert [len(text) for text in texts(outcomes)] == sizes
    assert max(sum(map(len, batch)) for batch in service.batches if len(batch) > 1) <= 1000
    assert ["x" * 2000] in service.batches


def test_unknown_limits_are_guessed(client: Any, service: FakeService) -> None:
    """A service without GetServiceInfo is served under the default limits."""
    service.failures.append(lambda context: context.abort(grpc.StatusCode.UNIMPLEMENTED, "no such method"))
    assert texts(client.extract_many(["a"])) == ["a"]


def test_unreachable_service_raises_before_taking_documents(client: Any, service: FakeService) -> None:
    """Where nothing can be asked, the error is raised and no document is lost."""
    service.failures.append(lambda context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "no token"))
    source = documents(3)
    with pytest.raises(inquit.Unauthenticated):
        next(iter(client.extract_many(source)))
    assert len(list(source)) == 3


def test_source_is_read_lazily(client: Any, service: FakeService) -> None:
    """An endless source is served; only a bounded number of documents is taken ahead."""
    service.limits = Limits(max_batch_documents=2)
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "x"

    outcomes = client.extract_many(endless(), max_in_flight=2)
    for _ in range(10):
        next(outcomes)
    outcomes.close()
    assert taken <= 10 + 2 * (2 * 2)


def test_ordered_waits_for_the_first(client: Any, service: FakeService) -> None:
    """A slow batch does not let later ones overtake it, nor does it keep them from being read."""
    service.limits = Limits(max_batch_documents=1)
    service.gates["text 0"] = threading.Event()
    outcomes = client.extract_many(_opening(service.gates["text 0"], after=2), max_in_flight=2)
    assert texts(outcomes) == ["text 0", "text 1", "text 2"]


def test_unordered_lets_others_pass(client: Any, service: FakeService) -> None:
    """Without order a slow batch keeps nobody waiting."""
    service.limits = Limits(max_batch_documents=1)
    gate = service.gates["text 0"] = threading.Event()
    outcomes = client.extract_many(documents(3), ordered=False, max_in_flight=2)
    first = [next(outcomes), next(outcomes)]
    assert sorted(texts(first)) == ["text 1", "text 2"]
    gate.set()
    assert texts(outcomes) == ["text 0"]


def test_leaving_early_cancels_the_rest(client: Any, service: FakeService) -> None:
    """Closing the iterator ends calls under way at once; the service hears of it."""
    service.limits = Limits(max_batch_documents=1)
    service.gates["text 1"] = threading.Event()
    outcomes = client.extract_many(documents(3), max_in_flight=2)
    assert texts([next(outcomes)]) == ["text 0"]
    if isinstance(client, inquit.Client):
        service.arrived.wait(30)
    else:
        client.wait_for(service.arrived)  # the event loop goes on meanwhile
    outcomes.close()
    assert service.abandoned.wait(10)


@pytest.mark.parametrize(
    "named", [{"max_in_flight": 0}, {"kinds": ["x"]}, {"timeout": -1}, {"request_id": "é"}]
)
def test_bad_arguments_are_refused_at_the_call(client: Any, server: Running, named: dict[str, Any]) -> None:
    """Arguments are checked when the method is called, not when results are taken."""
    with pytest.raises(inquit.InvalidInput) as caught:
        client.extract_many(["x"], **named)
    assert caught.value.field in named
    assert server.service.metadata == []


def test_whole_call_overload_is_asked_again(client: Any, service: FakeService) -> None:
    """A batch refused as a whole for overload is sent again."""
    busy = status(OVERLOADED, "full", reason="OVERLOADED", retry=0.01)
    service.failures.extend([lambda _: None, lambda context: refuse(context, busy)])
    assert texts(client.extract_many(["a"])) == ["a"]


async def test_asynchronous_sources_are_read(server: Running) -> None:
    """AsyncClient takes documents from an async iterable too."""

    async def source() -> AsyncIterator[Document]:
        for document in documents(40):
            yield document

    async with inquit.AsyncClient(server.target) as client:
        outcomes = [outcome async for outcome in client.extract_many(source())]
    assert texts(outcomes) == [f"text {n}" for n in range(40)]


async def test_cancelled_tasks_leave_the_service(server: Running) -> None:
    """Cancelling the task that reads results ends its calls on the service."""
    server.service.limits = Limits(max_batch_documents=1)
    server.service.gates["text 1"] = threading.Event()
    got_first = asyncio.Event()

    async def read() -> None:
        async with inquit.AsyncClient(server.target) as client:
            async for _ in client.extract_many(documents(2)):
                got_first.set()

    task = asyncio.create_task(read())
    await got_first.wait()
    await asyncio.to_thread(server.service.arrived.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.service.abandoned.wait, 10)


def _opening(gate: threading.Event, *, after: int) -> Iterator[Document]:
    """Yield three documents, and open the gate once `after` were taken."""
    for number, document in enumerate(documents(3)):
        if number == after:
            gate.set()
        yield document
