from __future__ import annotations

import math

import pytest

from calls import LOST, OK, Call, Calls, Outcome, percentile
from fake_extractor import FakeExtractor, Gate
from inquit.types import Document
from running_service import serving

_DOCUMENTS = [Document(f"d{index}", "word " * (index + 1)) for index in range(20)]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([3.0, 1.0, 2.0], 1.0, 3.0),
        ([float(number) for number in range(1, 101)], 0.99, 99.0),
        ([float(number) for number in range(1, 101)], 0.0, 1.0),
        ([7.0], 0.99, 7.0),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float) -> None:
    """A latency that is reported is one that a call had."""
    assert percentile(values, share) == expected


def test_a_percentile_of_nothing_is_no_number() -> None:
    """A phase without refusals reports none, rather than 0 ms."""
    assert math.isnan(percentile([], 0.99))


def test_a_call_without_an_end_is_counted() -> None:
    """Codes add up to what was sent; only good answers are speed."""
    outcome = Outcome([Call(OK, 0.5, 2.0, 100), Call("DEADLINE_EXCEEDED", 1.0, 4.0, 300)], sent=3)
    assert outcome.codes == {OK: 1, "DEADLINE_EXCEEDED": 1, LOST: 1}
    assert outcome.words_per_second == 50.0
    assert outcome.documents_per_second == 0.5


async def test_a_closed_loop_reads_every_document_once() -> None:
    """The words it reports are those of the documents it was given."""
    extractor = FakeExtractor()
    async with serving(extractor) as running:
        outcome = await Calls(running.channel, _DOCUMENTS).closed(4, deadline=30.0)
    assert outcome.codes == {OK: 20}
    assert sum(call.words for call in outcome.calls) == sum(range(1, 21))
    assert sorted(len(text.split()) for batch in extractor.batches for text in batch) == list(range(1, 21))


async def test_a_closed_loop_reads_a_part() -> None:
    """Memory is looked at between two parts."""
    async with serving(FakeExtractor()) as running:
        outcome = await Calls(running.channel, _DOCUMENTS).closed(4, deadline=30.0, start=18, stop=20)
    assert sorted(call.words for call in outcome.calls) == [19, 20]


async def test_an_open_loop_sends_whatever_the_answers_do() -> None:
    """A service that answers nobody gets the same calls, and each of them is counted by how it ended."""
    gate = Gate()
    async with serving(FakeExtractor(lambda _: gate.pass_through()), pending_characters=1) as running:
        calls = Calls(running.channel, _DOCUMENTS)
        outcome = await calls.open(500.0, seconds=0.1, deadline=0.5, seed=1)
        gate.open()
    assert outcome.sent == sum(outcome.codes.values()) > 10
    assert outcome.codes["DEADLINE_EXCEEDED"] >= 1
    assert outcome.codes["RESOURCE_EXHAUSTED"] >= 1
    assert OK not in outcome.codes
    assert LOST not in outcome.codes
