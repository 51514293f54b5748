from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from fences import blocks
from inquit.cli.app import app
from inquit.cli.settings_command import settings_command
from inquit.config import ServerSettings, read_settings

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = [
    _ROOT / "README.md",
    _ROOT / "CONTRIBUTING.md",
    *sorted(_ROOT.glob("docs/*.md")),
    *sorted(_ROOT.glob("examples/**/*.md")),
]


def _program() -> Any:
    """Return the command line, `serve` with the options that it makes of the settings."""
    program: Any = typer.main.get_command(app)
    serve = settings_command(ServerSettings, read_settings, lambda _: 0, name="serve", help_text="")
    program.commands["serve"] = typer.main.get_command(serve)
    return program


def _commands(page: Path) -> Iterator[list[str]]:
    """Yield the words after `inquit` of each command in blocks of code and between backticks."""
    # A line that ends with a backslash goes on in the next one.
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    indented = re.findall(r"^ {4}(inquit .*)$", text, re.MULTILINE)
    spoken = re.findall(r"`(inquit [^`]+)`", text)
    fenced = [block.code for block in blocks(page) if block.language in {"", "sh", "console"}]
    for line in [*"".join(fenced).replace("\\\n", " ").splitlines(), *indented, *spoken]:
        found = re.match(r"(?:[A-Z_]+=\S+ )*inquit (?=[a-z-])(.*)", line.strip())
        if found and "…" not in found[1]:
            words = shlex.shlex(found[1], posix=True, punctuation_chars=True)
            words.whitespace_split = True
            yield _own(list(words))


def _own(words: list[str]) -> list[str]:
    """Return the words before a pipe, a redirection or another command."""
    for place, word in enumerate(words):
        if set(word) <= set("|<>&;"):
            return words[:place]
    return words


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_commands_can_be_typed(page: Path) -> None:
    """Every `inquit` command of a document is one that there is, with options that it has."""
    program = _program()
    for name, *words in _commands(page):
        if name.startswith("-"):
            continue
        assert name in program.commands, name
        command = program.commands[name]
        with typer.Context(command, info_name=name) as context:
            # Without --help, which would end it: only whether each option is there is asked.
            command.make_parser(context).parse_args([word for word in words if word != "--help"])


def test_commands_are_found() -> None:
    """The rule that finds commands does find them."""
    assert ["serve"] in _commands(_ROOT / "docs" / "quickstart.md")
    assert ["extract", "--format", "html", "article.txt"] in _commands(_ROOT / "README.md")
