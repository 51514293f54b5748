"""Files, folders of lines and standard input as documents, lazily and in order."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import typer

from inquit.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["STDIN", "BadItem", "InputFormat", "Item", "Source", "open_sources"]

STDIN = "-"

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


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
        record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return BadItem(f"not UTF-8 at byte {error.start} of the line", place)
    except json.JSONDecodeError as error:
        return BadItem(f"not JSON: {error.msg} at column {error.colno}", place)
    except (RecursionError, ValueError):
        return BadItem("not JSON that can be read: too deep, or a number too long", place)
    if not isinstance(record, dict):
        return BadItem('must be an object with "id" and "text"', place)
    return _item(record, number, place, warn)


def _item(record: dict[str, Any], number: int, place: str, warn: Callable[[str], None]) -> Item | BadItem:
    text = record.get("text")
    name = record.get("id", number)
    language = record.get("languageCode", record.get("language_code", ""))
    if not isinstance(text, str):
        return BadItem('"text" is missing' if text is None else '"text" must be a string', place)
    if isinstance(name, bool) or not isinstance(name, str | int):
        return BadItem('"id" must be a string', place)
    if not isinstance(language, str):
        return BadItem('"languageCode" must be a string', place)
    if (whole := _without_surrogates(text)) != text:
        warn(f"{place}: half characters (lone surrogates) are read as U+FFFD")
    return Item(Document(_without_surrogates(str(name)), whole, _without_surrogates(language)), place)


def _without_surrogates(text: str) -> str:
    r"""Replace what JSON can say (`\ud83d`) but UTF-8 cannot; the length is unchanged."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
