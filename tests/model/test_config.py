from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import ModelError
from inquit.model.config import CONFIG_FILE, Decoding, ModelConfig
from tiny_model import tiny_config


def test_a_saved_configuration_is_read_back(tmp_path: Path) -> None:
    """Every field survives the file."""
    config = tiny_config(languages=("en", "en-GB"), decoding=Decoding(speech_threshold=0.3))
    config.save(tmp_path)
    assert ModelConfig.load(tmp_path) == config


def _changed(folder: Path, **changes: Any) -> None:
    tiny_config().save(folder)
    values = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    values |= changes
    for key in [k for k, v in values.items() if v is None]:
        del values[key]
    (folder / CONFIG_FILE).write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": 2}, "format 1"),
        ({"format_version": None}, "format 1"),
        ({"colour": "blue"}, "unknown fields: colour"),
        ({"name": None}, "incomplete"),
        ({"languages": None}, "incomplete"),
        ({"languages": 5}, "malformed"),
        ({"decoding": {"limit": 1}}, "malformed"),
        ({"decoding": []}, "malformed"),
    ],
)
def test_a_broken_configuration_is_told(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    """A configuration of another format, or one that lacks a field, is a ModelError that says so."""
    _changed(tmp_path, **changes)
    with pytest.raises(ModelError, match=message):
        ModelConfig.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b'"config"', b"\xff\xfe"])
def test_a_file_that_is_no_configuration_is_told(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in `config.json`, the error is a ModelError that names the file."""
    (tmp_path / CONFIG_FILE).write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json"):
        ModelConfig.load(tmp_path)


def test_a_missing_configuration_is_told(tmp_path: Path) -> None:
    """A folder without `config.json` is no model."""
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        ModelConfig.load(tmp_path)
