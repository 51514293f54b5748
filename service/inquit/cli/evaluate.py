"""`inquit evaluate`: scores on a gold file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from inquit.cli.failures import needs_extra
from inquit.cli.local import DeviceOption, ModelOption, ThreadsOption, loaded_extractor
from inquit.cli.progress import counting

__all__ = ["evaluate"]


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD.jsonl", exists=True, dir_okay=False, help="Texts and their quotations."),
    ],
    *,
    pred: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Score these answers (a line of JSON each, as from extract --format jsonl) instead of a model.",
            show_default=False,
        ),
    ] = None,
    channels: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Where quotations of GOLD.jsonl were said: ids and offsets, a line of JSON for each document.",
            show_default=False,
        ),
    ] = None,
    perturb: Annotated[
        str | None,
        typer.Option(
            metavar="all|NAME[,NAME]",
            help="Tell what is lost where the texts are changed: other marks, lost case, noise (docs/robustness.md).",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    samples: Annotated[int, typer.Option(min=0, help="Bootstrap samples; 0 for no intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap and the perturbations.")] = 0,
    model: ModelOption = None,
    device: DeviceOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Score a model, or answers in a file, on a gold file."""
    with needs_extra("server"):
        from inquit.evaluation import report
        from inquit.evaluation.perturbations import suite
        from inquit.evaluation.perturbations.catalogue import chosen
    if pred is not None:
        _refuse("--pred", {"model": model, "device": device, "threads": threads})
    if perturb is not None:
        _refuse("--perturb", {"pred": pred, "channels": channels})
        try:
            perturbations = chosen(perturb)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--perturb") from error
    extractor = None if pred is not None else loaded_extractor(model, device, threads)
    if perturb is not None and extractor is not None:
        with counting("texts") as bar:
            losses = suite.perturb(
                gold, extractor, perturbations, samples=samples, seed=seed, progress=bar.tell
            )
        typer.echo(json.dumps(losses.as_dict(), indent=2) if as_json else losses.table())
        return
    with counting("documents") as bar:
        result = report.evaluate(
            gold,
            predictions_path=pred,
            channels_path=channels,
            extractor=extractor,
            samples=samples,
            seed=seed,
            progress=bar.tell,
        )
    typer.echo(json.dumps(result.as_dict(), indent=2) if as_json else result.table())


def _refuse(option: str, others: Mapping[str, object]) -> None:
    for name, value in others.items():
        if value is not None:
            raise typer.BadParameter(f"has no effect with {option}", param_hint=f"--{name}")
