"""Documents on which the service itself fails, among others that share their batches and streams."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from io import StringIO
from typing import Any

import grpc
import grpc.aio
import pytest

import inquit
from fake_extractor import FakeEncoded, FakeExtractor, Gate
from inquit.client.arguments import Method
from inquit.types import Document, Extraction
from running_service import details, serving, until

POISONS = {3: "unreadable", 17: "poison", 18: "poison", 40: "undecodable"}
"""What stands in the way, by the number of the document: cutting it, running it, reading its outputs."""


class Delicate(FakeExtractor):
    """Fails on the last step too."""

    def decode(self, encoded: FakeEncoded, outputs: Sequence[str]) -> Extraction:
        if encoded.document.text.startswith("undecodable"):
            raise MemoryError(f"cannot read {encoded.document.text}")
        return super().decode(encoded, outputs)


def text(number: int) -> str:
    """Return a text that can be told from the others."""
    return f"{POISONS.get(number, f'w{number}')} Velm"


async def test_a_poisoned_document_fails_alone(log: StringIO) -> None:
    """Of callers who share a batch, those of the guilty documents have an error and all others their answer."""
    gate = Gate()
    extractor = Delicate(lambda _: gate.pass_through())
    async with serving(extractor) as running:
        first = asyncio.ensure_future(running.extract("first"))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        calls = [asyncio.ensure_future(running.extract(text(n), name=f"n{n}")) for n in range(64)]
        # The first and all others but the one that cannot be cut.
        await until(lambda: running.queued == 64)
        gate.open()
        for number, call in enumerate(calls):
            if number in POISONS:
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await call
                assert caught.value.code() is grpc.StatusCode.INTERNAL
                assert details(caught.value)["RequestInfo"].request_id
                assert "Velm" not in str(caught.value)
            else:
                answer = await call
                assert (answer.document_id, answer.speakers[0].name) == (f"n{number}", f"w{number}")
        await first
        assert (await running.extract("next")).speakers[0].name == "next"
        running.service.take_pulse()
        assert running.service._health.serving
    assert "Velm" not in log.getvalue()


@pytest.mark.parametrize("method", ["batches", "stream"])
async def test_many_documents_are_read_around_a_poisoned_one(method: Method) -> None:
    """Each of many documents has one outcome: an error where it is guilty, and else its extraction."""
    documents = [Document(f"n{number}", text(number)) for number in range(64)]
    async with serving(Delicate()) as running, inquit.AsyncClient(running.address, timeout=60) as client:
        found: list[Any] = [outcome async for outcome in client.extract_many(documents, method=method)]
    assert [outcome.document for outcome in found] == documents
    for number, outcome in enumerate(found):
        if number in POISONS:
            assert isinstance(outcome.error, inquit.InternalError)
        else:
            assert outcome.error is None
            assert outcome.extraction.speakers[0].name == f"w{number}"
