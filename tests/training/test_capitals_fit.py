from __future__ import annotations

import random

import torch

from inquit.model.batching import pad_windows
from inquit.model.network import Network
from inquit.training.augmentation import Augmentation, vary
from inquit.training.capitals import capitals
from inquit.training.capitals_fit import fit_capitals
from tiny_model import tiny_config, tiny_encoder, tiny_network

_TEXT = "The mayor saw Ada Brill and Tom Vane there. She told Ada Brill of it, and he told Tom Vane."


def _loss(network: Network, rows: list[dict[str, str]]) -> float:
    assert network.capitals is not None
    encoder = tiny_encoder()
    total = 0.0
    for row in rows:
        variant = vary(row["text"], Augmentation(0.0, 0.0, 0.0, 1.0), random.Random(0))
        encoded = encoder.encode(variant.text)
        batch = pad_windows([encoder.window(encoded, 0, len(encoded))], torch.device("cpu"))
        had = torch.from_numpy(capitals(encoded, variant.clean))
        known = had >= 0
        with torch.inference_mode():
            states = network.tokens(batch).states[0, 1 : len(had) + 1][known]
            logits = network.capitals(states)
        total += torch.nn.functional.binary_cross_entropy_with_logits(logits, had[known].float()).item()
    return total


def test_the_head_learns() -> None:
    """After the fit the head tells the capitals of such texts better than before."""
    network = tiny_network()
    rows = [{"text": " ".join([_TEXT] * 30)}] * 12
    before = _loss(network, [{"text": _TEXT}])
    fit_capitals(network, tiny_config(), tiny_encoder(), rows, seed=0)
    assert _loss(network, [{"text": _TEXT}]) < 0.8 * before


def test_without_texts_nothing_is_fitted() -> None:
    """No rows, or rows without words, leave the head as it was."""
    network = tiny_network()
    assert network.capitals is not None
    before = {k: v.clone() for k, v in network.capitals.state_dict().items()}
    fit_capitals(network, tiny_config(), tiny_encoder(), [], seed=0)
    assert all(torch.equal(v, before[k]) for k, v in network.capitals.state_dict().items())
