from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from inquit.extractor import Extractor


@pytest.fixture(scope="session")
def shipped() -> Iterator[Extractor]:
    """Load the shipped model once for all golden tables."""
    root = Path(__file__).resolve().parents[2]
    threads = torch.get_num_threads()
    # One thread: the texts are short, and on a busy machine threads that wait for each other take far longer.
    # Full precision: in bfloat16 a close call would fall one way on one machine and the other on the next.
    yield Extractor.load(root / "models" / "inquit-small-en", device="cpu", dtype="float32", threads=1)
    torch.set_num_threads(threads)
