"""`extract_many` by StreamExtract with the real service, which stops, comes back and fails documents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

import pytest

import inquit
from fake_extractor import FakeExtractor, FakeWindow, Gate
from fake_service import texts
from inquit import Document
from running_service import events, serving, until


async def read_by(kind: str, target: str, source: Any) -> list[Any]:
    """Read the documents with either client, beside a server in this process."""
    if kind == "asyncio":
        async with inquit.AsyncClient(target, timeout=60) as client:
            return [outcome async for outcome in client.extract_many(source, method="stream")]

    def read() -> list[Any]:
        with inquit.Client(target, timeout=60) as client:
            return list(client.extract_many(source, method="stream"))

    return await asyncio.to_thread(read)


def spoken(count: int) -> Iterator[Document]:
    """Yield documents whose first word, which the fake extractor quotes, is their number."""
    for number in range(count):
        yield Document(f"n{number}", f"w{number} text")


def _has(windows: Sequence[FakeWindow], text: str) -> bool:
    return any(window.text == text for window in windows)


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
@pytest.mark.parametrize("grace", [0.0, 3600.0], ids=["killed", "drained"])
async def test_a_restart_loses_nothing(kind: str, grace: float) -> None:
    """A service that stops in the middle, in peace or at once, and comes back answers every document once."""
    gate = Gate()
    first = FakeExtractor(lambda windows: gate.pass_through() if _has(windows, "w40 text") else None)
    async with serving(first, grace_seconds=grace) as running:
        port = int(running.address.rpartition(":")[2])
        reading = asyncio.ensure_future(read_by(kind, running.address, spoken(150)))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        stopping = asyncio.ensure_future(running.service.stop())
        await until(lambda: running.service._server is None)
        gate.open()
        await stopping
    async with serving(FakeExtractor(), port=port):
        outcomes = await reading
    assert [outcome.document.id for outcome in outcomes] == [f"n{number}" for number in range(150)]
    assert texts(outcomes) == [f"w{number}" for number in range(150)]


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
async def test_thousands_of_documents(kind: str, log: StringIO) -> None:
    """The service reads thousands of documents of one call, some it cannot, and the call ends well."""
    total = 3000
    source = (
        document if number % 100 else Document(document.id, "poison")
        for number, document in enumerate(spoken(total))
    )
    async with serving(FakeExtractor(), stream_documents=16) as running:
        outcomes = await read_by(kind, running.address, source)
    expected = [f"w{number}" if number % 100 else "INTERNAL" for number in range(total)]
    assert texts(outcomes) == expected
    [call] = [row for row in events(log, "call") if row["method"] == "StreamExtract"]
    assert (call["code"], call["documents"], call["failed_documents"]) == ("OK", total, total // 100)
