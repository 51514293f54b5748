from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inquit.training import run as training
from inquit.training.development import DevelopmentSet
from inquit.training.recipe import settings_of
from inquit.training.settings import TrainSettings

if TYPE_CHECKING:
    from cli_types import Run


@dataclass
class Trained:
    """What a training run was asked to do."""

    settings: TrainSettings
    resume: bool


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Trained]:
    """Collect training runs instead of making them."""
    collected: list[Trained] = []

    def train(settings: TrainSettings, *, resume: bool, report: Any, development: Any) -> Path:
        collected.append(Trained(settings, resume))
        development.judge(None, None, None)
        development.finish(settings.out, settings)
        return settings.out

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(DevelopmentSet, "judge", lambda *_: {"score": 12.34, "end_to_end.f1": 5.0})
    monkeypatch.setattr(DevelopmentSet, "finish", lambda *_: None)
    return collected


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with a dev file."""
    (tmp_path / "harbour_dev.jsonl").write_text('{"id": "a", "text": "", "quotes": []}\n')
    return tmp_path


def test_options_become_settings(inquit: Run, trained: list[Trained], data: Path) -> None:
    """Options that are given are passed on, the others keep the defaults of the settings."""
    (data / "further").mkdir()
    done = inquit(
        "train", "--data", data, "--out", data / "m", "--encoder", "tiny", "--corpora", "harbour,island",
        "--annotations", data / "further", "--epochs", "3", "--seed", "7", "--resume",
    )  # fmt: skip
    assert done.exit_code == 0
    assert done.stdout == f"{data / 'm'}\n"
    assert "dev: score 12.3, end_to_end.f1 5.0\n" in done.stderr
    expected = settings_of(
        "small",
        data=data,
        out=data / "m",
        encoder="tiny",
        corpora=("harbour", "island"),
        annotations=data / "further",
        epochs=3,
        seed=7,
    )
    assert trained == [Trained(expected, resume=True)]


def test_another_recipe_is_chosen(inquit: Run, trained: list[Trained], data: Path) -> None:
    """A recipe by name gives all numbers; a teacher stands beside it."""
    (data / "teacher").mkdir()
    done = inquit(
        "train", "--data", data, "--out", data / "m", "--encoder", "tiny", "--corpora", "harbour",
        "--recipe", "base", "--teacher", data / "teacher",
    )  # fmt: skip
    assert done.exit_code == 0
    (run,) = trained
    assert run.settings.name == "inquit-base-en"
    assert run.settings.teacher == data / "teacher"


def test_defaults_in_the_help_are_those_of_the_settings(inquit: Run) -> None:
    """Help does not promise other defaults than a run has."""
    shown = " ".join(inquit("train", "--help").stdout.split())
    settings = settings_of("small", data=Path(), out=Path(), encoder="")
    assert "[default: small]" in shown
    for value in (settings.seed, settings.device, "none", "the recipe's"):
        assert f"[default: ({value})" in shown
    assert (settings.annotations, settings.teacher) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--corpora", "harbour", "--epochs", "0"], "--epochs"),
        (["--data", "nowhere"], "nowhere"),
        (["--corpora", "harbour", "--annotations", "nowhere"], "nowhere"),
        (["--corpora", "harbour", "--teacher", "nowhere"], "nowhere"),
    ],
)
def test_wrong_calls_are_one_line_and_code_2(
    inquit: Run, trained: list[Trained], data: Path, arguments: list[str], complaint: str
) -> None:
    """What cannot be is told before anything is trained."""
    done = inquit("train", "--data", data, "--out", data / "m", "--encoder", "tiny", *arguments)
    assert done.exit_code == 2
    (told,) = done.stderr.splitlines()
    assert complaint in told
    assert trained == []


def test_missing_dev_file_is_one_line(inquit: Run, trained: list[Trained], data: Path) -> None:
    """Without texts to judge by, nothing is trained; code 1."""
    done = inquit("train", "--data", data, "--out", data / "m", "--encoder", "tiny", "--corpora", "island")
    assert done.exit_code == 1
    (told,) = done.stderr.splitlines()
    assert "island_dev.jsonl" in told
    assert trained == []
