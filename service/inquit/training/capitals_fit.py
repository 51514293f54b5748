"""The head that tells capitals, fitted further once the rest of the network has learned.

Few texts of an epoch have lost their case, and the encoder's rate is too low for a head; with the
rest at rest the head is fitted in minutes, and nothing else changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from inquit.extractor import Extractor
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import CapitalsHead, Network
from inquit.model.outputs import JoinedOutput
from inquit.training.augmentation import recased_variant
from inquit.training.capitals import capitals
from inquit.training.examples import IGNORED

__all__ = ["fit_capitals"]

_EPOCHS = 8
_BATCH = 1024
_RATE = 2e-3
_WEIGHT_DECAY = 0.01


def fit_capitals(
    network: Network,
    config: ModelConfig,
    encoder: TextEncoder,
    rows: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    device: str = "cpu",
) -> None:
    """Fit the head of capitals to the texts of rows, each in another case; nothing else is changed."""
    if network.capitals is None or not rows:
        return
    source = random.Random(f"{seed}:capitals")
    extractor = Extractor.of_network(network, config, encoder, device=device)
    parts = list(_read(extractor, config, encoder, rows, source))
    states = torch.from_numpy(np.concatenate([s for s, _ in parts]))
    had = torch.from_numpy(np.concatenate([h for _, h in parts]))
    if len(had):
        torch.manual_seed(seed)
        _fit(network.capitals, states, had)


def _read(
    extractor: Extractor,
    config: ModelConfig,
    encoder: TextEncoder,
    rows: Sequence[Mapping[str, Any]],
    source: random.Random,
) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Yield the states of the words of each text, and which of them had a capital."""
    for row in rows:
        variant = recased_variant(row["text"], source)
        encoded = encoder.encode(variant.text)
        windows = encoder.windows(encoded, config.window_length, config.window_overlap)
        if not variant.is_recased or not windows:
            continue
        had = capitals(encoded, variant.clean)
        known = np.flatnonzero(had != IGNORED)
        joined = JoinedOutput(len(encoded), windows, extractor.run_all(windows))
        # In half precision: a few hundred texts are a few hundred megabytes.
        yield joined.states(known).astype(np.float16), had[known].astype(np.float32)


def _fit(head: CapitalsHead, states: torch.Tensor, had: torch.Tensor) -> None:
    head.train()
    optimizer = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=_WEIGHT_DECAY)
    batches = -(-len(had) // _BATCH)
    total = _EPOCHS * batches
    place = next(head.parameters()).device
    for step in range(total):
        if step % batches == 0:
            order = torch.randperm(len(had))
        rows = order[step % batches * _BATCH :][:_BATCH]
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - step / total)
        logits = head(states[rows].float().to(place))
        loss = functional.binary_cross_entropy_with_logits(logits, had[rows].to(place))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
    head.eval()
