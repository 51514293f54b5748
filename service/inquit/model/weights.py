"""Model folders: writing, finding, reading and checking them."""

from __future__ import annotations

import json
import math
import os
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from inquit.errors import ModelError
from inquit.model.config import CONFIG_FILE, ModelConfig
from inquit.model.files import brief, panics_told, read_model_file
from inquit.model.network import Network
from inquit.model.storage import WEIGHTS_FILE, Storage, read_weights, weights_sha256, write_weights
from inquit.model.tokenizer_parts import check_tokenizer
from inquit.model.windows import LENGTH_STEP, stepped

__all__ = [
    "DEFAULT_MODEL",
    "SHORT_NAMES",
    "LoadedNetwork",
    "find_model",
    "load_network",
    "load_tokenizer",
    "save_model",
    "sha256_of",
]

DEFAULT_MODEL = "inquit-small-en"
SHORT_NAMES = {"small": "inquit-small-en", "base": "inquit-base-en"}
"""What bundled models may be called for short."""
_SHIPPED = frozenset(SHORT_NAMES.values())
TOKENIZER_FILE = "tokenizer.json"
_MOST_TOKENIZER_BYTES = 64 * 1024 * 1024
# A number takes 8 bytes at most, and one more where a double is the scale of each.
_MOST_BYTES_OF_A_NUMBER = 9
_MOST_BYTES_BESIDE = 16 * 1024 * 1024
_TRIAL = "“We saw it,” said Ada. \N{COMBINING ACUTE ACCENT}\N{SLIGHTLY SMILING FACE}"
"""With characters that few tokenizers know."""


def find_model(model: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a model: a bundled model's name, `small` or `base`, a path, or None for the default.

    Bundled models lie in the installed package, or in `models/` of a checkout. A folder that is
    called like a short name is meant by `./small`.
    """
    wanted = DEFAULT_MODEL if model is None else os.fspath(model)
    if not wanted:
        raise ModelError("the name of the model is empty")
    is_short = wanted in SHORT_NAMES
    wanted = SHORT_NAMES.get(wanted, wanted)
    if model is not None and not is_short and Path(wanted).is_dir():
        return Path(wanted)
    if Path(wanted).name == wanted:
        for place in _bundled_places():
            if (place / wanted).is_dir():
                return place / wanted
    advice = (
        f"; it lies in models/{wanted} of inquit's repository: give that folder" if wanted in _SHIPPED else ""
    )
    raise ModelError(
        f"no model {wanted!r}: neither a folder nor a bundled model; bundled here: {', '.join(_bundled()) or 'none'}"
        + advice
    )


def _bundled() -> list[str]:
    return sorted(
        {f.name for place in _bundled_places() if place.is_dir() for f in place.iterdir() if f.is_dir()}
    )


def _bundled_places() -> list[Path]:
    package = Path(str(resources.files("inquit")))
    return [package / "models", package.parent.parent / "models"]


def sha256_of(folder: Path) -> str:
    """Return the SHA-256, hex, of the weight file; of shards, of all one after the other."""
    return weights_sha256(folder)


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
    with torch.device("meta"):
        network = Network.from_config(config)
    _check_positions(folder, network, config.window_length)
    shapes = {name: value.shape for name, value in network.state_dict().items()}
    most_bytes = _MOST_BYTES_BESIDE + _MOST_BYTES_OF_A_NUMBER * sum(map(math.prod, shapes.values()))
    weights, found = read_weights(folder, sha256=sha256, most_bytes=most_bytes)
    _check_shapes(folder, weights, shapes)
    network = Network.from_config(config)
    # Taken as they are: copied, they would be in memory twice.
    network.load_state_dict(weights, strict=True, assign=True)
    return LoadedNetwork(network.eval(), found)


def _check_positions(folder: Path, network: Network, window_length: int) -> None:
    """Refuse windows that, filled up to a whole step, are longer than the encoder has positions for."""
    embeddings = getattr(network.tokens.encoder, "embeddings", None)
    table = getattr(embeddings, "position_embeddings", None)
    if not isinstance(table, nn.Embedding):
        return
    # RoBERTa and MPNet number the tokens of a text from behind the id of padding on.
    positions = table.num_embeddings - (0 if table.padding_idx is None else table.padding_idx + 1)
    if stepped(window_length) > positions:
        raise ModelError(
            f"{folder / CONFIG_FILE}: window_length {window_length}, in steps of {LENGTH_STEP}, is beyond"
            f" the {positions} positions of the encoder"
        )


def _check_shapes(folder: Path, weights: dict[str, Tensor], shapes: dict[str, torch.Size]) -> None:
    for name in sorted(weights.keys() | shapes.keys()):
        found = weights[name].shape if name in weights else None
        if found != shapes.get(name):
            wanted = shapes.get(name)
            raise ModelError(
                f"{folder}: {WEIGHTS_FILE} does not fit {CONFIG_FILE}: {brief(name)} is {_told(found)}, not {_told(wanted)}"
            )


def _told(shape: torch.Size | None) -> str:
    return "not there" if shape is None else f"of shape {list(shape)}"


def save_model(
    folder: Path,
    network: Network,
    config: ModelConfig,
    tokenizer: Tokenizer,
    storage: Storage | str = Storage.FLOAT16,
) -> None:
    """Write weights, configuration and tokenizer; the folder is made if need be.

    Half precision halves the files; what it changes is below what a training seed changes. 8-bit
    numbers, `Storage.INT8`, halve them again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder, network.state_dict(), storage)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    config.save(folder)
