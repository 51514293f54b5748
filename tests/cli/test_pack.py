from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inquit.extractor import Extractor
from inquit.model.weights import save_model, sha256_of
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

if TYPE_CHECKING:
    from cli_types import Run


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Return the folder of a trained model with its card."""
    folder = tmp_path / "trained"
    save_model(folder, tiny_network(), tiny_config(), tiny_tokenizer())
    (folder / "README.md").write_text("# tiny\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("storage", ["int8", "float16"])
def test_a_packed_model_reads_as_before(inquit: Run, trained: Path, tmp_path: Path, storage: str) -> None:
    """What is packed is a whole model folder, card included, and its hash is told."""
    out = tmp_path / "packed"
    done = inquit("pack", trained, out, "--storage", storage)
    assert done.exit_code == 0
    assert sha256_of(out) in done.stdout
    assert (out / "README.md").read_text(encoding="utf-8") == "# tiny\n"
    text = "“We saw it,” said Ada Brill. “It leaks.”"
    before, after = (Extractor.load(f, device="cpu").extract(text) for f in (trained, out))
    assert before.quotes == after.quotes


def test_a_folder_in_use_is_left(inquit: Run, trained: Path) -> None:
    """Nothing is written over."""
    before = sha256_of(trained)
    done = inquit("pack", trained, trained)
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert sha256_of(trained) == before


def test_an_unknown_storage_is_told(inquit: Run, trained: Path, tmp_path: Path) -> None:
    """The forms that there are are listed."""
    done = inquit("pack", trained, tmp_path / "p", "--storage", "int4")
    assert done.exit_code == 2
    assert "'int4' is none of float16, int8" in done.stderr
