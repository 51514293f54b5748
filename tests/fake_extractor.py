"""An extractor without a model: one window per paragraph, one quotation per document."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from inquit.model.info import ModelInfo
from inquit.types import (
    Document,
    Extraction,
    ExtractOptions,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    SpeakerType,
    Timings,
)

if TYPE_CHECKING:
    from inquit.extractor import Extractor


@dataclass(frozen=True)
class FakeWindow:
    text: str

    @property
    def length(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class FakeEncoded:
    document: Document
    options: ExtractOptions
    windows: tuple[FakeWindow, ...]


class Gate:
    """Holds whoever passes until it is opened, and says when somebody has come."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def pass_through(self) -> None:
        self.reached.set()
        assert self._open.wait(30), "nobody opened the gate"

    def open(self) -> None:
        self._open.set()


class FakeExtractor:
    """Answers each document with its own first word; `before_run` may wait or raise."""

    lanes = 1
    info = ModelInfo("fake", "7", "ab" * 32, ("en",), "cpu", "float32")

    def __init__(self, before_run: Callable[[Sequence[FakeWindow]], None] | None = None) -> None:
        self.before_run = before_run
        self.batches: list[list[str]] = []
        self.warm = False

    @property
    def as_extractor(self) -> Extractor:
        return cast("Extractor", self)

    def warm_up(self) -> None:
        self.warm = True

    def encode(self, document: Document, options: ExtractOptions) -> FakeEncoded:
        if document.text.startswith("unreadable"):
            raise ValueError(f"cannot cut {document.text}")
        windows = tuple(FakeWindow(part) for part in document.text.split("\n\n") if part)
        return FakeEncoded(document, options, windows)

    def run(self, windows: Sequence[FakeWindow]) -> list[str]:
        self.batches.append([window.text for window in windows])
        if self.before_run is not None:
            self.before_run(windows)
        if any(window.text.startswith("poison") for window in windows):
            raise ValueError(f"cannot run {windows[0].text}")
        return [window.text.upper() for window in windows]

    def decode(self, encoded: FakeEncoded, outputs: Sequence[str]) -> Extraction:
        assert list(outputs) == [window.text.upper() for window in encoded.windows]
        word = encoded.document.text.split(maxsplit=1)[:1]
        quotes = tuple(Quote(QuoteKind.DIRECT, (Span(0, len(w), w),), speaker_id="s1") for w in word)
        return Extraction(
            encoded.document.id,
            quotes,
            tuple(Speaker("s1", w, SpeakerType.PERSON) for w in word),
            offset_encoding=encoded.options.offset_encoding,
            timings=Timings(encode=0.25, decode=0.5),
            model_version=self.info.version,
        )
