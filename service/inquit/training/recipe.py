"""Recipes: all numbers of a training run in one file, those of the bundled models among them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from inquit.errors import DataError
from inquit.training.augmentation import Augmentation
from inquit.training.settings import TrainSettings

__all__ = ["RECIPES", "read_recipe", "settings_of"]

RECIPES = ("small", "base")
"""Names of the recipes of the bundled models."""
# What differs from one machine to the next is given beside the recipe.
_NOT_OF_A_RECIPE = frozenset(
    {"data", "out", "encoder", "annotations", "teacher", "device", "checkpoint_seconds"}
)
_FIELDS = {f.name: f for f in fields(TrainSettings) if f.name not in _NOT_OF_A_RECIPE}
_TABLES = ("shares", "augmentation")


def settings_of(recipe: str, **given: Any) -> TrainSettings:
    """Return the settings of a recipe with those `given` beside or instead; raise DataError."""
    values = read_recipe(recipe) | given
    missing = sorted(_FIELDS.keys() - values.keys() - {"seed"})
    if missing:
        raise DataError(f"the recipe {recipe} lacks {', '.join(missing)}")
    return TrainSettings(**values)


def read_recipe(recipe: str) -> dict[str, Any]:
    """Read a recipe of `RECIPES` or a TOML file as values for `TrainSettings`; raise DataError."""
    try:
        values = tomllib.loads(_text(recipe))
    except OSError as error:
        raise DataError(f"no recipe {recipe}: {', '.join(RECIPES)}, or a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"the recipe {recipe} is no TOML: {error}") from error
    unknown = sorted(values.keys() - _FIELDS.keys())
    if unknown:
        raise DataError(f"the recipe {recipe} has unknown settings: {', '.join(unknown)}")
    for name, value in values.items():
        _check(recipe, name, value)
    if "corpora" in values:
        values["corpora"] = tuple(values["corpora"])
    if "shares" in values:
        values["shares"] = tuple(values["shares"].items())
    if "augmentation" in values:
        values["augmentation"] = Augmentation(**values["augmentation"])
    return values


def _text(recipe: str) -> str:
    if recipe in RECIPES:
        return (resources.files("inquit.training") / "recipes" / f"{recipe}.toml").read_text(encoding="utf-8")
    return Path(recipe).read_text(encoding="utf-8")


def _check(recipe: str, name: str, value: object) -> None:
    if name in _TABLES:
        known = None if name == "shares" else {f.name for f in fields(Augmentation)}
        if not isinstance(value, Mapping) or not all(_is_number(v) for v in value.values()):
            raise DataError(f"the recipe {recipe}: {name} is no table of numbers")
        if known is not None and value.keys() - known:
            raise DataError(
                f"the recipe {recipe}: unknown in {name}: {', '.join(sorted(value.keys() - known))}"
            )
        return
    if name == "corpora":
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise DataError(f"the recipe {recipe}: corpora is no list of names")
        return
    wanted = str(_FIELDS[name].type)
    fits = {"str": isinstance(value, str), "int": type(value) is int, "float": _is_number(value)}
    if not fits[wanted]:
        raise DataError(f"the recipe {recipe}: {name} is no {wanted}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
