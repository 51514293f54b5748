"""Put the shipped model into wheels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MODEL = "inquit-small-en"


class ModelHook(BuildHookInterface[Any]):
    """Include `models/inquit-small-en` as package data, except in editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the model folder; raise FileNotFoundError where the tree has none."""
        if version == "editable":
            return  # a checkout finds its model in models/
        folder = Path(self.root) / "models" / _MODEL
        if not (folder / "model.safetensors").is_file():
            raise FileNotFoundError(
                f"{folder} has no model.safetensors: a wheel carries its model; train one with `make train`"
            )
        build_data["force_include"][str(folder)] = f"inquit/models/{_MODEL}"
