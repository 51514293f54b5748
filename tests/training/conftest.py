from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from inquit.model.encoding import TextEncoder
from tiny_model import tiny_bert, tiny_encoder, tiny_tokenizer
from training_types import Workbench

_FIRST = (
    "The Lake Office closed its doors. “We saw it,” said Ada Brill of the Lake Office. “It was old.”\n\n"
    "The office’s ‘plan’ was “fiction”, Tom Vane told reporters.\n\nHe insisted the sea wall would hold."
)
_SECOND = "They sang “The Old Wall” at noon.\n\n“It has held before,” the mayor said. “It will.\n\n“It must.”"
_THIRD = "According to a report, the harbour was not safe. Nobody said it was."


def _place(text: str, part: str) -> list[int]:
    start = text.index(part)
    return [start, start + len(part)]


def _quote(text: str, kind: str, content: list[str], *, source: str, cue: str, entity: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "content": [_place(text, part) for part in content],
        "source": [_place(text, source)],
        "cue": [_place(text, cue)],
        "entity": [entity],
    }


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Return three annotated texts with every kind of annotation."""
    return [
        {
            "id": "a",
            "text": _FIRST,
            "quotes": [
                _quote(
                    _FIRST,
                    "direct",
                    ["“We saw it,”", "“It was old.”"],
                    source="Ada Brill",
                    cue="said",
                    entity="E1",
                ),
                _quote(
                    _FIRST,
                    "mixed",
                    ["The office’s ‘plan’ was “fiction”"],
                    source="Tom Vane",
                    cue="told",
                    entity="E2",
                ),
                _quote(
                    _FIRST, "indirect", ["the sea wall would hold"], source="He", cue="insisted", entity="E2"
                ),
            ],
            "entities": {
                "E1": {"type": "person", "name": "Ada Brill"},
                "E2": {"type": "person", "name": "Tom Vane"},
            },
        },
        {
            "id": "b",
            "text": _SECOND,
            "quotes": [
                _quote(
                    _SECOND,
                    "direct",
                    ["“It has held before,”", "“It will."],
                    source="the mayor",
                    cue="said",
                    entity="E1",
                ),
            ],
            "entities": {"E1": {"type": "unnamed", "name": "the mayor"}},
            "marks": [
                {"span": _place(_SECOND, "“The Old Wall”"), "speech": False, "entity": None},
                {"span": _place(_SECOND, "“It has held before,”"), "speech": True, "entity": ["E1"]},
            ],
            "set_aside": [_place(_SECOND, "“It must.”")],
        },
        {
            "id": "c",
            "text": _THIRD,
            "quotes": [
                _quote(
                    _THIRD,
                    "indirect",
                    ["the harbour was not safe"],
                    source="a report",
                    cue="According to",
                    entity="E1",
                ),
            ],
            "entities": {"E1": {"type": "document", "name": "a report"}},
        },
    ]


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    """Return a text encoder over the tiny tokenizer."""
    return tiny_encoder()


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny random encoder, as Hugging Face saves one."""
    folder = tmp_path_factory.mktemp("encoder")
    tiny_bert().save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(),
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def workbench(tmp_path: Path, encoder_folder: Path, rows: list[dict[str, Any]]) -> Workbench:
    """Return a data folder with the three texts as training and dev set."""
    found = Workbench(tmp_path, encoder_folder)
    found.write(rows)
    found.write(rows, "tiny_dev.jsonl")
    return found


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread: what the tests compute is too small to be shared out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
