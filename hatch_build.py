"""Put the shipped models into wheels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_DEFAULT = "inquit-small-en"


class ModelHook(BuildHookInterface[Any]):
    """Include the folders of `models/` as package data, except in editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the model folders; raise FileNotFoundError where the tree lacks the default one."""
        if version == "editable":
            return  # a checkout finds its models in models/
        models = Path(self.root) / "models"
        folders = sorted(weights.parent for weights in models.glob("*/config.json"))
        if not any((models / _DEFAULT).glob("*.safetensors")):
            raise FileNotFoundError(
                f"{models / _DEFAULT} has no weights: a wheel carries its model; train one with `make train`"
            )
        for folder in folders:
            build_data["force_include"][str(folder)] = f"inquit/models/{folder.name}"
