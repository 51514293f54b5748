"""Model folders: writing, finding, reading and checking them."""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from inquit.errors import ModelError
from inquit.model.config import ModelConfig
from inquit.model.network import Network

__all__ = ["DEFAULT_MODEL", "find_model", "load_network", "load_tokenizer", "save_model", "sha256_of"]

DEFAULT_MODEL = "inquit-small-en"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"


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
    path = folder / WEIGHTS_FILE
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error


def load_tokenizer(folder: Path) -> Tokenizer:
    """Read the tokenizer of a model folder."""
    path = folder / TOKENIZER_FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise ModelError(f"{path} is not a tokenizer: {error}") from error


def load_network(folder: Path, config: ModelConfig) -> Network:
    """Build the network and read its weights, as float32 on the CPU, in evaluation mode."""
    path = folder / WEIGHTS_FILE
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    network = Network.from_config(config)
    try:
        network.load_state_dict({k: v.float() for k, v in weights.items()}, strict=True)
    except RuntimeError as error:
        raise ModelError(f"{path} does not fit its config.json: {error}") from error
    return network.eval()


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
