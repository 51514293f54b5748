from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from inquit.extractor import Extractor
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from tiny_model import tiny_encoder, tiny_extractor, tiny_network


@pytest.fixture(scope="session")
def network() -> Network:
    """Return the tiny random network; tests must not change it."""
    return tiny_network()


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    """Return a text encoder over the tiny tokenizer."""
    return tiny_encoder()


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """Return an extractor whose random network finds spans of every role."""
    return tiny_extractor(seed=3)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread: what the tests compute is too small to be shared out."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
