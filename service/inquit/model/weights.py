"""Model folders: writing, finding, reading and checking them."""

from __future__ import annotations

import hashlib
import json
import math
import os
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from tokenizers import Tokenizer
from torch import Tensor

from inquit.errors import ModelError
from inquit.model.config import CONFIG_FILE, ModelConfig
from inquit.model.files import brief, panics_told, read_model_file
from inquit.model.network import Network
from inquit.model.tokenizer_parts import check_tokenizer

__all__ = [
    "DEFAULT_MODEL",
    "LoadedNetwork",
    "find_model",
    "load_network",
    "load_tokenizer",
    "save_model",
    "sha256_of",
]

DEFAULT_MODEL = "inquit-small-en"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
_MOST_TOKENIZER_BYTES = 64 * 1024 * 1024
_TRIAL = "“We saw it,” said Ada. \N{COMBINING ACUTE ACCENT}\N{SLIGHTLY SMILING FACE}"
"""With characters that few tokenizers know."""
_DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def find_model(model: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a model: a path, a bundled model's name, or None for the default.

    Bundled models lie in the installed package, or in `models/` of a checkout.
    """
    wanted = DEFAULT_MODEL if model is None else os.fspath(model)
    if not wanted:
        raise ModelError("the name of the model is empty")
    if model is not None and Path(wanted).is_dir():
        return Path(wanted)
    if Path(wanted).name == wanted:
        for place in _bundled_places():
            if (place / wanted).is_dir():
                return place / wanted
    raise ModelError(f"no model {wanted!r}: neither a folder nor a bundled model")


def _bundled_places() -> list[Path]:
    package = Path(str(resources.files("inquit")))
    return [package / "models", package.parent.parent / "models"]


def sha256_of(folder: Path) -> str:
    """Return the SHA-256 of the weight file, hex."""
    return hashlib.sha256(read_model_file(folder / WEIGHTS_FILE)).hexdigest()


def load_tokenizer(folder: Path, pieces: int | None = None) -> Tokenizer:
    """Read the tokenizer of a model folder, for a network that knows that many pieces."""
    path = folder / TOKENIZER_FILE
    text = read_model_file(path, most_bytes=_MOST_TOKENIZER_BYTES)
    try:
        check_tokenizer(json.loads(text))
        with panics_told():
            tokenizer = Tokenizer.from_buffer(text)
            # What the file says of these would apply to the trial, and is not used.
            tokenizer.no_truncation()
            tokenizer.no_padding()
            tokenizer.encode(_TRIAL, add_special_tokens=False)
    except Exception as error:  # the tokenizers library raises plain Exception
        raise ModelError(f"{path} is not a tokenizer: {brief(error)}") from error
    last = max(tokenizer.get_vocab().values(), default=0)
    if pieces is not None and last >= pieces:
        raise ModelError(f"{path} has a piece {last}, the network knows {pieces}")
    return tokenizer


class LoadedNetwork(NamedTuple):
    """A network and the SHA-256, hex, of the file that its weights came from."""

    network: Network
    sha256: str


def load_network(folder: Path, config: ModelConfig, *, sha256: str | None = None) -> LoadedNetwork:
    """Build the network and read its weights, as float32 on the CPU, in evaluation mode.

    Weights of another SHA-256 than the one given are refused before they are looked at. The network
    takes no memory before its shapes are known to be those of the weights.
    """
    path = folder / WEIGHTS_FILE
    weights, found = _weights(path, sha256)
    with torch.device("meta"):
        shapes = {name: value.shape for name, value in Network.from_config(config).state_dict().items()}
    _check_shapes(path, weights, shapes)
    network = Network.from_config(config)
    network.load_state_dict(weights, strict=True)
    return LoadedNetwork(network.eval(), found)


def _weights(path: Path, sha256: str | None) -> tuple[dict[str, Tensor], str]:
    data = read_model_file(path)
    # Of the bytes that are used: the file may be another a moment later.
    found = hashlib.sha256(data).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise ModelError(f"{path} has the SHA-256 {found}, wanted is {sha256}")
    try:
        weights = load(data)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read: {brief(error)}") from error
    del data
    for name, value in weights.items():
        if value.dtype not in _DTYPES:
            raise ModelError(f"{path}: {brief(name)} is of {value.dtype}, not float16 or wider")
        weights[name] = value.float()
        if not _is_finite(weights[name]):
            raise ModelError(f"{path}: {brief(name)} holds values that are no finite numbers")
    return weights, found


def _is_finite(values: Tensor) -> bool:
    # One pass that makes nothing; both ends are NaN where any value is.
    return values.numel() == 0 or all(math.isfinite(end) for end in values.aminmax())


def _check_shapes(path: Path, weights: dict[str, Tensor], shapes: dict[str, torch.Size]) -> None:
    for name in sorted(weights.keys() | shapes.keys()):
        found = weights[name].shape if name in weights else None
        if found != shapes.get(name):
            wanted = shapes.get(name)
            raise ModelError(
                f"{path} does not fit its {CONFIG_FILE}: {brief(name)} is {_told(found)}, not {_told(wanted)}"
            )


def _told(shape: torch.Size | None) -> str:
    return "not there" if shape is None else f"of shape {list(shape)}"


def save_model(folder: Path, network: Network, config: ModelConfig, tokenizer: Tokenizer) -> None:
    """Write weights (float16), configuration and tokenizer; the folder is made if need be.

    Half precision halves the file; what it changes is below what a training seed changes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.detach().to("cpu", torch.float16).contiguous() for k, v in network.state_dict().items()}
    partial = folder / (WEIGHTS_FILE + ".partial")
    save_file(weights, partial, metadata={"format": "pt"})
    # safetensors writes for the owner alone; a server may run as another user.
    partial.chmod(0o644)
    partial.replace(folder / WEIGHTS_FILE)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    config.save(folder)
