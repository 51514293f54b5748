"""`inquit batch`: archives of articles in files, read by many processes, resumable."""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inquit.cli.failures import FAILED, complain, needs_extra
from inquit.cli.local import DeviceOption, ModelOption
from inquit.cli.reading_options import (
    DEFAULT_KIND_LIST,
    KindsOption,
    MinConfidenceOption,
    OffsetEncodingOption,
    kinds_of,
)
from inquit.types import ExtractOptions, Limits, OffsetEncoding

if TYPE_CHECKING:
    from inquit.archive.run import Reading, Run
    from inquit.cli.batch_watch import BatchWatch

__all__ = ["batch"]

_TERMINATED = 143
_MEGABYTE = 1_000_000


class BatchFormat(StrEnum):
    """How the results are written."""

    PARQUET = "parquet"
    JSONL = "jsonl"


def batch(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="IN…",
            help="Files .jsonl, .csv (both also .gz) or .parquet, or folders of them.",
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", file_okay=False, help="Folder of the results; the same again goes on."),
    ],
    output_format: Annotated[
        BatchFormat, typer.Option("--format", "-f", help="How the results are written.")
    ] = BatchFormat.PARQUET,
    id_column: Annotated[str, typer.Option(help="Column or field with the id.")] = "id",
    text_column: Annotated[str, typer.Option(help="Column or field with the text.")] = "text",
    kinds: KindsOption = DEFAULT_KIND_LIST,
    min_confidence: MinConfidenceOption = 0.0,
    offset_encoding: OffsetEncodingOption = OffsetEncoding.UTF32,
    max_characters: Annotated[
        int, typer.Option(min=1, help="Code points of one text; longer ones become errors.")
    ] = Limits().max_characters,
    shard_megabytes: Annotated[
        float, typer.Option(min=0.001, help="Input of one shard, which is done, or read again, as a whole.")
    ] = 4.0,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", "-p", min=1, help="Processes, each with its model.", show_default="cores, or GPUs"
        ),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="Cores of each process.")] = 1,
    model: ModelOption = None,
    device: DeviceOption = None,
    ray: Annotated[bool, typer.Option("--ray", help="Read on Ray, by default one of its own here.")] = False,
    ray_address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Ray cluster: auto or HOST:PORT.", show_default=False),
    ] = None,
    actors: Annotated[
        str | None,
        typer.Option(
            metavar="LEAST[,MOST]", help="Actors on Ray.", show_default="1, to what the cluster has"
        ),
    ] = None,
    gpus_per_actor: Annotated[
        float | None, typer.Option(min=0.0, help="GPUs of an actor on Ray.", show_default="0, one core")
    ] = None,
) -> None:
    """Read archives: rows of id and text in, rows of quotations and of documents out.

    Killed or interrupted, the same command goes on where it was, without loss or repeats. Rows that
    cannot be read are told in OUT/errors and the others are served; the exit code is then 1.
    """
    with needs_extra("batch"):
        from inquit.archive.folder import ResultFormat
        from inquit.archive.rows import Columns
        from inquit.archive.run import Archive, opened_run
        from inquit.cli.batch_watch import BatchWatch
    options = ExtractOptions(kinds_of(kinds), offset_encoding, min_confidence)
    chosen_device = device or "auto"
    if ray or ray_address is not None:
        if processes is not None:
            raise typer.BadParameter("has no effect on Ray; give --actors", param_hint="--processes")
        reading = _on_ray(ray_address, actors, gpus_per_actor)
    else:
        for name, value in (("--actors", actors), ("--gpus-per-actor", gpus_per_actor)):
            if value is not None:
                raise typer.BadParameter("has no effect without --ray", param_hint=name)
        reading = _by_processes(chosen_device, processes, threads)
    archive = Archive(
        inputs=tuple(inputs),
        out=out,
        result_format=ResultFormat(output_format.value),
        columns=Columns(id_column, text_column),
        options=options,
        limits=Limits(max_characters=max_characters),
        shard_bytes=round(shard_megabytes * _MEGABYTE),
        # Other processes and machines must find it from wherever they run.
        model=_absolute(model or os.environ.get("INQUIT_MODEL") or None),
        model_sha256=os.environ.get("INQUIT_MODEL_SHA256") or None,
        device=chosen_device,
        threads=threads,
    )
    signal.signal(signal.SIGTERM, _terminate)
    with opened_run(archive) as run:
        with BatchWatch(run) as watch:
            try:
                for event in run.go(reading):
                    watch.see(event)
            except (KeyboardInterrupt, SystemExit):
                complain("stopped; the same command goes on from here")
                raise
        _tell(run, watch, out)


def _by_processes(device: str, processes: int | None, threads: int) -> Reading:
    from inquit.archive.processes import read_shards
    from inquit.model.placement import devices_for

    return partial(read_shards, devices=devices_for(device, processes, threads))


def _on_ray(address: str | None, actors: str | None, gpus: float | None) -> Reading:
    with needs_extra("ray"):
        from inquit.archive.on_ray import Actors, read_shards
    least, most = _range(actors)
    return partial(read_shards, actors=Actors(least, most, gpus or 0.0), address=address)


def _range(actors: str | None) -> tuple[int, int | None]:
    if actors is None:
        return 1, None
    first, _, last = actors.partition(",")
    try:
        least, most = int(first), int(last or first)
    except ValueError as error:
        raise typer.BadParameter(f"{actors!r} is not one number or two", param_hint="--actors") from error
    if not 1 <= least <= most:
        raise typer.BadParameter(
            "must be at least 1, the second no less than the first", param_hint="--actors"
        )
    return least, most


def _absolute(model: str | None) -> str | None:
    return str(Path(model).resolve()) if model is not None and Path(model).is_dir() else model


def _terminate(*_: Any) -> None:
    raise SystemExit(_TERMINATED)


def _tell(run: Run, watch: BatchWatch, out: Path) -> None:
    summary = run.summary()
    counts = summary.counts
    rate = f"; {watch.documents:,} now, {watch.documents / watch.seconds:.1f}/s" if watch.documents else ""
    typer.echo(f"{out}: {counts.documents:,} documents, {counts.quotes:,} quotations{rate}")
    if counts.errors:
        complain(f"{counts.errors:,} rows could not be read, see {out / 'errors'}")
    for number, reason in summary.failures.items():
        complain(f"shard {number} failed, the same command tries it again: {reason}")
    if counts.errors or summary.failures:
        raise typer.Exit(FAILED)
