from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from inquit.errors import ModelError
from inquit.model.storage import (
    INDEX_FILE,
    WEIGHTS_FILE,
    Storage,
    read_weights,
    weights_sha256,
    write_weights,
)

_ROWS, _COLUMNS = 400, 320


def _weights() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {
        "words": torch.randn(_ROWS, _COLUMNS) * torch.logspace(-3, 1, _ROWS)[:, None],
        "head": torch.randn(7, 32),
        "odd": torch.randn(1001, 101),
        "bias": torch.randn(32),
    }


def _shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("model-*.safetensors"))


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    """Return a folder with weights in several shards of 8-bit numbers."""
    write_weights(tmp_path, _weights(), Storage.INT8, most_bytes=120_000)
    assert len(_shards(tmp_path)) >= 2
    return tmp_path


@pytest.mark.parametrize("most_bytes", [100_000, 10_000_000])
def test_half_precision_survives(tmp_path: Path, most_bytes: int) -> None:
    """Weights in one file or in shards are what was written, to half precision, as float32."""
    write_weights(tmp_path, _weights(), Storage.FLOAT16, most_bytes=most_bytes)
    read, _ = read_weights(tmp_path)
    for name, value in _weights().items():
        assert read[name].dtype == torch.float32
        torch.testing.assert_close(read[name], value, rtol=1e-3, atol=1e-4)


def test_eight_bits_are_within_a_step_of_their_stretch(sharded: Path) -> None:
    """A large matrix is off by half a step of its row's scale at most, small ones by half precision."""
    read, _ = read_weights(sharded)
    before = _weights()
    for name, stretch in (("words", 64), ("odd", 101)):
        rows, columns = before[name].shape
        off = (read[name] - before[name]).view(rows, columns // stretch, stretch).abs().amax(dim=2)
        largest = before[name].view(rows, columns // stretch, stretch).abs().amax(dim=2)
        assert (off <= 0.55 * largest / 127 + 1e-7).all()
    torch.testing.assert_close(read["head"], before["head"], rtol=1e-3, atol=1e-6)
    assert {v.dtype for v in load_file(_shards(sharded)[0]).values()} == {torch.int8, torch.float16}


def test_no_file_is_larger_than_asked_for(sharded: Path) -> None:
    """Shards stay below the limit but for what one tensor takes, and the index tells all of them."""
    index = json.loads((sharded / INDEX_FILE).read_text(encoding="utf-8"))
    assert set(index["weight_map"].values()) == {p.name for p in _shards(sharded)}
    assert max(p.stat().st_size for p in _shards(sharded)) < 150_000
    assert index["metadata"]["total_size"] < sum(p.stat().st_size for p in _shards(sharded))


def test_the_hash_is_that_of_the_shards_in_a_row(sharded: Path) -> None:
    """A user can check the model with `cat model-*.safetensors | sha256sum`."""
    expected = hashlib.sha256(b"".join(p.read_bytes() for p in _shards(sharded))).hexdigest()
    assert weights_sha256(sharded) == read_weights(sharded)[1] == expected
    assert read_weights(sharded, sha256=expected.upper())[1] == expected
    with pytest.raises(ModelError, match="wanted is 0000"):
        read_weights(sharded, sha256="0" * 64)


def test_a_storage_may_be_named(tmp_path: Path) -> None:
    """`int8` means 8-bit numbers as text too, and nothing is written in a form that there is not."""
    with pytest.raises(ValueError, match="int4"):
        write_weights(tmp_path, _weights(), "int4")
    assert not any(tmp_path.iterdir())
    write_weights(tmp_path, _weights(), "int8")
    assert load_file(tmp_path / WEIGHTS_FILE)["words"].dtype is torch.int8


def test_writing_that_breaks_off_mixes_nothing(sharded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New shards beside old ones of the same names are never read as one model."""
    before = [p.name for p in _shards(sharded)]
    full: list[Path] = []

    def fill_the_disk(tensors: dict[str, torch.Tensor], path: Path, metadata: dict[str, str]) -> None:
        if full:
            raise OSError("no space left")
        full.append(path)
        save_file(tensors, path, metadata=metadata)

    monkeypatch.setattr("inquit.model.storage.save_file", fill_the_disk)
    changed = {name: -value for name, value in _weights().items()}
    with pytest.raises(OSError, match="no space"):
        write_weights(sharded, changed, Storage.INT8, most_bytes=120_000)
    assert [p.name for p in _shards(sharded)] == before
    with pytest.raises(ModelError, match="is missing"):
        read_weights(sharded)


def test_links_to_one_shard_are_not_all_read(sharded: Path) -> None:
    """What many names lead to counts each time, so that a small folder does not fill the memory."""
    first = _shards(sharded)[0]
    names = [f"model-{n:05}-of-00999.safetensors" for n in range(1, 1000)]
    for name in names:
        (sharded / name).symlink_to(first)
    _index(sharded, {name: name for name in names})
    with pytest.raises(ModelError, match=r"model-00003-of-00999.* the limit is"):
        read_weights(sharded, most_bytes=5 * first.stat().st_size // 2)


def test_a_matrix_without_rows_is_read(tmp_path: Path) -> None:
    """An empty 8-bit matrix is left to the comparison of shapes."""
    save_file(
        {"a": torch.ones(0, 64, dtype=torch.int8), "a.scale": torch.ones(0, 1)}, tmp_path / WEIGHTS_FILE
    )
    assert read_weights(tmp_path)[0]["a"].shape == (0, 64)


def test_writing_again_leaves_nothing_of_before(sharded: Path) -> None:
    """A folder never holds the shards of one model and the file of another."""
    write_weights(sharded, _weights(), Storage.FLOAT16)
    assert [p.name for p in sharded.iterdir()] == [WEIGHTS_FILE]
    write_weights(sharded, _weights(), Storage.FLOAT16, most_bytes=100_000)
    assert not (sharded / WEIGHTS_FILE).exists()


def _index(folder: Path, weight_map: object) -> None:
    (folder / INDEX_FILE).write_text(json.dumps({"weight_map": weight_map}), encoding="utf-8")


@pytest.mark.parametrize(
    ("weight_map", "complaint"),
    [
        ({"words": "../other.safetensors"}, "no shard"),
        ({"words": "/etc/model-00001-of-00001.safetensors"}, "no shard"),
        ({"words": "config.json"}, "no shard"),
        ({"words": 3}, "no shard"),
        ({"words": ["model-00001-of-00002.safetensors"]}, "no index"),
        ({"words": "model-00009-of-00009.safetensors"}, "is missing"),
        ({}, "names 0 files"),
        ({str(n): f"model-{n:05}-of-99999.safetensors" for n in range(1001)}, "names 1001 files"),
        ([], "no index"),
        (None, "no index"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_hostile_index_is_refused(sharded: Path, weight_map: object, complaint: str) -> None:
    """An index leads to shards of its own folder and nowhere else."""
    _index(sharded, weight_map)
    with pytest.raises(ModelError, match=complaint):
        read_weights(sharded)


def test_a_tensor_in_two_shards_is_refused(sharded: Path) -> None:
    """Nobody has to guess which of two is meant."""
    first, second = _shards(sharded)[:2]
    second.write_bytes(first.read_bytes())
    with pytest.raises(ModelError, match="repeats"):
        read_weights(sharded)


@pytest.mark.parametrize(
    ("tensors", "complaint"),
    [
        ({"a": torch.ones(4, 8, dtype=torch.int8)}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.ones(3, 1)}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.ones(4, 3)}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.ones(4, 0)}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.ones(4)}, "without scales"),
        ({"a": torch.ones(8, dtype=torch.int8), "a.scale": torch.ones(8, 1)}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.ones(4, 1).int()}, "without scales"),
        ({"a": torch.ones(4, 8, dtype=torch.int8), "a.scale": torch.full((4, 1), torch.inf)}, "no finite"),
        ({"a.scale": torch.ones(4, 1, dtype=torch.int8)}, "without scales"),
        ({"a": torch.ones(4, dtype=torch.int32)}, "torch.int32"),
        ({"a": torch.full((4,), torch.nan)}, "no finite"),
    ],
    ids=str,
)
def test_hostile_tensors_are_refused(
    tmp_path: Path, tensors: dict[str, torch.Tensor], complaint: str
) -> None:
    """Numbers that mean nothing are told by their name, not computed with."""
    save_file(tensors, tmp_path / WEIGHTS_FILE)
    with pytest.raises(ModelError, match=complaint):
        read_weights(tmp_path)
