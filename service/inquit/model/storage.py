"""How weights lie in a model folder: one file or shards, in half precision or as 8-bit numbers.

One file is `model.safetensors`. Shards are `model-00001-of-0000N.safetensors` with an index of which
tensor lies where, `model.safetensors.index.json`, as Hugging Face writes them. An 8-bit matrix has
beside it a scale for each stretch of its rows; it is computed with in the precision of the device.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor

from inquit.errors import ModelError
from inquit.model.files import brief, read_model_file

__all__ = [
    "INDEX_FILE",
    "MOST_SHARD_BYTES",
    "WEIGHTS_FILE",
    "Storage",
    "read_weights",
    "weights_bytes",
    "weights_sha256",
    "write_weights",
]

WEIGHTS_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
MOST_SHARD_BYTES = 48_000_000
"""Of tensors in one file; hosts of repositories warn of files beyond 50 MB."""
_SHARD = re.compile(r"model-(\d{5})-of-(\d{5})\.safetensors")
_MOST_INDEX_BYTES = 4 * 1024 * 1024
_MOST_SHARDS = 1000
_DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
_SCALE = ".scale"
_LARGEST = 127
_LEAST_SCALE = 1e-7
_STRETCH = 64
# Smaller matrices are a thousandth of the weights, and heads that decide a lot.
_LEAST_QUANTISED = 100_000


class Storage(StrEnum):
    """In what form weights are written."""

    FLOAT16 = "float16"
    INT8 = "int8"
    """Matrices as 8-bit numbers with a scale for each 64 of a row, the rest as float16: half the size."""


def write_weights(
    folder: Path,
    weights: Mapping[str, Tensor],
    storage: Storage | str,
    *,
    most_bytes: int = MOST_SHARD_BYTES,
) -> None:
    """Write weights into a folder in place of those it has; more than `most_bytes` become shards.

    Raise ValueError for a storage that there is not. Where writing breaks off, the folder has its old
    weights or none, never shards of both.
    """
    stored = dict(_stored(weights, Storage(storage)))
    parts = _parted(stored, most_bytes)
    names = [WEIGHTS_FILE]
    if len(parts) > 1:
        names = [f"model-{n:05}-of-{len(parts):05}.safetensors" for n in range(1, len(parts) + 1)]
        (folder / INDEX_FILE).unlink(missing_ok=True)
    for name, keys in zip(names, parts, strict=True):
        partial = folder / (name + ".partial")
        save_file({key: stored[key] for key in keys}, partial, metadata={"format": "pt"})
        # safetensors writes for the owner alone; a server may run as another user.
        partial.chmod(0o644)
        partial.replace(folder / name)
    if len(parts) > 1:
        index = {
            "metadata": {"total_size": sum(map(_bytes, stored.values()))},
            "weight_map": {key: name for name, keys in zip(names, parts, strict=True) for key in keys},
        }
        partial = folder / (INDEX_FILE + ".partial")
        partial.write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
        partial.replace(folder / INDEX_FILE)
    kept = {*names, INDEX_FILE} if len(parts) > 1 else {*names}
    for path in folder.iterdir():
        if path.name not in kept and (path.name in {WEIGHTS_FILE, INDEX_FILE} or _SHARD.fullmatch(path.name)):
            path.unlink()


def weights_sha256(folder: Path) -> str:
    """Return the SHA-256, hex, of the weight file, or of all shards one after the other."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(read_model_file(path))
    return digest.hexdigest()


def weights_bytes(folder: Path) -> int:
    """Return how many bytes the weight files take."""
    return sum(path.stat().st_size for path in _files(folder))


def read_weights(
    folder: Path, *, sha256: str | None = None, most_bytes: int | None = None
) -> tuple[dict[str, Tensor], str]:
    """Return the weights as float32, and their SHA-256; raise ModelError naming the file at fault.

    Weights of another SHA-256 than the one given are refused before they are looked at, and files of
    more than `most_bytes` together before they are read: links to one shard would multiply it.
    """
    files = _files(folder)
    data: list[bytes] = []
    digest = hashlib.sha256()
    for path in files:
        left = None if most_bytes is None else most_bytes - sum(map(len, data))
        # Kept, as the hash is that of the bytes that are used: a file may be another a moment later.
        data.append(read_model_file(path, most_bytes=left))
        digest.update(data[-1])
    found = digest.hexdigest()
    if sha256 is not None and found != sha256.lower():
        what = files[0] if len(files) == 1 else folder
        raise ModelError(f"{what} has the SHA-256 {found}, wanted is {sha256}")
    weights: dict[str, Tensor] = {}
    for path in files:
        loaded = _loaded(path, data.pop(0))
        twice = weights.keys() & loaded.keys()
        if twice:
            raise ModelError(f"{path} repeats {brief(min(twice))}")
        weights |= loaded
    return weights, found


def _loaded(path: Path, data: bytes) -> dict[str, Tensor]:
    try:
        stored = load(data)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read: {brief(error)}") from error
    weights = {}
    for name in sorted(stored):
        value = stored[name]
        matrix = stored.get(name.removesuffix(_SCALE)) if name.endswith(_SCALE) else None
        if matrix is not None and matrix.dtype is torch.int8:
            continue
        if value.dtype is torch.int8:
            weights[name] = _scaled(path, name, value, stored.get(name + _SCALE))
        elif value.dtype in _DTYPES:
            weights[name] = value.float()
        else:
            raise ModelError(f"{path}: {brief(name)} is of {value.dtype}, not int8, float16 or wider")
        if not _is_finite(weights[name]):
            raise ModelError(f"{path}: {brief(name)} holds values that are no finite numbers")
    return weights


def _scaled(path: Path, name: str, value: Tensor, scale: Tensor | None) -> Tensor:
    """Return an 8-bit matrix of shape [rows, columns]; `scale` has shape [rows, stretches]."""
    fits = value.dim() == 2 and scale is not None and scale.dtype in _DTYPES and scale.dim() == 2
    if not fits or scale is None or scale.shape[0] != value.shape[0] or not _divides(scale, value):
        raise ModelError(f"{path}: {brief(name)} is of torch.int8 without scales for its rows")
    rows, count = scale.shape
    stretches = value.float().view(rows, count, value.shape[1] // count)
    return stretches.mul_(scale.float()[:, :, None]).view(value.shape)


def _divides(scale: Tensor, value: Tensor) -> bool:
    return scale.shape[1] > 0 and value.shape[1] % scale.shape[1] == 0


def _is_finite(values: Tensor) -> bool:
    # One pass that makes nothing; both ends are NaN where any value is.
    return values.numel() == 0 or all(math.isfinite(end) for end in values.aminmax())


def _files(folder: Path) -> list[Path]:
    """Return the weight files in the order of their numbers."""
    if (folder / WEIGHTS_FILE).exists() or not (folder / INDEX_FILE).exists():
        return [folder / WEIGHTS_FILE]
    path = folder / INDEX_FILE
    text = read_model_file(path, most_bytes=_MOST_INDEX_BYTES)
    try:
        named = set(json.loads(text)["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{path} is no index of weights: {brief(error)}") from error
    if not 1 <= len(named) <= _MOST_SHARDS:
        raise ModelError(f"{path} names {len(named)} files; between 1 and {_MOST_SHARDS} can be read")
    for name in named:
        # Nothing outside of the folder is read.
        if not isinstance(name, str) or not _SHARD.fullmatch(name):
            raise ModelError(f"{path} names {brief(name)}, which is no shard of weights")
    return [folder / name for name in sorted(named)]


def _stored(weights: Mapping[str, Tensor], storage: Storage) -> Iterator[tuple[str, Tensor]]:
    for name, value in weights.items():
        plain = value.detach().to("cpu", torch.float32)
        if storage is Storage.INT8 and plain.dim() == 2 and plain.numel() >= _LEAST_QUANTISED:
            count = plain.shape[1] // _STRETCH if plain.shape[1] % _STRETCH == 0 else 1
            stretches = plain.view(plain.shape[0], count, -1)
            # Of the scale as it is stored, so that nothing is rounded twice.
            scale = (stretches.abs().amax(dim=2) / _LARGEST).clamp(min=_LEAST_SCALE).to(torch.float16)
            numbers = (stretches / scale.float()[:, :, None]).round().clamp(-_LARGEST, _LARGEST)
            yield name, numbers.to(torch.int8).view(plain.shape).contiguous()
            yield name + _SCALE, scale.contiguous()
        else:
            yield name, plain.to(torch.float16).contiguous()


def _parted(stored: Mapping[str, Tensor], most_bytes: int) -> list[list[str]]:
    """Part tensors into files in order; an 8-bit matrix and its scale stay together."""
    parts: list[list[str]] = [[]]
    filled = 0
    for name, value in stored.items():
        if name.endswith(_SCALE) and name.removesuffix(_SCALE) in parts[-1]:
            parts[-1].append(name)
            filled += _bytes(value)
            continue
        if parts[-1] and filled + _bytes(value) > most_bytes:
            parts.append([])
            filled = 0
        parts[-1].append(name)
        filled += _bytes(value)
    return parts


def _bytes(value: Tensor) -> int:
    return value.numel() * value.element_size()
