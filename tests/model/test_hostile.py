"""Model folders from anybody: whatever is in them, loading ends with an error that names file and fault."""

from __future__ import annotations

import base64
import json
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Regex, pre_tokenizers

from inquit.errors import ModelError
from inquit.extractor import Extractor
from inquit.model.encoding import TextEncoder
from inquit.model.weights import load_tokenizer, save_model
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

Attack = Callable[[Path], object]
_WEIGHT = "tokens.tag_head.weight"
_NEEDS_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
_NEEDS_ZERO = pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a saved model; tests must not change it."""
    path = tmp_path_factory.mktemp("model") / "sound"
    save_model(path, tiny_network(), tiny_config(), tiny_tokenizer())
    return path


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder, to be spoilt."""
    return Path(shutil.copytree(sound, tmp_path / "model"))


def _raw(name: str, content: bytes) -> Attack:
    return lambda folder: (folder / name).write_bytes(content)


def _headed(header: bytes, data: bytes = b"") -> Attack:
    return _raw("model.safetensors", struct.pack("<Q", len(header)) + header + data)


def _tensor(shape: list[int], dtype: str = "F32") -> Attack:
    fields = {"dtype": dtype, "shape": shape, "data_offsets": [0, 4]}
    return _headed(json.dumps({_WEIGHT: fields}).encode(), bytes(4))


def _weight(change: Callable[[torch.Tensor], torch.Tensor], name: str = _WEIGHT) -> Attack:
    def attack(folder: Path) -> None:
        path = folder / "model.safetensors"
        weights = load_file(path)
        weights[name] = change(weights[_WEIGHT])
        save_file(weights, path)

    return attack


def _changed(name: str, change: Callable[[dict[str, Any]], object]) -> Attack:
    def attack(folder: Path) -> None:
        values = json.loads((folder / name).read_text(encoding="utf-8"))
        change(values)
        (folder / name).write_text(json.dumps(values), encoding="utf-8")

    return attack


def _config(**changes: Any) -> Attack:
    return _changed("config.json", lambda values: values.update(changes))


def _encoder(**changes: Any) -> Attack:
    return _changed("config.json", lambda values: values["encoder"].update(changes))


def _tokenizer(**changes: Any) -> Attack:
    return _changed("tokenizer.json", lambda values: values.update(changes))


def _wordpiece(change: Callable[[dict[str, Any]], object]) -> Attack:
    return _changed("tokenizer.json", lambda values: change(values["model"]))


def _replaced(name: str, put: Callable[[Path], object]) -> Attack:
    def attack(folder: Path) -> None:
        (folder / name).unlink()
        put(folder / name)

    return attack


def _table(entry: bytes) -> str:
    return base64.b64encode(struct.pack("<I", 0) + entry + b"\0").decode()


def _split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def _refuse(folder: Path, attack: Attack, file: str, fault: str) -> None:
    attack(folder)
    with pytest.raises(ModelError, match=fault) as caught:
        Extractor.load(folder, device="cpu")
    assert file in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        pytest.param(_raw("model.safetensors", b"\x80\x04\x95pickle"), "cannot be read", id="pickle"),
        pytest.param(_raw("model.safetensors", struct.pack("<Q", 2**63) + b"{}"), "too large", id="length"),
        pytest.param(_headed(b"[" * 100_000), "cannot be read", id="nested-header"),
        pytest.param(_headed(b'{"a":'), "cannot be read", id="broken-header"),
        pytest.param(_tensor([2**40, 2**40]), "overflow", id="shape-beyond-the-file"),
        pytest.param(_tensor([8], "F4"), "cannot be read", id="unknown-type"),
        pytest.param(_weight(lambda t: t.to(torch.int8)), "torch.int8", id="whole-numbers"),
        pytest.param(_weight(lambda t: t.to(torch.complex64)), "torch.complex64", id="complex"),
        pytest.param(_weight(lambda t: t * float("nan")), "no finite numbers", id="not-a-number"),
        pytest.param(_weight(lambda t: t * float("inf")), "no finite numbers", id="infinite"),
        pytest.param(_weight(lambda t: t[:1].contiguous()), r"is of shape \[1, 32\]", id="shape"),
        pytest.param(_weight(torch.clone, "x\x1b[2J" * 99), "not there", id="unknown-weight"),
        pytest.param(_replaced("model.safetensors", Path.mkdir), "cannot be read|plain", id="folder"),
        pytest.param(
            _replaced("model.safetensors", lambda path: path.symlink_to(path)), "cannot be read", id="loop"
        ),
        pytest.param(
            _replaced("model.safetensors", lambda path: os.mkfifo(path)),  # noqa: PLW0108  # not on each system
            "plain file",
            id="pipe",
            marks=_NEEDS_PIPES,
        ),
    ],
)
def test_hostile_weights_are_refused(folder: Path, attack: Attack, fault: str) -> None:
    """No weight file crashes, hangs, runs code or takes more memory than it has bytes."""
    _refuse(folder, attack, "model.safetensors", fault)


def test_truncated_weights_are_refused(folder: Path) -> None:
    """A download that broke off is told as such."""
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="not fully covered"):
        Extractor.load(folder, device="cpu")


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        pytest.param(_raw("config.json", b"[" * 200_000), "recursion", id="nested"),
        pytest.param(_raw("config.json", b" " * 2**20 + b"{}"), "limit is", id="long"),
        pytest.param(_raw("config.json", b"9" * 10_000), "digits", id="digits"),
        pytest.param(_config(pointer_width=10**18), "pointer_width", id="width"),
        pytest.param(_config(name="a\x1b[2J\nb"), "printable", id="name"),
        pytest.param(_config(name="a" * 257), "256", id="long-name"),
        pytest.param(_config(encoder=[]), "not an object", id="list"),
        pytest.param(_config(decoding={"sharpness": float("nan")}), "sharpness", id="not-a-number"),
        pytest.param(_config(quote_calibration={"slope": float("inf")}), "slope", id="infinite"),
        pytest.param(_encoder(hidden_size=10**9), "hidden_size", id="hidden"),
        pytest.param(_encoder(vocab_size=10**12), "vocab_size", id="vocabulary"),
        pytest.param(_encoder(num_hidden_layers=10**9), "num_hidden_layers", id="layers"),
        pytest.param(_encoder(num_labels=10**7), "num_labels", id="labels"),
        pytest.param(
            _encoder(model_type="albert", inner_group_num=10**7), "inner_group_num", id="layers-of-a-group"
        ),
        pytest.param(
            _encoder(model_type="albert", inner_group_num=64, num_hidden_groups=64),
            "num_hidden_groups times",
            id="layers-of-groups",
        ),
        pytest.param(
            _encoder(model_type="albert", inner_group_num=64, num_hidden_layers=64),
            "num_hidden_layers times",
            id="layers-again-and-again",
        ),
        pytest.param(_encoder(max_position_embeddings="many"), "max_position", id="positions"),
        pytest.param(_encoder(hidden_size=-32), "encoder", id="negative"),
        pytest.param(_encoder(num_attention_heads=0), "encoder", id="no-heads"),
        pytest.param(_encoder(hidden_act="__import__"), "encoder", id="activation"),
        pytest.param(_encoder(hidden_act="a" * 257), "256", id="long-text"),
        pytest.param(_encoder(pad_token_id=10**6), "encoder", id="padding"),
        pytest.param(_encoder(id2label={"0": [[1]]}), "nested", id="nested-value"),
        pytest.param(_encoder(keys_to_ignore=[1] * 1001), "1001 entries", id="long-list"),
        pytest.param(_encoder(auto_map={"AutoModel": "a/b--c.D"}), "auto_map", id="code"),
        pytest.param(_encoder(_attn_implementation="a/b"), "_attn_implementation", id="kernel"),
        pytest.param(_encoder(attn_implementation="a/b"), "attn_implementation", id="kernel-by-name"),
        pytest.param(_encoder(quantization_config={"quant_method": "a"}), "quantization", id="quantised"),
        pytest.param(_encoder(model_type="timm_backbone"), "none of", id="fetches-weights"),
        pytest.param(_encoder(model_type="../../bert"), "none of", id="path"),
        pytest.param(
            _replaced("config.json", lambda path: path.symlink_to("/dev/zero")),
            "plain file",
            id="endless",
            marks=_NEEDS_ZERO,
        ),
    ],
)
def test_hostile_configurations_are_refused(folder: Path, attack: Attack, fault: str) -> None:
    """No configuration names code or files to fetch, or sizes that fill the memory."""
    _refuse(folder, attack, "config.json", fault)


def test_sizes_take_no_memory_before_they_are_checked(folder: Path) -> None:
    """A network of 100 GiB is refused by its shapes, without being built."""
    _refuse(folder, _encoder(hidden_size=160_000), "model.safetensors", "does not fit")


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        pytest.param(_raw("tokenizer.json", b"[" * 200_000), "recursion", id="nested"),
        pytest.param(_raw("tokenizer.json", b"[1]"), "not a tokenizer", id="list"),
        pytest.param(_tokenizer(pre_tokenizer=_split("(a+)+$")), "Split", id="backtracking"),
        pytest.param(
            _tokenizer(normalizer={"type": "Replace", "pattern": {"Regex": "(a*)*b"}, "content": ""}),
            "unknown pattern",
            id="backtracking-replacement",
        ),
        pytest.param(
            _tokenizer(normalizer={"type": "Replace", "pattern": {"String": "e"}, "content": "e" * 1000}),
            "longer",
            id="longer-text",
        ),
        pytest.param(
            _tokenizer(normalizer={"type": "Sequence", "normalizers": [{"type": "NFKC"}] * 33}),
            "32 steps",
            id="many-steps",
        ),
        pytest.param(
            _tokenizer(normalizer={"type": "Precompiled", "precompiled_charsmap": _table(b"e" * 65)}),
            "longer",
            id="longer-table",
        ),
        pytest.param(
            _tokenizer(normalizer={"type": "Precompiled", "precompiled_charsmap": "AAAA"}),
            "panicked",
            id="panic",
        ),
        pytest.param(
            _wordpiece(lambda model: model.update(max_input_chars_per_word=10**9)), "above", id="long-words"
        ),
        pytest.param(
            _wordpiece(lambda model: model["vocab"].update(said=10**6)), "the network knows", id="piece"
        ),
        pytest.param(
            _wordpiece(lambda model: (model["vocab"].pop("[UNK]"), model.update(unk_token="[NONE]"))),
            "UNK",
            id="no-unknown-piece",
        ),
        pytest.param(_wordpiece(lambda model: model.update(type="Other")), "Other", id="other-model"),
    ],
)
def test_hostile_tokenizers_are_refused(folder: Path, attack: Attack, fault: str) -> None:
    """No tokenizer brings patterns or replacements that a text can make endless."""
    _refuse(folder, attack, "tokenizer.json", fault)


def test_lengths_of_a_tokenizer_are_not_used(folder: Path) -> None:
    """A tokenizer that would cut texts short or fill them up reads them whole all the same."""
    cut = {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}
    padding: dict[str, Any] = {"strategy": {"Fixed": 10**9}, "direction": "Right", "pad_to_multiple_of": None}
    padding |= {"pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}
    text = "“We saw it,” said Ada Brill."
    expected = TextEncoder(load_tokenizer(folder)).encode(text).piece_ids.tolist()
    _tokenizer(truncation=cut, padding=padding)(folder)
    assert TextEncoder(load_tokenizer(folder)).encode(text).piece_ids.tolist() == expected


def test_linked_files_are_read(sound: Path, tmp_path: Path) -> None:
    """Links to plain files are followed, as mounted volumes and shared folders are made of them."""
    for file in sound.iterdir():
        (tmp_path / file.name).symlink_to(file)
    assert Extractor.load(tmp_path, device="cpu").info.name == "tiny"


def test_a_panic_while_reading_is_an_error() -> None:
    """A panic inside the tokenizers library fails one text, as any error of it, and not the thread."""
    tokenizer = tiny_tokenizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("(a+)+$"), "isolated")
    encoder = TextEncoder(tokenizer)
    with pytest.raises(RuntimeError, match="panicked"):
        encoder.encode("a" * 40 + "!")
    assert len(encoder.encode("We saw it.")) > 0
