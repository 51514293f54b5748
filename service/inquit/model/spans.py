"""States of spans, as the heads take them."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["edge_states", "string_states"]


def edge_states(states: Tensor, spans: Tensor) -> Tensor:
    """Return the states of the first and last token of each span, side by side.

    `states` has shape [tokens, hidden_width], `spans` [spans, 2] (half open); the result
    [spans, 2 * hidden_width].
    """
    return torch.cat([states[spans[:, 0]], states[spans[:, 1] - 1]], dim=1)


def string_states(states: Tensor, spans: Tensor) -> Tensor:
    """Return the states before, first, last and after of each span, side by side.

    At the edge of the states the first or last one stands in. The result has shape
    [spans, 4 * hidden_width].
    """
    last = states.shape[0] - 1
    before = (spans[:, 0] - 1).clamp(min=0)
    after = spans[:, 1].clamp(max=last)
    return torch.cat([states[before], edge_states(states, spans), states[after]], dim=1)
