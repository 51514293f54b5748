from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import inquit
from inquit import errors
from inquit.status import code_of

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGE = _ROOT / "service" / "inquit"
_TABLE = (_ROOT / "docs" / "api.md").read_text("utf-8").partition("## Status codes")[2]

_ANSWERING = [
    _PACKAGE / f"{name}.py"
    for name in (
        "batcher", "deadline", "engine", "interceptor", "room", "servicer", "streaming", "text_pool",
        "validation", "waiting",
    )
]  # fmt: skip
"""What runs while a call is answered; `wire` is shared with the client, see below."""


def _documented() -> set[tuple[str, str]]:
    """Return the pairs of code and reason in the table; a code stands for the rows below it."""
    pairs: set[tuple[str, str]] = set()
    code = ""
    for first, second in re.findall(r"^\| (?:`(\w+)`)? *\| `([A-Z_]+)` \|", _TABLE, re.MULTILINE):
        code = first or code
        pairs.add((code, second))
    return pairs


def _raised() -> Iterator[tuple[str, str]]:
    for path in _ANSWERING:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            kind = getattr(errors, node.func.id, None)
            if not isinstance(kind, type) or not issubclass(kind, inquit.InquitError):
                continue
            given = [word.value for word in node.keywords if word.arg == "reason"]
            [reason] = [ast.literal_eval(value) for value in given] or [kind.reason]
            yield code_of(kind("")).name, reason


def test_every_reason_is_told() -> None:
    """The table of status codes has each code with each reason that a call can fail with, and no other."""
    shared = {("INVALID_ARGUMENT", "UNKNOWN_ENUM_VALUE"), ("INTERNAL", "INTERNAL")}
    assert _documented() == set(_raised()) | shared


def test_the_tree_of_errors_is_told() -> None:
    """The client guide draws every error that a program can catch."""
    guide = (_ROOT / "docs" / "clients.md").read_text("utf-8")
    kinds = [
        name
        for name in inquit.__all__
        if isinstance(kind := getattr(errors, name, None), type) and issubclass(kind, inquit.InquitError)
    ]
    assert sorted(re.findall(r"^[├└]── (\w+)", guide, re.MULTILINE)) == sorted({*kinds} - {"InquitError"})
