from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.blackbox

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _run(name: str, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_EXAMPLES / name), *arguments],
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["python_sync.py", "python_async.py"])
def test_the_examples_print_who_said_what(
    name: str, article: Path, environment: dict[str, str], expected: dict[str, list[str]]
) -> None:
    """Both examples print each quotation under its speaker, cut out of the text by its offsets."""
    done = _run(name, str(article), environment=environment)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [str(article), *expected["utf32"]]
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["python_sync.py", "python_async.py"])
def test_the_examples_tell_of_errors(name: str, article: Path, environment: dict[str, str]) -> None:
    """A document that is refused is told of, and the exit status says so."""
    done = _run(name, "--language", "de", str(article), environment=environment)
    assert done.returncode == 1
    assert "the language is not supported" in done.stderr
    assert done.stdout == ""
