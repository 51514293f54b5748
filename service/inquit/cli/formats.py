"""Results as text in each output format: functions from a lazy stream to a lazy stream."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format

from inquit import wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from inquit.types import Document, Extraction

    Results = Iterable[tuple[Document, Extraction]]

__all__ = ["Look", "OutputFormat", "guess_format", "render"]


class OutputFormat(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"

    @property
    def has_offsets(self) -> bool:
        """Whether offsets are written, so that their encoding matters."""
        return self not in {OutputFormat.TEXT, OutputFormat.HTML}


@dataclass(frozen=True, slots=True)
class Look:
    """What the output is for."""

    is_terminal: bool
    colour: bool
    single: bool
    """One plain text was given: `json` is then an object, else an array."""
    title: str


_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
"""Characters at which many programs, Python's splitlines among them, would cut a line of JSON."""

_SUFFIXES = {".txt": OutputFormat.TEXT, ".htm": OutputFormat.HTML} | {
    f".{known.value}": known for known in OutputFormat if known is not OutputFormat.TEXT
}


def guess_format(output: Path | None, *, from_lines: bool) -> OutputFormat:
    """Return the format that the output's name tells, else JSONL for JSONL and a table for text."""
    guessed = _SUFFIXES.get(output.suffix.lower()) if output is not None else None
    return guessed or (OutputFormat.JSONL if from_lines else OutputFormat.TEXT)


def render(output_format: OutputFormat, results: Results, look: Look) -> Iterator[str]:
    """Yield the output piece by piece, each piece as soon as its result is there."""
    match output_format:
        case OutputFormat.TEXT:
            return _text(results, look)
        case OutputFormat.JSON:
            return _json_object(results) if look.single else _json_array(results)
        case OutputFormat.JSONL:
            return _lines(results)
        case OutputFormat.CSV:
            return _csv(results)
        case OutputFormat.HTML:
            from inquit.render.html import render_html

            return render_html(results, title=look.title)


def _lines(results: Results) -> Iterator[str]:
    for _, extraction in results:
        line = json.dumps(_record(extraction), ensure_ascii=False)
        yield line.translate(_LINE_ENDS) + "\n"


def _text(results: Results, look: Look) -> Iterator[str]:
    from inquit.render.terminal import DEFAULT_WIDTH, render_terminal

    width = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns if look.is_terminal else DEFAULT_WIDTH
    for document, extraction in results:
        yield render_terminal(document, extraction, width=width, colour=look.colour)


def _csv(results: Results) -> Iterator[str]:
    from inquit.render.csv import header, rows

    yield header()
    for _, extraction in results:
        yield rows(extraction)


def _json_object(results: Results) -> Iterator[str]:
    for _, extraction in results:
        yield json.dumps(_record(extraction), ensure_ascii=False, indent=2) + "\n"


def _json_array(results: Results) -> Iterator[str]:
    opening = "[\n"
    for _, extraction in results:
        yield opening + json.dumps(_record(extraction), ensure_ascii=False, indent=2)
        opening = ",\n"
    yield "\n]\n" if opening == ",\n" else "[]\n"


def _record(extraction: Extraction) -> dict[str, Any]:
    """Return protobuf's JSON form of an ExtractResponse, zeros and empty lists written out."""
    message = wire.extraction_to_proto(extraction)
    record = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    return _in_order(record, message.DESCRIPTOR)


def _in_order(record: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    """Put the fields in the contract's order; json_format puts zeros behind the others."""
    ordered = {}
    for field in descriptor.fields:
        value = record.get(field.json_name)
        if value is None:
            continue
        if field.message_type is not None and isinstance(value, list):
            value = [_in_order(member, field.message_type) for member in value]
        elif field.message_type is not None:
            value = _in_order(value, field.message_type)
        ordered[field.json_name] = value
    return ordered
