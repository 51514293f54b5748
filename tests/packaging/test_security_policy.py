"""SECURITY.md names no test that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_NAMED = sorted(
    set(
        re.findall(r"`([\w/]*test_\w+\.py)(?:::(\w+))?`", (_ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    )
)


def test_tests_are_named() -> None:
    """The form in which they are written is the one that is looked for."""
    assert len(_NAMED) > 50


@pytest.mark.parametrize(("path", "name"), _NAMED)
def test_the_proof_is_there(path: str, name: str) -> None:
    """Every file, and every test in it, that is said to prove something exists."""
    text = (_ROOT / "tests" / path).read_text(encoding="utf-8")
    assert not name or re.search(rf"^(async )?def {name}\(", text, flags=re.MULTILINE)
