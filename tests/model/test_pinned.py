"""The setting INQUIT_MODEL_SHA256 holds wherever a model is loaded for somebody."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from inquit.cli.local import loaded_extractor
from inquit.config import ServerSettings
from inquit.errors import ModelError
from inquit.model.weights import save_model
from inquit.serve import load_extractor
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

_OTHER = "0" * 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a saved model; tests must not change it."""
    path = tmp_path_factory.mktemp("model") / "tiny"
    save_model(path, tiny_network(), tiny_config(), tiny_tokenizer())
    return path


def test_the_service_refuses_other_weights(folder: Path) -> None:
    """A service whose weights were exchanged does not come up."""
    with pytest.raises(ModelError, match=_OTHER):
        load_extractor(ServerSettings(model=str(folder), device="cpu", model_sha256=_OTHER))


def test_commands_refuse_other_weights(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that reads in its own process takes the variable as the service does."""
    monkeypatch.setenv("INQUIT_MODEL_SHA256", _OTHER)
    with pytest.raises(ModelError, match=_OTHER):
        loaded_extractor(str(folder), "cpu", 1)
    wanted = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    monkeypatch.setenv("INQUIT_MODEL_SHA256", wanted)
    assert loaded_extractor(str(folder), "cpu", 1).info.sha256 == wanted
