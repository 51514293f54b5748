"""How weights are changed: AdamW with one rate for the encoder and one for the heads."""

from __future__ import annotations

import torch
from torch import nn

from inquit.model.network import Network
from inquit.training.settings import TrainSettings

__all__ = ["make_optimizer", "rate"]


def make_optimizer(network: Network, settings: TrainSettings) -> torch.optim.Optimizer:
    """Return the optimizer; the rate of each group at its highest is its `initial_lr`."""
    plain = {"bias", "LayerNorm.weight"}
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        inside = name.startswith("tokens.encoder.")
        decays = not any(name.endswith(p) for p in plain) and parameter.dim() > 1
        groups.setdefault((inside, decays), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": settings.encoder_rate if inside else settings.head_rate,
                "initial_lr": settings.encoder_rate if inside else settings.head_rate,
                "weight_decay": settings.weight_decay if decays else 0.0,
            }
            for (inside, decays), parameters in groups.items()
        ],
        betas=(0.9, 0.999),
        eps=1e-6,
        fused=True,
    )


def rate(step: int, total: int, warmup: float) -> float:
    """Return the factor on the rates: up from zero over the share `warmup`, then down to zero."""
    rise = max(1, round(total * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (total - step) / max(1, total - rise))
