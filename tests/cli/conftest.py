from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from fake_service import FakeService, Running, running
from inquit.cli import extract as extract_command
from inquit.cli.app import app
from inquit.model.info import ModelInfo
from inquit.types import Document, Extraction, ExtractOptions, Quote, QuoteKind, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from typer.testing import Result


@dataclass
class FakeExtractor:
    """Reads each text as one quote; a text `boom` is a defect."""

    info: ModelInfo = field(
        default_factory=lambda: ModelInfo("fake", "1.2.3", "00ff", ("en",), "cpu", "float32")
    )
    taken: list[Document] = field(default_factory=list)
    asked: list[ExtractOptions] = field(default_factory=list)
    batch: int = 1
    """Documents that are taken before the first answer."""

    def extract_many(self, documents: Iterable[Document], options: ExtractOptions) -> Iterator[Extraction]:
        group: list[Document] = []
        for document in documents:
            self.taken.append(document)
            group.append(document)
            if len(group) == self.batch:
                yield from [self.extract(member, options) for member in group]
                group = []
        yield from [self.extract(member, options) for member in group]

    def extract(self, document: Document, options: ExtractOptions) -> Extraction:
        self.asked.append(options)
        if document.text == "boom":
            raise RuntimeError("defect in boom")
        quote = Quote(QuoteKind.DIRECT, (Span(0, len(document.text), document.text),))
        return Extraction(
            document.id, (quote,) if document.text else (), offset_encoding=options.offset_encoding
        )


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    """Stand in for the model that commands load."""
    fake = FakeExtractor()
    monkeypatch.setattr(extract_command, "loaded_extractor", lambda *_: fake)
    return fake


@pytest.fixture
def inquit() -> Callable[..., Result]:
    """Return a function that runs the command line in this process."""

    def run(*arguments: object, stdin: bytes | None = None) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)

    return run


@pytest.fixture
def server() -> Iterator[Running]:
    """Run a fake service."""
    with running(FakeService()) as started:
        yield started


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make stderr a terminal, as far as a program can tell."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen
