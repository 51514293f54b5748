from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from inquit.model.encoding import TextEncoder, stepped
from inquit.model.network import Network
from inquit.training.batches import TrainingWindow, make_batches, training_windows
from inquit.training.corpus import IGNORED, Example, make_example
from inquit.training.loss import batch_losses
from tiny_model import tiny_network


@pytest.fixture
def examples(rows: list[dict[str, Any]], encoder: TextEncoder) -> list[Example]:
    """Return the annotated texts as examples."""
    return [make_example(row, row["text"], encoder) for row in rows]


def _windows(
    examples: list[Example], encoder: TextEncoder, seed: int, length: int = 64
) -> list[TrainingWindow]:
    source = random.Random(seed)
    return [w for example in examples for w in training_windows(example, encoder, length, source)]


@pytest.mark.parametrize("seed", range(5))
def test_windows_hold_each_token_once(examples: list[Example], encoder: TextEncoder, seed: int) -> None:
    """Windows of a text follow each other without overlap; only a rest of a few tokens is left out."""
    for example in examples:
        windows = [w.window for w in training_windows(example, encoder, 64, random.Random(seed))]
        assert all(w.length <= 64 for w in windows)
        assert all(a.stop <= b.start for a, b in pairwise(windows))
        left = len(example.encoded) - sum(w.stop - w.start for w in windows)
        assert left <= 16


def test_epochs_see_other_edges(examples: list[Example], encoder: TextEncoder) -> None:
    """The windows of a long text begin elsewhere in every epoch."""
    phases = {
        training_windows(examples[0], encoder, 64, random.Random(seed))[0].window.stop for seed in range(10)
    }
    assert len(phases) > 3


@pytest.mark.parametrize("seed", range(5))
def test_windows_carry_their_part_of_the_annotation(
    examples: list[Example], encoder: TextEncoder, seed: int
) -> None:
    """Spans and links of a window are those of the text that lie in it, counted from its first token."""
    for example in examples:
        for item in training_windows(example, encoder, 64, random.Random(seed)):
            start, stop = item.window.start, item.window.stop
            assert item.tags[1:-1].tolist() == example.tags[start:stop].tolist()
            assert (item.tags[0], item.tags[-1]) == (IGNORED, IGNORED)
            assert len(item.words) == item.window.length
            assert (np.diff(item.words) >= 0).all()
            back = [(a + start - 1, b + start - 1) for a, b in item.sources]
            assert back == [s for s in example.sources if start <= s[0] and s[1] <= stop]
            for link in (*item.source_links, *item.cue_links, *item.antecedent_links):
                assert 0 < link.query[0] < link.query[1] < item.window.length
                offered = {*item.sources, *item.cues, *item.names}
                assert set(link.targets) <= offered


def test_a_target_beyond_the_window_is_not_none(examples: list[Example], encoder: TextEncoder) -> None:
    """A quotation whose source lies in another window teaches nothing, rather than that it has none."""
    for seed in range(20):
        for item in training_windows(examples[0], encoder, 32, random.Random(seed)):
            assert all(link.targets for link in item.source_links)


@pytest.mark.parametrize("budget", [1, 64, 128, 1000])
def test_batches_hold_every_window_within_the_budget(
    examples: list[Example], encoder: TextEncoder, budget: int
) -> None:
    """Each window is in one batch; no batch of several exceeds the padded tokens allowed."""
    windows = _windows(examples * 30, encoder, 0)
    batches = list(make_batches(windows, budget, random.Random(1)))
    found = [w for batch in batches for w in batch.windows]
    assert sorted(map(id, found)) == sorted(map(id, windows))
    for batch in batches:
        assert len(batch.windows) == 1 or batch.inputs.mask.numel() <= budget
        longest = stepped(max(w.window.length for w in batch.windows))
        assert batch.inputs.mask.shape == (len(batch.windows), longest)


def test_the_order_follows_from_the_seed(examples: list[Example], encoder: TextEncoder) -> None:
    """The same seed gives the same batches in the same order, another seed another order."""
    windows = _windows(examples * 30, encoder, 0)
    orders = [
        [id(w) for b in make_batches(windows, 128, random.Random(seed)) for w in b.windows]
        for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]


@pytest.fixture
def network() -> Network:
    """Return a tiny network of the test's own."""
    return tiny_network()


def test_every_part_learns(examples: list[Example], encoder: TextEncoder, network: Network) -> None:
    """Each loss is finite and positive, and together they move every parameter of the heads."""
    (batch,) = make_batches(_windows(examples, encoder, 0, 512), 10_000, random.Random(0))
    losses = batch_losses(network, batch)
    for name, value in zip(losses._fields, losses, strict=True):
        assert torch.isfinite(value), name
        assert value.item() > 0, name
    losses.total().backward()
    still = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    # BERT's key bias cancels out of attention; the type of a token is always the same.
    assert [n for n in still if not n.startswith("tokens.encoder.")] == []


def test_the_loss_of_a_window_does_not_depend_on_its_batch(
    examples: list[Example], encoder: TextEncoder, network: Network
) -> None:
    """Padding and neighbours teach nothing: sums over single windows are the batch's."""
    windows = _windows(examples, encoder, 0, 512)
    assert len(windows) == 3

    def losses(items: list[TrainingWindow]) -> list[float]:
        (batch,) = make_batches(items, 10_000, random.Random(0))
        with torch.inference_mode():
            return [v.item() for v in batch_losses(network, batch)]

    words = [int((w.tags != IGNORED).sum()) for w in windows]
    together = losses(windows)
    alone = [losses([w]) for w in windows]
    for place in (0, 1):
        mean = sum(a[place] * n for a, n in zip(alone, words, strict=True)) / sum(words)
        assert together[place] == pytest.approx(mean, rel=1e-3)
    links = [len(w.source_links) for w in windows]
    mean = sum(a[2] * n for a, n in zip(alone, links, strict=True)) / sum(links)
    assert together[2] == pytest.approx(mean, rel=1e-3)


def test_a_batch_without_annotation_costs_nothing(encoder: TextEncoder, network: Network) -> None:
    """A text with no tags, links or strings has losses of zero, and they can still be minimised."""
    text = "The wall was old and it was not safe."
    row = {"text": text, "quotes": [], "set_aside": [[0, len(text)]], "entities": {}}
    windows = _windows([make_example(row, text, encoder)], encoder, 0)
    (batch,) = make_batches(windows, 1000, random.Random(0))
    losses = batch_losses(network, batch)
    assert [v.item() for v in losses] == [0.0] * len(losses)
    assert losses.total().item() == 0.0
