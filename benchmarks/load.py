"""The service under load: its speed beside the same model in-process, latency, overload and memory.

    python benchmarks/load.py [--quick] [--json runs/load.json] [-- --batch-tokens 4096]
    python benchmarks/load.py --server localhost:50051

Starts the real service itself, with the flags after `--`, and calls it from this process over
gRPC on the loopback; about five minutes, `--quick` under one. With `--server` the service is one
that runs already, without TLS and tokens, and its memory is not looked at. The documents are
articles with the lengths of news.

- closed: so many callers, each with one call at a time, until all documents are read. In turns
  with it, another process reads the same documents with `extract_many`; the best repeats count.
- lone: one caller, one call at a time.
- half: calls at the times of a Poisson process, at half of the documents a second of `closed`.
- double: the same at twice that speed, each call with a deadline. Goodput is what was answered
  in time, a second up to the last good answer, as a share of `closed`: in documents and in words,
  as short documents are the likelier ones to be in time. Refusals are RESOURCE_EXHAUSTED.
- memory: the resident set of a new service after so many short documents.

Latencies count from when a call was due.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import grpc.aio

from articles import articles, words
from calls import LOST, Calls, Outcome
from contestant import Contestant
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit._gen.inquit.v1 import inquit_pb2_grpc
from inquit.evaluation.signature import code_version, machine
from inquit.types import Document
from load_report import REFUSED, Row, row, show, write
from served import Served

if TYPE_CHECKING:
    from inquit._gen.inquit.v1.inquit_pb2_grpc import QuoteServiceAsyncStub

_PATIENT = 300.0
"""Seconds that callers give a call where no deadline is meant to pass."""
_QUICK = {
    "seconds": 2.0,
    "lone_seconds": 3.0,
    "half_seconds": 6.0,
    "double_seconds": 6.0,
    "deadline": 3.0,
    "memory_documents": [100, 500],
}
"""The defaults of a trial."""


def main() -> None:
    """Measure, print, and write JSON where asked."""
    options = _options()
    run = asyncio.Runner(loop_factory=_loop_factory()).run
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        served = None
        if options.server is None:
            served = stack.enter_context(Served(folder / "service.log", _flags(options)))
        address: str = options.server if served is None else served.address
        result = _measure(run, options, address, folder)
        if served is not None:
            result["double"]["failures_logged"] = served.failures
            result["memory"] = {"after_load_mib": served.resident_mib, "peak_mib": served.peak_mib}
            stack.close()
            if options.memory_documents:
                with Served(folder / "memory.log", _flags(options)) as fresh:
                    result["memory"] |= run(_memory(fresh, options))
    show(result)
    if options.json is not None:
        write(result, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the service under load.")
    parser.add_argument("flags", nargs="*", help="flags of `inquit serve`, after --")
    parser.add_argument("--server", default=None, help="HOST:PORT of a service that runs already")
    parser.add_argument("--model", default=None, help="model folder; the bundled one by default")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--threads", type=int, default=None, help="of both networks; all usable ones by default"
    )
    parser.add_argument("--callers", type=int, default=32, help="of the closed loop")
    parser.add_argument(
        "--documents", type=int, default=None, help="articles; by default what takes --seconds"
    )
    parser.add_argument("--seconds", type=float, default=15.0, help="about one pass over the articles")
    parser.add_argument("--repeats", type=int, default=2, help="passes of the closed loop and in-process")
    parser.add_argument("--lone-seconds", type=float, default=25.0)
    parser.add_argument("--half-seconds", type=float, default=45.0)
    parser.add_argument("--double-seconds", type=float, default=30.0)
    parser.add_argument("--deadline", type=float, default=10.0, help="of the calls at twice the capacity")
    parser.add_argument(
        "--memory-documents", type=int, nargs="*", default=[2000, 20000], help="when memory is looked at"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a trial of a minute; its figures are rough")
    parser.add_argument("--json", type=Path, default=None, help="write the figures to this file too")
    options = parser.parse_args()
    if options.quick:
        parser.set_defaults(**_QUICK)
        options = parser.parse_args()
    return options


def _flags(options: argparse.Namespace) -> list[str]:
    """Return the flags that the service and the process beside it share, then those of the service alone."""
    given = {"--device": options.device, "--model": options.model, "--threads": options.threads}
    return [part for flag, value in given.items() if value is not None for part in (flag, str(value))] + list(
        options.flags
    )


def _measure(
    run: Callable[[Coroutine[Any, Any, Any]], Any], options: argparse.Namespace, address: str, folder: Path
) -> Row:
    number = options.documents or run(_fitting(address, options))
    documents = articles(number, seed=options.seed)
    texts = [document.text for document in documents]
    shared = _flags(argparse.Namespace(**{**vars(options), "flags": []}))
    closed: list[Outcome] = []
    with Contestant("in-process", "inquit-many", texts, folder, flags=shared) as beside:
        for _ in range(options.repeats):
            closed.append(run(_calling(address, documents, lambda calls: _closed(calls, options.callers))))
            beside.read()
    best = max(closed, key=lambda outcome: outcome.words_per_second)
    total = words(documents)
    rate = best.documents_per_second
    if not rate:
        raise SystemExit(f"no call of the closed loop was answered: {best.codes}")
    lone, half, double, after = run(_calling(address, documents, lambda calls: _opened(calls, options, rate)))
    info = run(_info(address))
    return {
        "signature": {
            "articles": f"{number} articles, {total} words, seed {options.seed}",
            "articles_sha256": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
            "metric": f"{options.callers} callers, best of {options.repeats} alternating repeats; "
            f"lone {options.lone_seconds:g} s, half {options.half_seconds:g} s, "
            f"double {options.double_seconds:g} s with deadline {options.deadline:g} s",
            "model": f"{info.model_name} {info.model_version}",
            "model_sha256": info.model_sha256,
            "device": f"{info.device}, {info.dtype}",
            "threads": "as given" if options.server else beside.about["threads"],
            "flags": " ".join(options.flags),
            "code": code_version(),
            "machine": machine(),
        },
        "closed": {
            **row(best),
            "caller_cpu_share": best.cpu_seconds / best.seconds,
            "all_words_per_second": [outcome.words_per_second for outcome in closed],
        },
        "in_process": {
            "words_per_second": total / beside.best.seconds,
            "documents_per_second": number / beside.best.seconds,
            "all_words_per_second": [total / one.seconds for one in beside.passes],
        },
        "served_over_in_process": best.words_per_second / (total / beside.best.seconds),
        "lone": row(lone),
        "half": {**row(half), "p99_over_lone_p99": half.latency(0.99) / lone.latency(0.99)},
        "double": {
            **row(double),
            "sent_per_second": double.sent / options.double_seconds,
            "goodput_documents": double.documents_per_second / best.documents_per_second,
            "goodput_words": double.words_per_second / best.words_per_second,
            "refusal_p50": double.latency(0.5, REFUSED),
            "refusal_p99": double.latency(0.99, REFUSED),
            "lost": double.codes.get(LOST, 0),
            "next_call": after.codes,
            "next_call_seconds": after.latency(1.0),
        },
    }


async def _calling(
    address: str, documents: list[Document], work: Callable[[Calls], Coroutine[Any, Any, Any]]
) -> Any:
    # gRPC's clients refuse answers over 4 MiB unless told otherwise.
    options = (("grpc.max_receive_message_length", -1),)
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        return await work(Calls(channel, documents))


async def _fitting(address: str, options: argparse.Namespace) -> int:
    """Return how many articles the callers read in the time of a pass; the service is warm after it."""
    trial = articles(options.callers, seed=options.seed + 1)

    async def twice(calls: Calls) -> float:
        await _closed(calls, options.callers)
        again: Outcome = await _closed(calls, options.callers)
        return again.documents_per_second

    rate: float = await _calling(address, trial, twice)
    number: int = max(options.callers, round(rate * options.seconds))
    return number


async def _closed(calls: Calls, callers: int) -> Outcome:
    return await calls.closed(callers, deadline=_PATIENT)


async def _opened(
    calls: Calls, options: argparse.Namespace, rate: float
) -> tuple[Outcome, Outcome, Outcome, Outcome]:
    """Call alone, at half and at twice the rate, and once more when that is over."""
    lone = await calls.closed(1, deadline=_PATIENT, seconds=options.lone_seconds)
    half = await calls.open(rate / 2, seconds=options.half_seconds, deadline=_PATIENT, seed=options.seed)
    double = await calls.open(
        rate * 2, seconds=options.double_seconds, deadline=options.deadline, seed=options.seed
    )
    return lone, half, double, await calls.closed(1, deadline=options.deadline, stop=1)


async def _memory(served: Served, options: argparse.Namespace) -> Row:
    paragraphs = sorted({part for article in articles(40, seed=1) for part in article.text.split("\n\n")})
    number = max(options.memory_documents)
    # No two are the same: a cache of what was read would grow.
    short = [
        Document(f"short-{index}", f"{paragraphs[index % len(paragraphs)]} Item {index} of {number}.")
        for index in range(number)
    ]

    async def read(calls: Calls) -> Row:
        resident = {"0": served.resident_mib}
        read = 0
        for milestone in sorted(options.memory_documents):
            outcome = await calls.closed(options.callers, deadline=_PATIENT, start=read, stop=milestone)
            read = milestone
            resident[str(milestone)] = served.resident_mib
        return {
            "resident_mib": resident,
            "short_documents_per_second": outcome.documents_per_second,
            "short_words_per_second": outcome.words_per_second,
            "codes": outcome.codes,
        }

    result: Row = await _calling(served.address, short, read)
    return result


async def _info(address: str) -> pb.GetServiceInfoResponse:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = cast("QuoteServiceAsyncStub", inquit_pb2_grpc.QuoteServiceStub(channel))
        return await stub.GetServiceInfo(pb.GetServiceInfoRequest(), timeout=_PATIENT)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
