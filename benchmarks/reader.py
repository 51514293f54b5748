"""One contestant of a benchmark: a process that reads its texts each time it is told to.

    python benchmarks/reader.py WAY texts.json [--threads 2] [--model FOLDER] [--pipeline NAME]

WAY is `inquit` (`Extractor.extract`, one text at a time), `inquit-many` (`extract_many`),
`textacy` (`nlp(text)`, then `direct_quotations`) or `textacy-pipe` (`nlp.pipe(texts)`). The file
holds a list of texts. Once it is warm, a line of JSON on standard output says what reads; each
line on standard input is a pass, answered by a line with its counts.

Runs without inquit for the peer, and without the peer for inquit: their environments differ.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

_WARM = 3
"""Texts read before the first pass."""

Count = tuple[int, int]
"""Quotations found, and texts that the contestant gave up on."""


def main() -> None:
    """Load, warm up, and read until standard input ends."""
    options = _options()
    texts: list[str] = json.loads(options.texts.read_text(encoding="utf-8"))
    read, about = _textacy(options) if options.way.startswith("textacy") else _inquit(options)
    read(texts[:_WARM])
    _say(about)
    for _ in sys.stdin:
        began = time.perf_counter()
        quotations, refused = read(texts)
        seconds = time.perf_counter() - began
        _say({"seconds": seconds, "quotations": quotations, "refused": refused})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read texts each time a line comes in.")
    parser.add_argument("way", choices=("inquit", "inquit-many", "textacy", "textacy-pipe"))
    parser.add_argument("texts", type=Path, help="list of texts, JSON")
    parser.add_argument("--threads", type=int, default=None, help="cores of inquit's network")
    parser.add_argument("--model", default=None, help="inquit's model folder")
    parser.add_argument("--device", default="auto", help="of inquit's network")
    parser.add_argument("--pipeline", default="", help="spaCy pipeline of the peer")
    return parser.parse_args()


def _inquit(options: argparse.Namespace) -> tuple[Callable[[list[str]], Count], dict[str, Any]]:
    from inquit.extractor import Extractor
    from inquit.types import Document

    extractor = Extractor.load(options.model, device=options.device, threads=options.threads)
    extractor.warm_up()

    def read(texts: list[str]) -> Count:
        documents = [Document(f"article-{index}", text) for index, text in enumerate(texts)]
        many = options.way == "inquit-many"
        read = extractor.extract_many(documents) if many else map(extractor.extract, documents)
        return sum(len(extraction.quotes) for extraction in read), 0

    info = extractor.info
    about = {
        "model": f"{info.name} {info.version}",
        "model_sha256": info.sha256,
        "device": f"{info.device}, {info.dtype}",
        "threads": extractor.lanes,
    }
    return read, about


def _textacy(options: argparse.Namespace) -> tuple[Callable[[list[str]], Count], dict[str, Any]]:
    direct_quotations = import_module("textacy.extract.triples").direct_quotations
    nlp: Any = import_module("spacy").load(options.pipeline)

    def read(texts: list[str]) -> Count:
        parsed: Iterable[Any] = nlp.pipe(texts) if options.way == "textacy-pipe" else map(nlp, texts)
        quotations = refused = 0
        for doc in parsed:
            try:
                quotations += sum(1 for _ in direct_quotations(doc))
            except ValueError:
                # Its answer to a text with an odd number of quotation marks.
                refused += 1
        return quotations, refused

    packages = ("textacy", "spacy", options.pipeline)
    about = {
        "model": ", ".join(f"{name} {metadata.version(name)}" for name in packages),
        "pipes": nlp.pipe_names,
        "threads": 1,
    }
    return read, about


def _say(row: dict[str, Any]) -> None:
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
