from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import ModelError
from inquit.model.calibration import Calibration
from inquit.model.config import CONFIG_FILE, Decoding, ModelConfig
from inquit.model.weighting import Weights
from tiny_model import tiny_config


def test_a_saved_configuration_is_read_back(tmp_path: Path) -> None:
    """Every field survives the file."""
    config = tiny_config(
        languages=("en", "en-GB"),
        decoding=Decoding(speech_threshold=0.3),
        resolution=Weights(strings=0.9, last_speaker=0.1),
        quote_calibration=Calibration(1.5, -0.25),
        speaker_calibration=Calibration(0.75, 0.5),
    )
    config.save(tmp_path)
    assert ModelConfig.load(tmp_path) == config


@pytest.mark.parametrize("missing", ["resolution", "quote_calibration", "speaker_calibration"])
def test_an_older_configuration_is_read(tmp_path: Path, missing: str) -> None:
    """A file from before a field was there is read with what held then: the defaults."""
    _changed(tmp_path, **{missing: None})
    assert ModelConfig.load(tmp_path) == tiny_config()


def test_a_weight_that_is_not_told_has_its_default(tmp_path: Path) -> None:
    """A file may tell some of the weights and leave the others as they are."""
    _changed(tmp_path, resolution={"strings": 0.9}, speaker_calibration={"slope": 2.0})
    config = ModelConfig.load(tmp_path)
    assert (config.resolution, config.speaker_calibration) == (Weights(strings=0.9), Calibration(slope=2.0))


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
        ({"resolution": {"luck": 1}}, "malformed"),
        ({"resolution": []}, "malformed"),
        ({"resolution": {"strings": "much"}}, r"resolution\.strings is not a number"),
        ({"quote_calibration": {"slope": None}}, r"quote_calibration\.slope is not a number"),
        ({"speaker_calibration": {"shift": "up"}}, r"speaker_calibration\.shift is not a number"),
        ({"speaker_calibration": 1.0}, "malformed"),
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
