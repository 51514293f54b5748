"""The encoder's own configuration, which transformers reads: what of it a model folder may say.

That library would also take from it names of code and of weights to fetch, and sizes that fill the
memory; none of these gets through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ENCODERS", "check_encoder"]

ENCODERS = frozenset(
    {
        "albert",
        "bert",
        "camembert",
        "deberta",
        "deberta-v2",
        "distilbert",
        "electra",
        "modernbert",
        "mpnet",
        "roberta",
        "xlm-roberta",
    }
)
"""Encoders of text alone, whose code is in transformers and fetches nothing."""

# Names of code to import, of kernels and of quantised formats.
_REFUSED = {
    "attn_implementation",
    "auto_map",
    "custom_pipelines",
    "dtype",
    "quantization_config",
    "torch_dtype",
}
_MOST_LAYERS = 512
_MOST_COUNT = 4096
"""Of what each makes parts or entries: heads, groups, labels."""
_MOST = 10_000_000
_MOST_TEXT = 256
_MOST_PARTS = 1000


def check_encoder(values: Mapping[str, Any]) -> None:
    """Raise TypeError or ValueError, naming the field, unless the values describe an encoder of text."""
    kind = values.get("model_type")
    if not isinstance(kind, str):
        raise TypeError("encoder.model_type is not a string")
    if kind not in ENCODERS:
        raise ValueError(f"encoder.model_type is none of {', '.join(sorted(ENCODERS))}")
    for name, value in values.items():
        if not name.isidentifier() or name.startswith("_") or name in _REFUSED:
            raise ValueError(f"encoder.{name!r} is not taken from a model folder")
        field = f"encoder.{name}"
        if isinstance(value, dict | list):
            _check_parts(field, value)
        else:
            _check_value(field, value, _most(name))
    # ALBERT: each group, and each turn through the groups, has so many layers.
    inner = _number(values, "inner_group_num")
    for name in ("num_hidden_groups", "num_hidden_layers"):
        if inner * _number(values, name) > _MOST_LAYERS:
            raise ValueError(f"encoder.{name} times inner_group_num is above {_MOST_LAYERS}")


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    return value if isinstance(value, int | float) else 1


def _most(name: str) -> int:
    if "layers" in name:
        return _MOST_LAYERS
    return _MOST_COUNT if name.startswith(("num_", "n_")) else _MOST


def _check_parts(field: str, values: dict[str, Any] | list[Any]) -> None:
    if len(values) > _MOST_PARTS:
        raise ValueError(f"{field} has {len(values)} entries, the limit is {_MOST_PARTS}")
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, dict):
            for inner in value.values():
                _check_value(field, inner, _MOST)
        else:
            _check_value(field, value, _MOST)


def _check_value(field: str, value: object, most: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if len(value) > _MOST_TEXT:
            raise ValueError(f"{field} has {len(value)} characters, the limit is {_MOST_TEXT}")
    elif isinstance(value, int | float):
        # Written so that NaN is refused.
        if not -most <= value <= most:
            raise ValueError(f"{field} is not between -{most} and {most}")
    else:
        raise TypeError(f"{field} is nested too deeply")
