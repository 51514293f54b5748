from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from inquit.errors import ModelError
from inquit.extractor import Extractor
from inquit.model.config import ModelConfig
from inquit.model.network import Network
from inquit.model.weights import find_model, load_network, load_tokenizer, save_model, sha256_of
from inquit.types import Document
from tiny_model import tiny_config, tiny_mpnet, tiny_network, tiny_tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a saved model; tests must not change it."""
    path = tmp_path_factory.mktemp("model") / "tiny"
    save_model(path, tiny_network(), tiny_config(), tiny_tokenizer())
    return path


def test_weights_survive_the_file(folder: Path, network: Network) -> None:
    """What is loaded is what was saved, to half precision, in float32 and in evaluation mode."""
    loaded = load_network(folder, ModelConfig.load(folder)).network
    assert not loaded.training
    before, after = network.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    for name, value in after.items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, before[name], rtol=1e-3, atol=1e-6)


def test_the_tokenizer_survives_the_file(folder: Path) -> None:
    """The loaded tokenizer cuts texts as the saved one did."""
    text = "“We saw it,” said Ada Brill."
    assert load_tokenizer(folder).encode(text).ids == tiny_tokenizer().encode(text).ids


def test_the_hash_is_that_of_the_weight_file(folder: Path) -> None:
    """A user can check the model with `sha256sum`."""
    expected = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert sha256_of(folder) == expected
    assert Extractor.load(folder, device="cpu").info.sha256 == expected


def test_a_model_tells_its_size(folder: Path, network: Network) -> None:
    """What a model is made of, and what it takes on disk, is told without opening its files."""
    info = Extractor.load(folder, device="cpu").info
    assert info.encoder == "bert, 2 layers of width 32"
    assert info.parameters == sum(p.numel() for p in network.parameters())
    assert info.weight_bytes == (folder / "model.safetensors").stat().st_size


def test_only_finished_files_are_left(folder: Path) -> None:
    """A saved model is three files, with nothing half written beside them."""
    assert sorted(p.name for p in folder.iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]


def test_a_folder_is_found_by_its_path(folder: Path) -> None:
    """A path, as text or as a path object, names its folder."""
    assert find_model(folder) == folder
    assert find_model(str(folder)) == folder


def test_a_bundled_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name is looked for beside the package; None is the default model's name."""
    monkeypatch.setattr("inquit.model.weights._bundled_places", lambda: [tmp_path / "a", tmp_path / "b"])
    monkeypatch.chdir(tmp_path)
    wanted = tmp_path / "b" / "inquit-small-en"
    wanted.mkdir(parents=True)
    assert find_model("inquit-small-en") == wanted
    assert find_model() == wanted


@pytest.mark.parametrize(("short", "name"), [("small", "inquit-small-en"), ("base", "inquit-base-en")])
def test_bundled_models_have_short_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: str, name: str
) -> None:
    """`small` and `base` mean the bundled models, whatever folders of either name lie about."""
    bundled = tmp_path / "bundled"
    monkeypatch.setattr("inquit.model.weights._bundled_places", lambda: [bundled])
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path / short, tmp_path / name, bundled / "other"):
        folder.mkdir(parents=True)
    with pytest.raises(
        ModelError, match=rf"no model '{name}'.* bundled here: other; it lies in models/{name}"
    ):
        find_model(short)
    (bundled / name).mkdir()
    assert find_model(short) == bundled / name
    assert find_model(f"./{short}") == Path(short)
    assert find_model(name) == Path(name)


def test_an_empty_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was forgotten does not mean the current folder."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="is empty"):
        find_model("")


@pytest.mark.parametrize("name", ["no-such-model", "no/such/model", "../models"])
def test_a_model_that_is_not_there_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names what was asked for."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="no model"):
        find_model(name)


def _copy(folder: Path, tmp_path: Path, without: str) -> Path:
    for file in folder.iterdir():
        if file.name != without:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_told(folder: Path, tmp_path: Path, missing: str) -> None:
    """A folder that lacks a file is a ModelError that names the file."""
    with pytest.raises(ModelError, match=missing):
        Extractor.load(_copy(folder, tmp_path, missing), device="cpu")


@pytest.mark.parametrize("broken", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_broken_file_is_told(folder: Path, tmp_path: Path, broken: str, content: bytes) -> None:
    """A file that holds something else, such as a pointer to it, is a ModelError that names it."""
    (_copy(folder, tmp_path, broken) / broken).write_bytes(content)
    with pytest.raises(ModelError, match=broken):
        Extractor.load(tmp_path, device="cpu")


def test_weights_of_another_shape_are_told(folder: Path, tmp_path: Path) -> None:
    """Weights that do not fit the configuration are a ModelError, not a network half loaded."""
    copied = _copy(folder, tmp_path, "config.json")
    tiny_config(pointer_width=16).save(copied)
    with pytest.raises(ModelError, match="does not fit"):
        Extractor.load(copied, device="cpu")


@pytest.mark.parametrize(
    "changes",
    [
        {"encoder": {"model_type": "no-such-encoder"}},
        {"encoder": {}},
        {"window_length": 4096},
        {"window_length": 0},
        {"window_overlap": 62},
        {"window_overlap": -1},
        {"window_length": "long"},
    ],
    ids=str,
)
def test_a_configuration_that_no_network_fits_is_told(
    folder: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """A configuration that cannot be run is a ModelError when it is loaded, not a failure at each text."""
    copied = _copy(folder, tmp_path, "config.json")
    tiny_config(**changes).save(copied)
    with pytest.raises(ModelError):
        Extractor.load(copied, device="cpu")


def _with_mpnet(folder: Path, window_length: int) -> Path:
    encoder = tiny_mpnet()
    values = {"model_type": "mpnet", **encoder.config.to_diff_dict()}
    for key in ("architectures", "_name_or_path", "transformers_version", "dtype", "torch_dtype"):
        values.pop(key, None)
    config = tiny_config(encoder=values, window_length=window_length)
    save_model(folder, tiny_network(encoder=encoder), config, tiny_tokenizer())
    return folder


def test_windows_may_be_as_long_as_the_encoder_has_positions(tmp_path: Path) -> None:
    """The longest windows of an encoder that keeps two of its positions for padding are read."""
    document = Document("a", "“we” " + "she told we minister " * 77)
    extractor = Extractor.load(_with_mpnet(tmp_path, 320), device="cpu")
    windows = extractor.encode(document).windows
    assert [window.length for window in windows] == [313]
    assert len(extractor.run(windows)) == 1


@pytest.mark.parametrize("window_length", [321, 322])
def test_longer_windows_than_positions_are_told(tmp_path: Path, window_length: int) -> None:
    """Such a folder is refused when it is loaded, and does not fail at each long text."""
    with pytest.raises(ModelError, match=rf"window_length {window_length}.* the 320 positions"):
        Extractor.load(_with_mpnet(tmp_path, window_length), device="cpu")


def test_weights_beyond_the_network_are_not_read(folder: Path, tmp_path: Path) -> None:
    """A file of more bytes than the network has numbers for, such as one full of holes, is refused unread."""
    copied = _copy(folder, tmp_path, "")
    os.truncate(copied / "model.safetensors", 2**40)
    with pytest.raises(ModelError, match=r"model\.safetensors has 1099511627776 bytes, the limit is"):
        Extractor.load(copied, device="cpu")


def test_weights_of_the_wanted_hash_are_loaded(folder: Path) -> None:
    """The hash may be written in either case."""
    wanted = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    for given in (wanted, wanted.upper()):
        assert Extractor.load(folder, device="cpu", sha256=given).info.sha256 == wanted


def test_weights_of_another_hash_are_refused_unread(folder: Path, tmp_path: Path) -> None:
    """The error names the file and both hashes; what the file holds does not matter then."""
    copied = _copy(folder, tmp_path, "model.safetensors")
    (copied / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"model\.safetensors has the SHA-256 d9298a10.*, wanted is 0000"):
        Extractor.load(copied, device="cpu", sha256="0" * 64)
