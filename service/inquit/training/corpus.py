"""Annotated texts as rows, and the rows as examples with token indices.

The format of the rows is described in `docs/training.md`; a folder holds one or more files
`*_train.jsonl` and `*_dev.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from inquit.errors import DataError
from inquit.evaluation import rows
from inquit.model.encoding import TextEncoder
from inquit.training.attributions import from_attributions
from inquit.training.augmentation import Variant
from inquit.training.capitals import capitals
from inquit.training.cast import Cast
from inquit.training.chains import from_chains
from inquit.training.examples import Example
from inquit.training.novels import from_novel, is_novel
from inquit.training.passages import from_passage
from inquit.training.teacher import Lesson

__all__ = ["make_example", "read_rows"]


def read_rows(path: Path, annotations: Path | None = None) -> Iterator[dict[str, Any]]:
    """Read a `.jsonl` file of annotated texts; raise DataError naming the line and the field.

    `annotations` is a file of further judgements on texts of the same ids, in offsets alone; they
    are merged into the rows that have none.
    """
    further = {}
    if annotations is not None and annotations.is_file():
        for row in rows.read_rows(annotations):
            key = row.text("id")
            missing = next((f for f in ("entities", "sources", "marks") if f not in row.values), None)
            if missing is not None:
                raise row.fail(missing, "is missing")
            further[key] = dict(row.values)
    for row in rows.read_rows(path):
        row.text("text")
        values = dict(row.values)
        if not values.get("entities") and values.get("id") in further:
            try:
                values = _merged(values, further[values["id"]])
            except (KeyError, TypeError, ValueError) as error:
                raise DataError(
                    f"{annotations}: the row {values['id']!r} is malformed: {type(error).__name__}: {error}"
                ) from error
        yield values


def make_example(
    row: Mapping[str, Any], variant: Variant, encoder: TextEncoder, lesson: Lesson | None = None
) -> Example:
    """Turn a row into an example; `variant` is one of the row's text, `lesson` a teacher's reading of it.

    Raise DataError naming the row where its annotation is malformed.
    """
    try:
        example = _example(row, Cast(encoder.encode(variant.text), variant.clean))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"the row {row.get('id')!r} is malformed: {type(error).__name__}: {error}") from error
    if lesson is not None:
        example = replace(example, taught=lesson.for_tokens(example.encoded))
    if variant.is_recased:
        return replace(example, capitals=capitals(example.encoded, variant.clean))
    return example


def _example(row: Mapping[str, Any], cast: Cast) -> Example:
    entities = (row.get("entities") or {}).values()
    if any("mentions" in e for e in entities):
        return from_chains(row, cast)
    if is_novel(row):
        return from_novel(row, cast)
    if "spans" in row:
        return from_passage(row, cast)
    return from_attributions(row, cast)


def _merged(row: dict[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with the speakers of its sources and the judgement of its quoted strings."""
    text = row["text"]
    entities = {
        key: {"type": e["type"], "name": text[slice(*e["name"])] if e["name"] else "AUTHOR"}
        for key, e in further["entities"].items()
    }
    holders = {tuple(s["span"]): s["entity"] for s in further["sources"]}
    quotes = [
        {**q, "entity": next((holders[tuple(s)] for s in q.get("source") or () if tuple(s) in holders), None)}
        for q in row.get("quotes", ())
    ]
    return {**row, "entities": entities, "quotes": quotes, "marks": further["marks"]}
