"""Records of archives and lines of JSON as documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from inquit.types import Document

__all__ = ["BadRecord", "document_of", "parsed_line"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class BadRecord(Exception):
    """A record that is no document; the message says why, without the record's text."""

    def __init__(self, message: str, document_id: str = "") -> None:
        super().__init__(message)
        self.document_id = document_id
        """Empty where none could be read."""


def parsed_line(line: bytes, *, is_first: bool) -> dict[str, Any]:
    """Read one line of JSON; the first may start with a byte order mark. Raise BadRecord."""
    try:
        record = json.loads(line.decode("utf-8-sig" if is_first else "utf-8"))
    except UnicodeDecodeError as error:
        raise BadRecord(f"not UTF-8 at byte {error.start} of the line") from error
    except json.JSONDecodeError as error:
        raise BadRecord(f"not JSON: {error.msg} at column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise BadRecord("not JSON that can be read: too deep, or a number too long") from error
    if not isinstance(record, dict):
        raise BadRecord('must be an object with "id" and "text"')
    return record


def document_of(
    record: Mapping[str, Any], default_id: str, *, id_field: str = "id", text_field: str = "text"
) -> tuple[Document, bool]:
    """Return the document of a record, and whether half characters in it were replaced.

    Without an id, or with an empty one, it gets the default one. Raise BadRecord.
    """
    text = record.get(text_field)
    name = record.get(id_field)
    language = record.get("languageCode") or record.get("language_code") or ""
    if name is None or name == "":
        name = default_id
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadRecord(_wrong(id_field, name))
    document_id = _without_surrogates(str(name))
    if not isinstance(text, str):
        raise BadRecord(_wrong(text_field, text), document_id)
    if not isinstance(language, str):
        raise BadRecord(_wrong("languageCode", language), document_id)
    whole = _without_surrogates(text)
    return Document(document_id, whole, _without_surrogates(language)), whole != text


def _wrong(field: str, value: object) -> str:
    """Say why a value is no string."""
    if value is None:
        return f'"{field}" is missing'
    return f'"{field}" must be a string' + (" in UTF-8" if isinstance(value, bytes) else "")


def _without_surrogates(text: str) -> str:
    r"""Replace what JSON can say (`\ud83d`) but UTF-8 cannot; the length is unchanged."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
