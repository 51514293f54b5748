"""What training minimises."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from inquit.model.network import Network, Pointer, distance_buckets
from inquit.model.spans import edge_states, string_states
from inquit.training.batches import TrainingBatch, TrainingWindow
from inquit.training.corpus import IGNORED, Link, TokenSpan

__all__ = ["Losses", "batch_losses"]

_POINTER_WEIGHT = 0.3
_STRING_WEIGHT = 0.3


class Losses(NamedTuple):
    """Mean losses of a batch; zero where it holds nothing of the kind."""

    tags: Tensor
    sequence: Tensor
    sources: Tensor
    cues: Tensor
    antecedents: Tensor
    strings: Tensor

    def total(self) -> Tensor:
        """Return the weighted sum that is minimised."""
        pointers = self.sources + self.cues + self.antecedents
        return 0.5 * (self.tags + self.sequence) + _POINTER_WEIGHT * pointers + _STRING_WEIGHT * self.strings


def batch_losses(network: Network, batch: TrainingBatch) -> Losses:
    """Run the network over a batch and compare with its annotation."""
    device = batch.inputs.piece_ids.device
    output = network.tokens(batch.inputs)
    states = output.states.float()
    scores = output.tag_scores.float()
    tags, sequence = _tag_losses(network, scores, batch, device)
    sums: dict[str, tuple[list[Tensor], list[float]]] = {
        name: ([], []) for name in ("sources", "cues", "antecedents", "strings")
    }
    for row, window in enumerate(batch.windows):
        own = states[row]
        words = torch.from_numpy(window.words).to(device)
        for name, pointer, links, keys in (
            ("sources", network.source_pointer, window.source_links, window.sources),
            ("cues", network.cue_pointer, window.cue_links, window.cues),
            ("antecedents", network.antecedent_pointer, window.antecedent_links, window.names),
        ):
            if links:
                loss = _pointer_losses(pointer, own, words, links, keys)
                sums[name][0].append(loss.sum())
                sums[name][1].append(float(len(links)))
        if window.strings:
            loss, weight = _string_losses(network, own, window)
            sums["strings"][0].append(loss)
            sums["strings"][1].append(weight)
    zero = scores.sum() * 0.0  # keeps a batch without annotation of its kind differentiable
    means = {
        name: torch.stack(parts).sum() / max(1.0, sum(counts)) if parts else zero
        for name, (parts, counts) in sums.items()
    }
    return Losses(tags, sequence, **means)


def _tag_losses(
    network: Network, scores: Tensor, batch: TrainingBatch, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Return the cross-entropy by word and the sequence loss by word."""
    kept = [np.flatnonzero(w.tags != IGNORED) for w in batch.windows]
    longest = max(len(k) for k in kept)
    zero = scores.sum() * 0.0
    if longest == 0:
        return zero, zero
    places = np.zeros((len(kept), longest), dtype=np.int64)
    gold = np.zeros((len(kept), longest), dtype=np.int64)
    mask = np.zeros((len(kept), longest), dtype=bool)
    for row, (k, window) in enumerate(zip(kept, batch.windows, strict=True)):
        places[row, : len(k)] = k
        gold[row, : len(k)] = window.tags[k]
        mask[row, : len(k)] = True
    at = torch.from_numpy(places).to(device)
    tags = torch.from_numpy(gold).to(device)
    known = torch.from_numpy(mask).to(device)
    picked = scores.gather(1, at.unsqueeze(2).expand(-1, -1, scores.shape[2]))
    count = known.sum()
    plain = functional.cross_entropy(picked[known], tags[known])
    rows = known[:, 0]
    likelihood = network.sequence.negative_log_likelihood(picked[rows], tags[rows], known[rows])
    return plain, likelihood.sum() / count


def _pointer_losses(
    pointer: Pointer, states: Tensor, words: Tensor, links: tuple[Link, ...], keys: tuple[TokenSpan, ...]
) -> Tensor:
    """Return the negative marginal log-likelihood of each link's targets, shape [links]."""
    device = states.device
    asked = torch.tensor([link.query for link in links], device=device)
    offered = torch.tensor(keys, dtype=torch.long, device=device).reshape(-1, 2)
    buckets = distance_buckets(_in_words(words, asked), _in_words(words, offered))
    scores = pointer(edge_states(states, asked), edge_states(states, offered), buckets)
    right = torch.zeros(scores.shape, dtype=torch.bool)
    index = {key: place for place, key in enumerate(keys)}
    for row, link in enumerate(links):
        for target in link.targets:
            right[row, index[target]] = True
        if not link.targets:
            right[row, -1] = True
    # A span never points to itself.
    same = torch.tensor([[k == link.query for k in keys] + [False] for link in links])
    scores = scores.masked_fill(same.to(device), -1e4)
    chosen = scores.masked_fill(~right.to(device), -1e9)
    return torch.logsumexp(scores, dim=1) - torch.logsumexp(chosen, dim=1)


def _in_words(words: Tensor, spans: Tensor) -> Tensor:
    return torch.stack([words[spans[:, 0]], words[spans[:, 1] - 1]], dim=1)


def _string_losses(network: Network, states: Tensor, window: TrainingWindow) -> tuple[Tensor, float]:
    spans = torch.tensor([s for s, _, _ in window.strings], device=states.device)
    speech = torch.tensor([p for _, p, _ in window.strings], device=states.device)
    weight = torch.tensor([w for _, _, w in window.strings], device=states.device)
    logits = network.strings(string_states(states, spans))
    losses = functional.binary_cross_entropy_with_logits(logits, speech, weight, reduction="sum")
    return losses, float(weight.sum())
