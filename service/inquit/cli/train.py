"""`inquit train`: fit a model to annotated texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inquit.cli.failures import needs_extra
from inquit.cli.progress import counting

if TYPE_CHECKING:
    from collections.abc import Callable

    from inquit.model.config import ModelConfig
    from inquit.model.encoding import TextEncoder
    from inquit.model.network import Network
    from inquit.training.run import Development, Progress
    from inquit.training.settings import TrainSettings

__all__ = ["train"]


def train(
    *,
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="Folder of *_train.jsonl and *_dev.jsonl files."),
    ],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the finished model.")],
    encoder: Annotated[str, typer.Option(help="Hugging Face id or folder of the encoder to start from.")],
    recipe: Annotated[str, typer.Option(metavar="small|base|FILE", help="All numbers of the run.")] = "small",
    name: Annotated[str | None, typer.Option(help="The model's name.", show_default="the recipe's")] = None,
    version: Annotated[
        str | None, typer.Option(help="The model's version.", show_default="the recipe's")
    ] = None,
    corpora: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Prefixes of the training files.", show_default="the recipe's"),
    ] = None,
    annotations: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of *_train.jsonl files with speakers for rows that have none.",
            show_default="none",
        ),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Folder of a larger model that teaches.", show_default="none"
        ),
    ] = None,
    channels: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Channels of the first dev file.", show_default="none"
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data.", show_default="the recipe's")
    ] = None,
    batch_tokens: Annotated[
        int | None, typer.Option(min=1, help="Padded tokens of one step.", show_default="the recipe's")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of everything random.", show_default="0")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda or cuda:N.", show_default="cpu")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
) -> None:
    """Fit a model to annotated texts and write its folder.

    After each epoch the model is scored on dev, and the best one so far is written.
    """
    with needs_extra("train"):
        from inquit.training.development import DevelopmentSet
        from inquit.training.recipe import settings_of
        from inquit.training.run import train as run
    chosen: dict[str, Any] = {
        "name": name,
        "version": version,
        "corpora": tuple(corpora.split(",")) if corpora else None,
        "annotations": annotations,
        "teacher": teacher,
        "epochs": epochs,
        "batch_tokens": batch_tokens,
        "seed": seed,
        "device": device,
    }
    given = {field: value for field, value in chosen.items() if value is not None}
    settings = settings_of(recipe, data=data, out=out, encoder=encoder, **given)
    development = DevelopmentSet.of_folder(data, settings.corpora, channels=channels, device=settings.device)
    with counting("training") as bar:

        def report(progress: Progress) -> None:
            losses = " ".join(f"{part} {value:.3f}" for part, value in progress.losses.items())
            bar.tell(progress.step, progress.steps, f"epoch {progress.epoch}/{progress.epochs} {losses}")

        folder = run(settings, resume=resume, report=report, development=_Told(development, bar.say))
    typer.echo(str(folder))


class _Told:
    """A development set whose figures are told after each epoch."""

    def __init__(self, development: Development, say: Callable[[str], None]) -> None:
        self._development = development
        self._say = say

    def judge(self, network: Network, config: ModelConfig, encoder: TextEncoder) -> dict[str, float]:
        figures = self._development.judge(network, config, encoder)
        self._say("dev: " + ", ".join(f"{name} {value:.1f}" for name, value in figures.items()))
        return figures

    def finish(self, folder: Path, settings: TrainSettings) -> None:
        self._say("choosing thresholds on dev, and writing figures and card")
        self._development.finish(folder, settings)
