"""JSON lines with errors that name the file, the line and the field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from inquit.errors import DataError

__all__ = ["Offsets", "Row", "read_rows"]


class Offsets(NamedTuple):
    """A stretch of a text in code points, half open."""

    start: int
    end: int


class Row:
    """One JSON object of a file, read field by field."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        """`where` opens every error message: `gold.jsonl:7` or a field's path below it."""
        self.values = values
        self.where = where

    def fail(self, field: str, problem: str) -> DataError:
        """Return the error to raise for a field."""
        return DataError(f"{self.where}: {field}: {problem}")

    def get(self, *names: str) -> Any:
        """Return the first of these fields that is there and not null, or None."""
        return next((self.values[name] for name in names if self.values.get(name) is not None), None)

    def text(self, *names: str) -> str:
        """Return a string field; missing is an error."""
        value = self.get(*names)
        if not isinstance(value, str):
            raise self.fail(names[0], "a string is needed")
        return value

    def optional_text(self, *names: str) -> str | None:
        """Return a string field, or None where it is missing."""
        return None if self.get(*names) is None else self.text(*names)

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings; one string counts as a list of one, missing as none."""
        value = self.get(name)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.fail(name, "a list of strings is needed")
        return tuple(items)

    def items(self, name: str) -> list[Any]:
        """Return a list of anything; missing counts as empty."""
        value = self.get(name)
        if not isinstance(value, list | None):
            raise self.fail(name, "a list is needed")
        return value or []

    def probability(self, *names: str) -> float | None:
        """Return a number from 0 to 1, or None where it is missing."""
        value = self.get(*names)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.fail(names[0], "a number from 0 to 1 is needed")
        return float(value)

    def rows(self, name: str) -> list[Row]:
        """Return a list of objects; missing counts as none."""
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(name, "a list of objects is needed")
        return [Row(item, f"{self.where}: {name}[{number}]") for number, item in enumerate(value)]

    def row(self, name: str) -> Row:
        """Return an object; missing counts as an empty one."""
        value = self.get(name)
        if not isinstance(value, dict | None):
            raise self.fail(name, "an object is needed")
        return Row(value or {}, f"{self.where}: {name}")

    def spans(self, *names: str) -> tuple[Offsets, ...]:
        """Return a list of spans, each `[start, end]` or `{"start": …, "end": …}`."""
        value = self.get(*names)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.fail(names[0], "a list of spans is needed")
        if len(value) == 2 and all(isinstance(item, int) for item in value):
            value = [value]
        return tuple(self._span(names[0], item) for item in value)

    def span(self, *names: str) -> Offsets | None:
        """Return one span, or None where it is missing."""
        value = self.get(*names)
        return None if value is None else self._span(names[0], value)

    def _span(self, name: str, value: Any) -> Offsets:
        # Protobuf's JSON leaves out a zero.
        pair = [value.get("start", 0), value.get("end", 0)] if isinstance(value, dict) else value
        if not isinstance(pair, list) or len(pair) != 2:
            raise self.fail(name, "a span is [start, end]")
        try:
            span = Offsets(int(pair[0]), int(pair[1]))
        except (TypeError, ValueError):
            raise self.fail(name, "offsets are whole numbers") from None
        if not 0 <= span.start <= span.end:
            raise self.fail(name, f"a span runs from 0 or more to its end, not {span.start} to {span.end}")
        return span


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON lines file, empty lines skipped; raise DataError for others."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _parse(line, f"{path.name}:{number}")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}") from error


def _parse(line: str, where: str) -> Row:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: not JSON: {error.msg} at column {error.colno}") from error
    if not isinstance(values, dict):
        raise DataError(f"{where}: an object is needed")
    return Row(values, where)
