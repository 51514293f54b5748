"""`inquit pack`: a trained model in the form that is shipped."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from inquit.cli.failures import needs_extra
from inquit.errors import DataError

__all__ = ["pack"]

# What a model folder may hold besides weights, configuration and tokenizer.
_BESIDE = ("README.md", "eval.json", "reliability.svg", "min_confidence.svg")


def pack(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model folder, or a bundled model's name.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The new folder.")],
    *,
    storage: Annotated[str, typer.Option(metavar="float16|int8", help="How weights are stored.")] = "int8",
) -> None:
    """Store a model's weights as 8-bit numbers or in half precision, in files of less than 50 MB each."""
    with needs_extra("server"):
        from inquit.model.config import ModelConfig
        from inquit.model.storage import Storage
        from inquit.model.weights import find_model, load_network, load_tokenizer, save_model, sha256_of
    if storage not in set(Storage):
        raise typer.BadParameter(f"{storage!r} is none of {', '.join(Storage)}", param_hint="--storage")
    folder = find_model(model)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out} is there already; give a folder that is new or empty")
    config = ModelConfig.load(folder)
    network = load_network(folder, config).network
    save_model(out, network, config, load_tokenizer(folder), Storage(storage))
    for name in _BESIDE:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, out / name)
    size = sum(f.stat().st_size for f in out.glob("*.safetensors"))
    typer.echo(f"{out}: {size / 1e6:.1f} MB of weights, SHA-256 {sha256_of(out)}")
