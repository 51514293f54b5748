"""Words a second of `extract` on this machine, where the time goes, start-up and memory.

    python benchmarks/extract.py [--articles 100] [--threads 2] [--json bench.json]

Speed is taken twice over the same articles: one at a time, as a single caller sees it, and
many at a time, as a batch job does. The best of the repeats counts: other programs on the
machine only ever make a run slower. Start-up and memory are those of a new process.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from articles import articles, words
from inquit.evaluation.signature import code_version, machine
from inquit.extractor import Extractor
from inquit.types import Document, Extraction


@dataclass(frozen=True, slots=True)
class Speed:
    """One way of calling the extractor, at its best repeat."""

    words_per_second: float
    articles_per_second: float
    seconds: float
    encode_share: float
    """Of the three steps' time, 0 to 1."""
    network_share: float
    decode_share: float


@dataclass(frozen=True, slots=True)
class Start:
    """A new process that loads the model and answers once."""

    seconds: float
    """From the start of the process to a warm model."""
    load_seconds: float
    """Its part in `Extractor.load` and `warm_up`; the rest is the interpreter and imports."""
    resident_mib: float
    """Once warm."""
    peak_mib: float
    """After reading all articles."""


def main() -> None:
    """Measure, print, and write JSON where asked."""
    options = _options()
    if options.child:
        _child(options)
        return
    documents = articles(options.articles, seed=options.seed)
    start = _start()
    extractor = Extractor.load(options.model, device=options.device, threads=options.threads)
    extractor.warm_up()
    single = _speed(documents, options.repeats, lambda: map(extractor.extract, documents))
    many = _speed(documents, options.repeats, lambda: extractor.extract_many(documents))
    signature = {
        "articles": f"{len(documents)} articles, {words(documents)} words, seed {options.seed}",
        "articles_sha256": _sha256(documents),
        "metric": f"best of {options.repeats} repeats",
        "model": f"{extractor.info.name} {extractor.info.version}",
        "model_sha256": extractor.info.sha256,
        "device": f"{extractor.info.device}, {extractor.info.dtype}",
        "code": code_version(),
        "machine": f"{machine()}, {extractor.lanes} for the network",
    }
    _print(single, many, start, signature)
    if options.json is not None:
        result = {
            "signature": signature,
            "extract": asdict(single),
            "extract_many": asdict(many),
            "start": asdict(start),
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the speed of extraction.")
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default=None, help="model folder; the bundled one by default")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--threads", type=int, default=None, help="cores of the network; all usable ones by default"
    )
    parser.add_argument("--json", type=Path, default=None, help="write the figures to this file too")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _speed(documents: list[Document], repeats: int, read: Callable[[], Iterable[Extraction]]) -> Speed:
    runs = []
    for _ in range(repeats):
        began = time.perf_counter()
        steps = [extraction.timings for extraction in read()]
        runs.append((time.perf_counter() - began, steps))
    seconds, steps = min(runs, key=lambda run: run[0])
    encode, network, decode = (
        sum(getattr(timings, step) for timings in steps) for step in ("encode", "network", "decode")
    )
    total = encode + network + decode
    return Speed(
        words_per_second=words(documents) / seconds,
        articles_per_second=len(documents) / seconds,
        seconds=seconds,
        encode_share=encode / total,
        network_share=network / total,
        decode_share=decode / total,
    )


def _start() -> Start:
    """Run this file once more as a new process that does nothing else."""
    command = [sys.executable, __file__, "--child", *sys.argv[1:]]
    began = time.time()
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(answer.stdout)
    return Start(
        seconds=figures["warm_at"] - began,
        load_seconds=figures["load_seconds"],
        resident_mib=figures["resident_mib"],
        peak_mib=figures["peak_mib"],
    )


def _child(options: argparse.Namespace) -> None:
    began = time.perf_counter()
    extractor = Extractor.load(options.model, device=options.device, threads=options.threads)
    extractor.warm_up()
    figures = {
        "warm_at": time.time(),
        "load_seconds": time.perf_counter() - began,
        "resident_mib": _memory("VmRSS"),
    }
    for _ in extractor.extract_many(articles(options.articles, seed=options.seed)):
        pass
    print(json.dumps({**figures, "peak_mib": _memory("VmHWM")}))


def _memory(field: str) -> float:
    """Return a field of /proc/self/status in MiB; 0 where the system has no such file."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


def _sha256(documents: list[Document]) -> str:
    return hashlib.sha256("\0".join(document.text for document in documents).encode()).hexdigest()


def _print(single: Speed, many: Speed, start: Start, signature: dict[str, Any]) -> None:
    print(f"{'':24}{'words/s':>9}{'articles/s':>12}{'encode':>9}{'network':>9}{'decode':>9}")
    for name, speed in (("extract, one at a time", single), ("extract_many", many)):
        print(
            f"{name:24}{speed.words_per_second:9,.0f}{speed.articles_per_second:12.2f}"
            f"{speed.encode_share:9.1%}{speed.network_share:9.1%}{speed.decode_share:9.1%}"
        )
    print(
        f"start-up {start.seconds:.1f} s (model {start.load_seconds:.1f} s), "
        f"resident {start.resident_mib:.0f} MiB, at most {start.peak_mib:.0f} MiB"
    )
    print(" | ".join(f"{name} {value}" for name, value in signature.items()))


if __name__ == "__main__":
    main()
