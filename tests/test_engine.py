from __future__ import annotations

from typing import NoReturn

import pytest

from fake_extractor import FakeExtractor
from inquit.config import ServerSettings
from inquit.deadline import Deadline
from inquit.engine import Engine
from inquit.errors import InvalidInput
from inquit.observer import Unobserved
from inquit.types import Document, Extraction, ExtractOptions, Timings


class Reader(Unobserved):
    """Remembers the size of each document that was answered."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def document_read(self, timings: Timings, *, characters: int, quotes: int) -> None:
        self.read.append(characters)


async def test_a_document_whose_answer_fails_was_not_answered() -> None:
    """Metrics tell of the documents that were answered, not of those that could not be written down."""
    reader = Reader()
    engine = Engine(FakeExtractor().as_extractor, ServerSettings(port=0), reader)
    engine.start()

    def fail(extraction: Extraction) -> NoReturn:
        raise InvalidInput("too large", field="document.text")

    try:
        with pytest.raises(InvalidInput):
            await engine.extract(Document("a", "text"), ExtractOptions(), Deadline.after(30), fail)
        assert reader.read == []
        await engine.extract(Document("b", "texts"), ExtractOptions(), Deadline.after(30), lambda x: x)
        assert reader.read == [5]
    finally:
        assert engine.stop(30)
