"""How much of the machine's own matrix-product rate the whole pipeline uses.

    python benchmarks/roofline.py [--articles 60] [--json runs/roofline.json]
    ONEDNN_MAX_CPU_ISA=AVX512_CORE_BF16 python benchmarks/roofline.py   # as on a CPU without AMX

The rate is that of one large bfloat16 product, on all cores. The work of the network is counted
from its configuration: the products of its layers and of its attention, two operations for each
multiply-add, nothing else. The pipeline is `extract_many` with the default kinds: tokenizing,
network and decoding. Only tokens of the text count as work, not overlap, padding or special tokens.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import torch

from articles import articles, words
from inquit.evaluation.signature import code_version, machine
from inquit.extractor import Extractor
from inquit.model.config import ModelConfig
from inquit.model.placement import granted_cores
from inquit.model.weights import find_model


def main() -> None:
    """Measure, print, and write JSON where asked."""
    options = _options()
    # First, as the extractor leaves a pass one thread.
    peak = _peak()
    extractor = Extractor.load(options.model)
    extractor.warm_up()
    config = ModelConfig.load(find_model(options.model))
    documents = articles(options.articles, seed=options.seed)
    encoded = [extractor.encode(document) for document in documents]
    tokens = sum(len(document.text) for document in encoded)
    lengths = [window.length for document in encoded for window in document.windows]
    needed = _operations(config.encoder, tokens, lengths)
    seconds = min(_seconds(lambda: list(extractor.extract_many(documents))) for _ in range(options.repeats))
    network = min(
        _seconds(lambda: [extractor.run_all(document.windows) for document in encoded])
        for _ in range(options.repeats)
    )
    figures = {
        "words_per_second": words(documents) / seconds,
        "tokens_per_second": tokens / seconds,
        "peak_gflops": peak / 1e9,
        "needed_gflop_per_1000_tokens": needed / tokens * 1000 / 1e9,
        "pipeline_share": needed / seconds / peak,
        "network_share": needed / network / peak,
        "overlap": sum(lengths) / tokens - 1 - 2 * len(lengths) / tokens,
    }
    for name, value in figures.items():
        print(f"{name:32}{value:14,.3f}")
    signature = {
        "isa": os.environ.get("ONEDNN_MAX_CPU_ISA", "all"),
        "articles": f"{len(documents)} articles, {words(documents)} words, seed {options.seed}",
        "model": f"{extractor.info.name} {extractor.info.version}, {extractor.info.sha256[:12]}",
        "code": code_version(),
        "machine": f"{machine()}, {granted_cores()} cores",
    }
    print(" | ".join(f"{name} {value}" for name, value in signature.items()))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(
            json.dumps({"signature": signature, **figures}, indent=2) + "\n", encoding="utf-8"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Compare the pipeline with the machine's matrix-product rate."
    )
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default=None, help="model folder; the bundled one by default")
    parser.add_argument("--json", type=Path, default=None, help="write the figures to this file too")
    return parser.parse_args()


def _peak(size: int = 2048, repeats: int = 20) -> float:
    """Return operations a second of a product of two square bfloat16 matrices."""
    torch.set_num_threads(granted_cores())
    a, b = (torch.randn(size, size).to(torch.bfloat16) for _ in range(2))
    a @ b
    return 2 * size**3 / min(_seconds(lambda: a @ b) for _ in range(repeats))


def _operations(encoder: dict[str, Any], tokens: int, lengths: list[int]) -> float:
    """Return the operations that the text's own tokens need: attention looks over a window's length."""
    width, inner, layers = (encoder[n] for n in ("hidden_size", "intermediate_size", "num_hidden_layers"))
    products = 4 * width * width + 2 * width * inner
    looked = sum(length * length for length in lengths) / sum(lengths)
    return float(2 * layers * tokens * (products + 2 * looked * width))


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
