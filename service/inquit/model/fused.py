"""A BERT or MPNet network of tokens as one TorchScript function, its steps fused where the CPU can.

The modules of transformers come back to Python between any two of a hundred steps, and wait there
for whichever thread holds the interpreter: beside one busy Python thread a pass took sixteen times
as long. A scripted pass leaves Python once and returns when it is done.

The modules also write every intermediate to memory: the biased product, its GELU, its sum with the
residual. In bfloat16 on a CPU oneDNN does these within the matrix product, through operators that
torch keeps for its own compiler; that saves a fifth of a pass. What is computed is the same, with
less rounding between the steps.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, List, Optional, Tuple, Union, cast  # noqa: UP035  # as TorchScript reads them

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

from inquit.model.encoder_parts import EncoderParts, parts_of

__all__ = ["FusedTokens"]

# Weights as lists: what TorchScript takes without a module; see `encoder_parts.EncoderParts`.


def _embedded(features: List[Tensor], tables: List[Tensor], epsilon: float) -> Tensor:  # noqa: UP006
    embedded = functional.embedding(features[0], tables[0])
    for place in range(1, 4):
        embedded = embedded + functional.embedding(features[place], tables[place])
    embedded = embedded + tables[4][: embedded.size(1)]
    return functional.layer_norm(embedded, [embedded.size(2)], tables[5], tables[6], epsilon)


def _attended(asked: Tensor, mask: Optional[Tensor], count: int, heads: int) -> Tensor:  # noqa: UP045
    parts = asked.view(count, asked.size(0) // count, 3, heads, -1).permute(2, 0, 3, 1, 4)
    looked = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], mask)
    return looked.transpose(1, 2).reshape(asked.size(0), -1)


def _plain(  # noqa: PLR0917  # a scripted function has no keywords
    features: List[Tensor],  # noqa: UP006
    mask: Optional[Tensor],  # noqa: UP045
    tables: List[Tensor],  # noqa: UP006
    layers: List[Tensor],  # noqa: UP006
    heads: int,
    epsilon: float,
) -> Tuple[Tensor, Tensor]:  # noqa: UP006
    embedded = _embedded(features, tables, epsilon)
    count, length, width = embedded.size(0), embedded.size(1), embedded.size(2)
    states = embedded.view(-1, width)
    for first in range(0, len(layers), 12):
        own = layers[first : first + 12]
        looked = _attended(functional.linear(states, own[0], own[1]), mask, count, heads)
        looked = functional.linear(looked, own[2], own[3]) + states
        states = functional.layer_norm(looked, [width], own[4], own[5], epsilon)
        inner = functional.gelu(functional.linear(states, own[6], own[7]))
        outer = functional.linear(inner, own[8], own[9]) + states
        states = functional.layer_norm(outer, [width], own[10], own[11], epsilon)
    scores = functional.linear(states, tables[7], tables[8])
    return states.view(count, length, width), scores.view(count, length, -1)


def _onednn(  # noqa: PLR0917  # as _plain
    features: List[Tensor],  # noqa: UP006
    mask: Optional[Tensor],  # noqa: UP045
    tables: List[Tensor],  # noqa: UP006
    layers: List[Tensor],  # noqa: UP006
    heads: int,
    epsilon: float,
) -> Tuple[Tensor, Tensor]:  # noqa: UP006
    none: List[Optional[Union[int, float, complex]]] = []  # noqa: UP006, UP007, UP045
    product = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001  # see the module's docstring
    embedded = _embedded(features, tables, epsilon)
    count, length, width = embedded.size(0), embedded.size(1), embedded.size(2)
    states = embedded.view(-1, width)
    for first in range(0, len(layers), 12):
        own = layers[first : first + 12]
        looked = _attended(product(states, own[0], own[1], "none", none, ""), mask, count, heads)
        looked = product(looked, states, own[2], own[3], "add")
        states = functional.layer_norm(looked, [width], own[4], own[5], epsilon)
        inner = product(states, own[6], own[7], "gelu", none, "none")
        outer = product(inner, states, own[8], own[9], "add")
        states = functional.layer_norm(outer, [width], own[10], own[11], epsilon)
    scores = functional.linear(states, tables[7], tables[8])
    return states.view(count, length, width), scores.view(count, length, -1)


_Pass = Callable[[list[Tensor], Tensor | None, list[Tensor], list[Tensor], int, float], tuple[Tensor, Tensor]]


class FusedTokens:
    """Computes what the modules compute that it was made of."""

    def __init__(self, run: _Pass, parts: EncoderParts) -> None:
        self._run = run
        self._parts = parts

    @classmethod
    def of(
        cls, encoder: PreTrainedModel, features: list[nn.Embedding], head: nn.Linear
    ) -> FusedTokens | None:
        """Return the network fused, or None where its encoder is of another kind.

        `features` are the embeddings of shapes, marks and breaks; the weights of most products are
        shared with the modules.
        """
        parts = parts_of(encoder, features, head)
        if parts is None:
            return None
        for function in _functions(encoder):
            run = _scripted(function)
            if run is not None:
                fused = cls(run, parts)
                if fused._works(encoder.device):
                    return fused
        return None

    def __call__(self, features: list[Tensor], mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return states, [windows, tokens, width], and tag scores, [windows, tokens, tags].

        `features` are the ids of pieces, shapes, marks and breaks, each [windows, tokens]; `mask`
        has the same shape, True for tokens, and is None where nothing is padding.
        """
        parts = self._parts
        seen = None if mask is None else mask[:, None, None, :]
        if parts.position_bias is not None:
            length = features[0].shape[1]
            bias = parts.position_bias[None, :, :length, :length]
            seen = bias if seen is None else bias.masked_fill(~seen, -math.inf)
        return self._run(features, seen, parts.tables, parts.layers, parts.heads, parts.epsilon)

    def _works(self, device: torch.device) -> bool:
        """Tell whether this build of torch has what the function needs."""
        ids = torch.zeros(1, 8, dtype=torch.int32, device=device)
        try:
            with torch.inference_mode():
                self([ids] * 4, None)
        except RuntimeError:
            return False
        return True


def _functions(encoder: PreTrainedModel) -> tuple[Callable[..., Any], ...]:
    on_cpu = encoder.device.type == "cpu" and encoder.dtype is torch.bfloat16
    return (_onednn, _plain) if on_cpu else (_plain,)


@cache
def _scripted(function: Callable[..., Any]) -> _Pass | None:
    try:
        with warnings.catch_warnings():
            # TorchScript is said to go; there is nothing yet that runs a pass outside of Python without
            # a compiler on the machine.
            warnings.simplefilter("ignore")
            return cast("_Pass", torch.jit.script(function))
    except (RuntimeError, AttributeError, NotImplementedError):
        return None
