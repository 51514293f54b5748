from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from inquit.model.encoding import TextEncoder
from inquit.training.augmentation import Variant
from inquit.training.corpus import make_example
from inquit.training.examples import Example
from tiny_model import tiny_bert, tiny_encoder, tiny_tokenizer
from training_texts import place, quotation
from training_types import Workbench

_FIRST = (
    "The Lake Office closed its doors. “We saw it,” said Ada Brill of the Lake Office. “It was old.”\n\n"
    "The office’s ‘plan’ was “fiction”, Tom Vane told reporters.\n\nHe insisted the sea wall would hold."
)
_SECOND = "They sang “The Old Wall” at noon.\n\n“It has held before,” the mayor said. “It will.\n\n“It must.”"
_THIRD = "According to a report, the harbour was not safe. Nobody said it was."
_FOURTH = "Bo Brill is no kin of Ada Brill. “It is a pity,” Brill said, and she left."


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Return four annotated texts with every kind of annotation."""
    ada, tom = {"type": "person", "name": "Ada Brill"}, {"type": "person", "name": "Tom Vane"}
    return [
        {
            "id": "a",
            "text": _FIRST,
            "quotes": [
                quotation(
                    _FIRST, "“We saw it,”", "“It was old.”", source="Ada Brill", cue="said", entity=["E1"]
                ),
                quotation(
                    _FIRST,
                    "The office’s ‘plan’ was “fiction”",
                    source="Tom Vane",
                    cue="told",
                    entity=["E2"],
                ),
                quotation(_FIRST, "the sea wall would hold", source="He", cue="insisted", entity=["E2"]),
            ],
            "entities": {"E1": ada, "E2": tom},
        },
        {
            "id": "b",
            "text": _SECOND,
            "quotes": [
                quotation(
                    _SECOND,
                    "“It has held before,”",
                    "“It will.",
                    source="the mayor",
                    cue="said",
                    entity=["E1"],
                ),
            ],
            "entities": {"E1": {"type": "unnamed", "name": "the mayor"}},
            "marks": [
                {"span": place(_SECOND, "“The Old Wall”"), "speech": False, "entity": None},
                {"span": place(_SECOND, "“It has held before,”"), "speech": True, "entity": ["E1"]},
            ],
            "set_aside": [place(_SECOND, "“It must.”")],
        },
        {
            "id": "c",
            "text": _THIRD,
            "quotes": [
                quotation(
                    _THIRD, "the harbour was not safe", source="a report", cue="According to", entity=["E1"]
                ),
            ],
            "entities": {"E1": {"type": "document", "name": "a report"}},
        },
        {
            "id": "d",
            "text": _FOURTH,
            "quotes": [
                quotation(_FOURTH, "“It is a pity,”", source="[Brill] said", cue="said", entity=["E1"]),
            ],
            "entities": {"E1": ada},
        },
    ]


@pytest.fixture
def example_of(encoder: TextEncoder) -> Callable[[dict[str, Any]], Example]:
    """Return what makes a row, its text as it stands, an example."""
    return lambda row: make_example(row, Variant.same(row["text"]), encoder)


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
    """Return a data folder with the texts as training and dev set."""
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
