from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from inquit.cli import evaluate as evaluate_command
from inquit.cli import info as info_command
from inquit.types import Document, ExtractOptions

if TYPE_CHECKING:
    from pathlib import Path

    from cli_types import Run, StandIn


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Return a gold file of one text that is one quotation."""
    path = tmp_path / "gold.jsonl"
    text = "“It leaks,” said Mara Quill."
    row = {
        "id": "boat",
        "text": text,
        "quotes": [
            {"kind": "direct", "content": [[0, 11]], "cue": [[12, 16]], "source": [[17, 27]], "entity": "e"}
        ],
        "marks": [{"span": [0, 11], "speech": True, "entity": "e"}],
        "entities": {"e": {"type": "person", "name": "Mara Quill"}},
    }
    path.write_text(json.dumps(row) + "\n")
    return path


def test_predictions_are_scored(inquit: Run, gold: Path, tmp_path: Path) -> None:
    """Answers in a file are scored without a model, as a table or as JSON."""
    pred = tmp_path / "pred.jsonl"
    pred.write_text(
        json.dumps(
            {
                "documentId": "boat",
                "quotes": [
                    {
                        "kind": "QUOTE_KIND_DIRECT",
                        "content": [{"end": 11}],
                        "verbatim": [{"start": 1, "end": 10}],
                    }
                ],
            }
        )
        + "\n"
    )
    shown = inquit("evaluate", gold, "--pred", pred, "--samples", "10")
    assert shown.exit_code == 0
    assert "quoted_strings f1" in shown.stdout
    record = json.loads(inquit("evaluate", gold, "--pred", pred, "--json").stdout)
    assert record["figures"]["quoted_strings"]["f1"]["value"] == 100.0
    assert record["figures"]["spans"]["cue_recall"]["value"] == 0.0


def test_the_model_is_scored(
    inquit: Run, extractor: StandIn, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without predictions the model reads the gold file's texts, all kinds asked for."""
    monkeypatch.setattr(evaluate_command, "loaded_extractor", lambda *_: extractor)
    assert inquit("evaluate", gold, "--samples", "0").exit_code == 0
    assert extractor.taken == [Document("boat", "“It leaks,” said Mara Quill.")]
    assert extractor.asked == [ExtractOptions(kinds=frozenset({"direct", "mixed", "indirect"}))]  # type: ignore[arg-type]


def test_channels_are_scored_where_a_file_lists_them(inquit: Run, gold: Path, tmp_path: Path) -> None:
    """Gold channels come from a file of their own; a missing one is code 2."""
    pred, channels = tmp_path / "pred.jsonl", tmp_path / "channels.jsonl"
    quote = {"kind": "QUOTE_KIND_DIRECT", "content": [{"end": 11}], "channel": {"start": 12, "end": 16}}
    pred.write_text(json.dumps({"documentId": "boat", "quotes": [quote]}) + "\n")
    channels.write_text(json.dumps({"id": "boat", "channels": [{"quote": [0, 11], "channel": None}]}) + "\n")
    done = inquit("evaluate", gold, "--pred", pred, "--channels", channels, "--json")
    record = json.loads(done.stdout)
    assert record["figures"]["channel"]["precision"]["value"] == 0.0
    assert record["signature"]["channels"] == "channels.jsonl"
    assert inquit("evaluate", gold, "--pred", pred, "--channels", tmp_path / "none.jsonl").exit_code == 2


def test_bad_gold_is_one_line(inquit: Run, extractor: StandIn, tmp_path: Path) -> None:
    """A gold file that cannot be read is one line with file and line, code 1; a missing one is code 2."""
    path = tmp_path / "gold.jsonl"
    path.write_text("{not json\n")
    done = inquit("evaluate", path, "--pred", path)
    assert done.exit_code == 1
    (told,) = done.stderr.splitlines()
    assert "gold.jsonl:1" in told
    assert inquit("evaluate", tmp_path / "nowhere.jsonl").exit_code == 2


def test_model_options_and_predictions_exclude_each_other(inquit: Run, gold: Path) -> None:
    """An option that would have no effect is refused."""
    done = inquit("evaluate", gold, "--pred", gold, "--model", "m")
    assert done.exit_code == 2
    assert "--model" in done.stderr


def test_info_of_the_model_here(inquit: Run, extractor: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server, info shows the model that this process loads."""
    monkeypatch.setattr(info_command, "loaded_extractor", lambda *_: extractor)
    assert json.loads(inquit("info", "--json").stdout)["name"] == "fake"
    assert re.search(r"^languages +en$", inquit("info").stdout, re.MULTILINE)


def test_a_missing_model_is_one_line(inquit: Run, tmp_path: Path) -> None:
    """A model folder that is not there is told in one line, code 1."""
    done = inquit("info", "--model", tmp_path / "nowhere")
    assert done.exit_code == 1
    (told,) = done.stderr.splitlines()
    assert "nowhere" in told


def test_perturbed_texts_are_scored(
    inquit: Run, extractor: StandIn, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts are read as they are and as they are changed; losses come as tables or as JSON."""
    monkeypatch.setattr(evaluate_command, "loaded_extractor", lambda *_: extractor)
    shown = inquit("evaluate", gold, "--perturb", "straight,lower", "--samples", "5")
    assert shown.exit_code == 0
    assert [document.text for document in extractor.taken] == [
        "“It leaks,” said Mara Quill.",
        '"It leaks," said Mara Quill.',
        "“it leaks,” said mara quill.",
    ]
    assert "| straight" in shown.stdout
    record = json.loads(inquit("evaluate", gold, "--perturb", "all", "--samples", "0", "--json").stdout)
    assert "british" in record["perturbations"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--perturb", "sideways"), "sideways"),
        (("--perturb", "all", "--pred", "GOLD"), "--pred"),
        (("--perturb", "all", "--channels", "GOLD"), "--channels"),
    ],
)
def test_perturbations_that_cannot_be_run_are_told(
    inquit: Run, gold: Path, options: tuple[str, ...], told: str
) -> None:
    """An unknown name, or an option that would have no effect, is code 2 before a model is loaded."""
    done = inquit("evaluate", gold, *(gold if option == "GOLD" else option for option in options))
    assert done.exit_code == 2
    assert told in done.stderr
