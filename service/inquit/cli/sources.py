"""Files, folders of lines and standard input as documents, lazily and in order."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer

from inquit.records import BadRecord, document_of, parsed_line
from inquit.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["STDIN", "BadItem", "InputFormat", "Item", "Source", "open_sources"]

STDIN = "-"


class InputFormat(StrEnum):
    """How a file holds its documents."""

    TEXT = "text"
    """The whole file is one document."""
    JSONL = "jsonl"
    """Each line is a document: `{"id": …, "text": …}`."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document and where it stands, for messages: `lines.jsonl:3`."""

    document: Document
    place: str


@dataclass(frozen=True, slots=True)
class BadItem:
    """A line or file that is no document, and why."""

    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Source:
    """One input, not opened yet."""

    name: str
    format: InputFormat
    size: int | None
    """Bytes; None where nobody knows, as for a pipe."""

    def items(self, warn: Callable[[str], None], advance: Callable[[int], None]) -> Iterator[Item | BadItem]:
        """Read the documents one by one; `advance` hears how many bytes were read."""
        try:
            with _opened(self.name) as file:
                if self.format is InputFormat.TEXT:
                    data = file.read()
                    yield Item(Document(self.name, _decoded(data, self.name, warn)), self.name)
                    advance(len(data))
                    return
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield _parsed(line, number, f"{self.name}:{number}", warn)
                    advance(len(line))
        except OSError as error:
            yield BadItem(f"cannot be read: {error.strerror}", self.name)


def open_sources(names: Sequence[str], input_format: InputFormat | None) -> tuple[Source, ...]:
    """Check that the inputs exist; no names mean standard input.

    Raises typer.BadParameter before anything is read or written.
    """
    if not names:
        if sys.stdin.isatty():
            raise typer.BadParameter("give a file to read, or - for standard input", param_hint="FILE")
        names = [STDIN]
    if names.count(STDIN) > 1:
        raise typer.BadParameter("standard input (-) can be read only once", param_hint="FILE")
    return tuple(_source(name, input_format) for name in names)


def _source(name: str, input_format: InputFormat | None) -> Source:
    if name == STDIN:
        return Source(name, input_format or InputFormat.TEXT, None)
    path = Path(name)
    if not path.exists():
        raise typer.BadParameter(f"{name}: no such file", param_hint="FILE")
    if path.is_dir():
        raise typer.BadParameter(f"{name}: is a folder, give its files", param_hint="FILE")
    guessed = InputFormat.JSONL if path.suffix.lower() in {".jsonl", ".ndjson"} else InputFormat.TEXT
    return Source(name, input_format or guessed, path.stat().st_size if path.is_file() else None)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


def _decoded(data: bytes, name: str, warn: Callable[[str], None]) -> str:
    """Decode UTF-8 and nothing else: line ends and a byte order mark stay, they count in offsets."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        warn(f"{name}: not UTF-8 at byte {error.start}; bad bytes are read as U+FFFD")
        return data.decode(errors="replace")


def _parsed(line: bytes, number: int, place: str, warn: Callable[[str], None]) -> Item | BadItem:
    try:
        document, was_mended = document_of(parsed_line(line, is_first=number == 1), str(number))
    except BadRecord as error:
        return BadItem(str(error), place)
    if was_mended:
        warn(f"{place}: half characters (lone surrogates) are read as U+FFFD")
    return Item(document, place)
