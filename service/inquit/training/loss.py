"""What training minimises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from inquit.model.network import Network, Pointer, distance_buckets
from inquit.model.spans import edge_states, string_states
from inquit.training.batches import TrainingBatch, TrainingDocument
from inquit.training.examples import IGNORED, Link, TokenSpan
from inquit.training.teacher import TEMPERATURE

__all__ = ["Losses", "batch_losses"]

_POINTER_WEIGHT = 0.3
# The links that decide who is named are fewer than the others, and harder.
_RESOLUTION_WEIGHT = 0.4
_BEARER_WEIGHT = 0.1
_STRING_WEIGHT = 0.3
_TYPE_WEIGHT = 0.1
_TAUGHT_WEIGHT = 0.3
_CAPITALS_WEIGHT = 0.2
_FORBIDDEN = -1e4


class Losses(NamedTuple):
    """Mean losses of a batch; zero where it holds nothing of the kind."""

    tags: Tensor
    sequence: Tensor
    taught: Tensor
    sources: Tensor
    cues: Tensor
    antecedents: Tensor
    bearers: Tensor
    speakers: Tensor
    strings: Tensor
    types: Tensor
    capitals: Tensor

    def total(self) -> Tensor:
        """Return the weighted sum that is minimised."""
        return (
            0.5 * (self.tags + self.sequence)
            + _TAUGHT_WEIGHT * self.taught
            + _POINTER_WEIGHT * (self.sources + self.cues)
            + _RESOLUTION_WEIGHT * (self.antecedents + self.speakers)
            + _BEARER_WEIGHT * self.bearers
            + _STRING_WEIGHT * self.strings
            + _TYPE_WEIGHT * self.types
            + _CAPITALS_WEIGHT * self.capitals
        )


def batch_losses(network: Network, batch: TrainingBatch) -> Losses:
    """Run the network over a batch and compare with its annotation."""
    device = batch.inputs.piece_ids.device
    output = network.tokens(batch.inputs)
    states = output.states.float()
    scores = output.tag_scores.float()
    tags, sequence = _tag_losses(network, scores, batch, device)
    sums: dict[str, tuple[list[Tensor], list[float]]] = {name: ([], []) for name in _BY_DOCUMENT}
    row = 0
    for document in batch.documents:
        parts = states[row : row + len(document.windows)]
        said = scores[row : row + len(document.windows)]
        row += len(document.windows)
        own, own_scores = _joined(parts, document), _joined(said, document)
        for name, loss, weight in _document_losses(network, own, own_scores, document):
            sums[name][0].append(loss)
            sums[name][1].append(weight)
    zero = scores.sum() * 0.0  # keeps a batch without annotation of its kind differentiable
    means = {
        name: torch.stack(losses).sum() / max(1.0, sum(counts)) if losses else zero
        for name, (losses, counts) in sums.items()
    }
    return Losses(tags, sequence, **means)


_BY_DOCUMENT = tuple(name for name in Losses._fields if name not in {"tags", "sequence"})


def _joined(windows: Tensor, document: TrainingDocument) -> Tensor:
    """Return the rows of a document's tokens; the special ones at both ends are none of its own."""
    return torch.cat([part[1 : w.length - 1] for part, w in zip(windows, document.windows, strict=True)])


def _document_losses(
    network: Network, states: Tensor, scores: Tensor, document: TrainingDocument
) -> Iterator[tuple[str, Tensor, float]]:
    """Yield the summed loss of each kind that the document has, and its weight."""
    words = torch.from_numpy(document.words).to(states.device)
    anyone = tuple(sorted({*document.names, *document.mentions}))
    anaphoric = frozenset(document.mentions) - frozenset(document.names)
    for name, pointer, links, keys, earlier in (
        ("sources", network.source_pointer, document.source_links, document.sources, None),
        ("cues", network.cue_pointer, document.cue_links, document.cues, None),
        ("antecedents", network.antecedent_pointer, document.antecedent_links, anyone, anaphoric),
        ("bearers", network.antecedent_pointer, document.bearer_links, document.full_names, None),
        ("speakers", network.speaker_pointer, document.speaker_links, anyone, None),
    ):
        if links:
            loss = _pointer_losses(pointer, states, words, links, keys, earlier=earlier or frozenset())
            yield name, loss.sum(), float(len(links))
    if document.strings:
        loss, weight = _string_losses(network, states, document)
        yield "strings", loss, weight
    if document.types:
        spans = torch.tensor([s for s, _ in document.types], device=states.device)
        kinds = torch.tensor([k for _, k in document.types], device=states.device)
        loss = functional.cross_entropy(network.types(edge_states(states, spans)), kinds, reduction="sum")
        yield "types", loss, float(len(kinds))
    if document.taught is not None:
        taught = torch.from_numpy(document.taught).to(states.device)
        said = functional.log_softmax(scores / TEMPERATURE, dim=1)
        # The square keeps the gradient's size whatever the temperature.
        loss = -(taught * said).sum() * TEMPERATURE**2
        yield "taught", loss, float(document.taught.sum())
    if document.capitals is not None and network.capitals is not None:
        known = np.flatnonzero(document.capitals != IGNORED)
        if len(known):
            logits = network.capitals(states[torch.from_numpy(known).to(states.device)])
            had = torch.from_numpy(document.capitals[known]).to(states.device, logits.dtype)
            loss = functional.binary_cross_entropy_with_logits(logits, had, reduction="sum")
            yield "capitals", loss, float(len(known))


def _tag_losses(
    network: Network, scores: Tensor, batch: TrainingBatch, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Return the cross-entropy by word and the sequence loss by word."""
    known_tags = [tags for document in batch.documents for tags in document.tags]
    kept = [np.flatnonzero(tags != IGNORED) for tags in known_tags]
    longest = max(len(k) for k in kept)
    zero = scores.sum() * 0.0
    if longest == 0:
        return zero, zero
    places = np.zeros((len(kept), longest), dtype=np.int64)
    gold = np.zeros((len(kept), longest), dtype=np.int64)
    mask = np.zeros((len(kept), longest), dtype=bool)
    for row, (k, own) in enumerate(zip(kept, known_tags, strict=True)):
        places[row, : len(k)] = k
        gold[row, : len(k)] = own[k]
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
    pointer: Pointer,
    states: Tensor,
    words: Tensor,
    links: tuple[Link, ...],
    keys: tuple[TokenSpan, ...],
    *,
    earlier: frozenset[TokenSpan],
) -> Tensor:
    """Return the negative marginal log-likelihood of each link's targets, shape [links].

    Keys in `earlier` are candidates only for queries that start after them.
    """
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
    barred = torch.tensor(
        [
            [k == link.query or (k in earlier and k[0] >= link.query[0]) for k in keys] + [False]
            for link in links
        ]
    )
    scores = scores.masked_fill(barred.to(device), _FORBIDDEN)
    chosen = scores.masked_fill(~right.to(device), -1e9)
    return torch.logsumexp(scores, dim=1) - torch.logsumexp(chosen, dim=1)


def _in_words(words: Tensor, spans: Tensor) -> Tensor:
    return torch.stack([words[spans[:, 0]], words[spans[:, 1] - 1]], dim=1)


def _string_losses(network: Network, states: Tensor, document: TrainingDocument) -> tuple[Tensor, float]:
    labels = document.strings
    spans = torch.tensor([label.span for label in labels], device=states.device)
    speech = torch.tensor([label.speech for label in labels], device=states.device)
    weight = torch.tensor([label.weight for label in labels], device=states.device)
    logits = network.strings(string_states(states, spans))
    losses = functional.binary_cross_entropy_with_logits(logits, speech, weight, reduction="sum")
    return losses, float(weight.sum())
