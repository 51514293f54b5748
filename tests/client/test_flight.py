from __future__ import annotations

from typing import Any

import pytest

import inquit
from fake_service import UNAVAILABLE, status, texts
from inquit import Document, ExtractOptions
from inquit._gen.inquit.v1 import inquit_pb2
from inquit.client.streams import Flight, is_passing


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    """Return the clock of `flight`."""
    return FakeClock()


@pytest.fixture
def flight(clock: FakeClock) -> Flight:
    """Return a flight of ordered documents with 10 seconds for each."""
    return Flight(
        ExtractOptions(),
        seconds=10.0,
        max_in_flight=1,
        max_message_bytes=10_000,
        ordered=True,
        clock=clock,
    )


def answer(place: int, name: str, **fields: Any) -> inquit_pb2.StreamExtractResponse:
    """Return an answer without quotations, or another outcome."""
    fields = fields or {"result": inquit_pb2.ExtractResponse(offset_encoding="OFFSET_ENCODING_UTF32")}
    return inquit_pb2.StreamExtractResponse(document_id=name, request_index=place, **fields)


def sent(flight: Flight) -> list[str]:
    """Take all that is to be sent, and return its ids."""
    requests = []
    while (request := flight.next_request()) is not None:
        requests.append(request.document.id)
    return requests


def add(flight: Flight, ids: str) -> None:
    """Add a document for each letter."""
    for name in ids:
        flight.add(Document(name, "text"))


def test_what_a_stream_left_is_sent_first(flight: Flight, clock: FakeClock) -> None:
    """After a break the unanswered documents go before new ones, in order, and count their places anew."""
    add(flight, "abc")
    assert sent(flight) == ["a", "b", "c"]
    flight.accept(answer(1, "b"))
    flight.ended(inquit.Unavailable("gone"))
    add(flight, "d")
    assert sent(flight) == []
    clock.now += flight.pause
    assert sent(flight) == ["a", "c", "d"]
    flight.accept(answer(0, "a"))
    assert [outcome.document.id for outcome in flight.landed()] == ["a", "b"]


def test_pauses_grow_until_something_is_answered(flight: Flight, clock: FakeClock) -> None:
    """A service that stays away is asked ever more rarely, and at once again when it has been there."""
    add(flight, "ab")
    pauses = []
    for _ in range(8):
        flight.ended(inquit.Unavailable("gone"))
        pauses.append(flight.pause)
        clock.now += 0.001
    assert 0.1 <= pauses[0] <= 0.13
    assert 2.0 <= pauses[-1] <= 2.5
    clock.now += 3.0
    sent(flight)
    flight.accept(answer(0, "a"))
    flight.ended(inquit.Unavailable("gone"))
    assert flight.pause <= 0.13


def test_time_limits_count_from_the_first_sending(flight: Flight, clock: FakeClock) -> None:
    """Being sent again does not give a document more time, and its error is why it was not answered."""
    add(flight, "a")
    clock.now += 100.0
    sent(flight)
    clock.now += 6.0
    flight.ended(inquit.Unavailable("gone", reason="GONE"))
    clock.now += 3.0
    sent(flight)
    assert flight.patience == pytest.approx(1.0)
    assert not flight.expire()
    flight.ended(inquit.Unavailable("gone", reason="GONE"))
    clock.now += 1.0
    flight.expire()
    assert texts(flight.landed()) == ["GONE"]
    assert flight.is_empty


def test_a_document_sent_again_keeps_its_time_limit(flight: Flight, clock: FakeClock) -> None:
    """Sent again behind younger documents on the same stream, it still has no more time than they."""
    add(flight, "ab")
    assert flight.next_request() is not None
    clock.now += 6.0
    assert flight.next_request() is not None
    clock.now += 2.0
    flight.accept(answer(0, "a", error=status(UNAVAILABLE, "stopping", retry=0.1)))
    clock.now += flight.pause
    assert sent(flight) == ["a"]
    clock.now = 1010.0
    assert flight.patience == 0.0
    flight.expire()
    assert [type(outcome.error) for outcome in flight.landed()] == [inquit.DeadlineExceeded]


def test_a_silent_stream_is_told_from_a_slow_document(flight: Flight, clock: FakeClock) -> None:
    """A stream is given up when nothing at all came of it since an overdue document was sent."""
    add(flight, "ab")
    sent(flight)
    clock.now += 5.0
    flight.accept(answer(1, "b"))
    clock.now += 5.0
    assert not flight.expire()
    add(flight, "c")
    sent(flight)
    clock.now += 10.0
    assert flight.expire()
    outcomes = list(flight.landed())
    assert [type(outcome.error) for outcome in outcomes] == [
        inquit.DeadlineExceeded,
        type(None),
        inquit.DeadlineExceeded,
    ]


def test_answers_after_the_time_limit_are_passed_over(flight: Flight, clock: FakeClock) -> None:
    """A document has one outcome, whatever comes later."""
    add(flight, "a")
    sent(flight)
    clock.now += 10.0
    flight.expire()
    flight.accept(answer(0, "a"))
    assert texts(flight.landed()) == ["DEADLINE_EXCEEDED"]


def test_answers_of_other_documents_are_not_believed(flight: Flight) -> None:
    """An answer whose id is not that of the document at its place is an error, not a result."""
    add(flight, "a")
    sent(flight)
    flight.accept(answer(0, "z"))
    assert texts(flight.landed()) == ["INTERNAL"]


def test_documents_of_a_stopping_service_wait_for_the_next(flight: Flight, clock: FakeClock) -> None:
    """A document refused because the service stops stays open."""
    add(flight, "a")
    sent(flight)
    flight.accept(answer(0, "a", error=status(UNAVAILABLE, "stopped", reason="STOPPED")))
    assert not flight.is_answered
    assert flight.has_waiting
    assert 0.0 < flight.pause <= 0.13


def test_a_stream_that_ends_too_early_is_a_failure(flight: Flight) -> None:
    """A service that ends a stream well without all answers is not asked again in a busy loop."""
    add(flight, "a")
    sent(flight)
    flight.ended(None)
    assert flight.pause > 0.0
    assert flight.has_waiting


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (inquit.Unavailable("x"), True),
        (inquit.DeadlineExceeded("x"), True),
        (inquit.Cancelled("x"), True),
        (inquit.Overloaded("x", retry_after=1.0), True),
        (inquit.Overloaded("x"), False),
        (inquit.Cancelled("x", reason="CLIENT_CLOSED"), False),
        (inquit.Unauthenticated("x"), False),
        (inquit.Unimplemented("x"), False),
        (inquit.InternalError("x"), False),
    ],
)
def test_what_another_stream_may_mend(error: inquit.InquitError, *, passing: bool) -> None:
    """Only what may be different the next time is tried again on a stream."""
    assert is_passing(error) is passing
