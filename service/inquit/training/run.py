"""The training run: epochs, evaluation on dev, checkpoints and the finished model folder."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inquit.errors import DataError, ModelError
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from inquit.model.weights import load_network, save_model, sha256_of
from inquit.training.augmentation import vary
from inquit.training.batches import TrainingBatch, TrainingDocument, make_batches, training_documents
from inquit.training.capitals_fit import fit_capitals
from inquit.training.corpus import make_example, read_rows
from inquit.training.loss import Losses, batch_losses
from inquit.training.novels import excerpts, is_novel
from inquit.training.optimizer import make_optimizer, rate
from inquit.training.settings import TrainSettings, comparable
from inquit.training.start import start_from
from inquit.training.teacher import Lesson, lessons

__all__ = ["Development", "Progress", "train"]

_CHECKPOINT = "checkpoint.pt"
_CAPITALS = "capitals.sha256"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    epoch: int
    epochs: int
    step: int
    steps: int
    """Of the whole run."""
    losses: dict[str, float]
    """Running means of this epoch."""
    seconds: float
    """Since the run was started or resumed."""


class Development(Protocol):
    """Judges a network between epochs and finishes the best one."""

    def judge(self, network: Network, config: ModelConfig, encoder: TextEncoder) -> dict[str, float]:
        """Return figures in percent, higher is better; `score` decides which epoch is kept."""
        ...

    def finish(self, folder: Path, settings: TrainSettings) -> None:
        """Choose what is chosen on dev, and write `eval.json` and the card into the folder."""
        ...


Report = Callable[[Progress], None]


def train(
    settings: TrainSettings,
    *,
    resume: bool = False,
    report: Report | None = None,
    development: Development | None = None,
) -> Path:
    """Fit a model and write its folder; return that folder.

    Without `development` the last epoch is kept, and the folder has neither figures nor card.
    Raise DataError or ModelError.
    """
    folder = _Run(settings, report, development).go(resume=resume)
    if development is not None:
        development.finish(folder, settings)
    return folder


class _Run:
    def __init__(
        self, settings: TrainSettings, report: Report | None, development: Development | None
    ) -> None:
        self._settings = settings
        self._report = report
        self._development = development
        self._folder = settings.out.with_name(settings.out.name + ".run")
        self._folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self._device = torch.device(settings.device)
        self._network, self._config, self._tokenizer = start_from(settings)
        self._network.to(self._device)
        self._encoder = TextEncoder(self._tokenizer)
        self._rows = _training_rows(settings)
        self._lessons = self._taught()
        # The schedule is laid out on the first epoch; others differ from it by a few steps.
        self._steps = len(self._batches(0))
        if self._steps == 0:
            raise DataError(f"{settings.data}: the training files hold no text to learn from")
        self._total = self._steps * settings.epochs
        self._optimizer = make_optimizer(self._network, settings)
        self._history: list[dict[str, float]] = []

    def _taught(self) -> dict[str, Lesson]:
        if self._settings.teacher is None:
            return {}
        # Of a novel an epoch sees excerpts, whose offsets are their own.
        rows = (row for part in self._rows.values() for row in part if not is_novel(row))
        return lessons(rows, self._settings.teacher, device=self._settings.device)

    def go(self, *, resume: bool) -> Path:
        epoch, done = self._resume() if resume else (0, 0)
        began = time.monotonic()
        for number in range(epoch, self._settings.epochs):
            started = time.monotonic()
            self._epoch(number, done if number == epoch else 0, began)
            self._finish_epoch(number)
            # Of an epoch that was gone on with, only what was left of it.
            self._note("seconds", round(time.monotonic() - started, 1))
        if not self._history:
            raise ModelError("nothing was trained: epochs must be at least 1")
        self._try_average()
        self._finish_capitals()
        return self._settings.out

    def _documents(self, epoch: int) -> Iterator[TrainingDocument]:
        """Yield what an epoch sees; the same for the same seed and epoch."""
        settings = self._settings
        source = random.Random(f"{settings.seed}:{epoch}")
        most = max(1, settings.batch_tokens // settings.window_length)
        for row in self._rows_of(source):
            variant = vary(row["text"], settings.augmentation, source)
            example = make_example(row, variant, self._encoder, self._lessons.get(row["id"]))
            yield from training_documents(example, self._encoder, settings.window_length, most, source)

    def _rows_of(self, source: random.Random) -> Iterator[dict[str, Any]]:
        shares = dict(self._settings.shares)
        for corpus, rows in self._rows.items():
            for row in rows:
                if source.random() >= shares.get(corpus, 1.0):
                    continue
                if is_novel(row):
                    yield from excerpts(row, self._settings.excerpts, self._settings.excerpt_length, source)
                else:
                    yield row

    def _batches(self, epoch: int) -> list[TrainingBatch]:
        source = random.Random(f"{self._settings.seed}:{epoch}:order")
        return list(make_batches(list(self._documents(epoch)), self._settings.batch_tokens, source))

    def _epoch(self, epoch: int, done: int, began: float) -> None:
        settings = self._settings
        batches = self._batches(epoch)
        base = self._steps * epoch
        means: dict[str, float] = {}
        self._network.train()
        # Dropout inside the encoder stays off: see TrainSettings.dropout.
        self._network.tokens.encoder.eval()
        saved = time.monotonic()
        for step, batch in enumerate(batches):
            if step < done:
                continue
            # Dropout is the same whether the run was interrupted or not.
            torch.manual_seed(settings.seed * 1_000_003 + base + step)
            factor = rate(min(base + step, self._total), self._total, settings.warmup)
            for group in self._optimizer.param_groups:
                group["lr"] = group["initial_lr"] * factor
            with torch.autocast(self._device.type, dtype=torch.bfloat16):
                losses = batch_losses(self._network, batch)
            self._optimizer.zero_grad(set_to_none=True)
            losses.total().backward()
            nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
            self._optimizer.step()
            _blend(means, losses, step - done + 1)
            if self._report is not None:
                self._report(
                    Progress(
                        epoch + 1,
                        settings.epochs,
                        base + step + 1,
                        self._total,
                        means,
                        time.monotonic() - began,
                    )
                )
            if time.monotonic() - saved > settings.checkpoint_seconds:
                self._save_checkpoint(epoch, step + 1)
                saved = time.monotonic()

    def _finish_epoch(self, epoch: int) -> None:
        self._keep_if_best(float(epoch + 1))
        if epoch >= self._settings.epochs - self._settings.averaged:
            save_file(self._network.state_dict(), self._folder / f"epoch-{epoch + 1}.safetensors")
        self._save_checkpoint(epoch + 1, 0)

    def _try_average(self) -> None:
        """Judge the mean weights of the last epochs, which often beats each of them."""
        epochs = self._settings.epochs
        paths = [
            self._folder / f"epoch-{n}.safetensors"
            for n in range(epochs - self._settings.averaged + 1, epochs + 1)
        ]
        paths = [p for p in paths if p.is_file()]
        if len(paths) < 2 or self._development is None or len(self._history) > epochs:
            return
        states = [load_file(p) for p in paths]
        mean = {k: torch.stack([s[k].float() for s in states]).mean(dim=0) for k in states[0]}
        self._network.load_state_dict(mean)
        self._keep_if_best(epochs + 0.5)

    def _finish_capitals(self) -> None:
        """Fit the head of capitals of the model that was kept, once."""
        settings, done = self._settings, self._folder / _CAPITALS
        if done.is_file() and done.read_text(encoding="utf-8") == sha256_of(settings.out):
            return
        if not settings.capitals_texts:
            return
        rows = [row for row in self._rows[settings.corpora[0]] if not is_novel(row)]
        chosen = random.Random(settings.seed).sample(rows, min(settings.capitals_texts, len(rows)))
        network = load_network(settings.out, self._config).network
        fit_capitals(network, self._config, self._encoder, chosen, seed=settings.seed, device=settings.device)
        save_model(settings.out, network, self._config, self._tokenizer)
        done.write_text(sha256_of(settings.out), encoding="utf-8")

    def _keep_if_best(self, epoch: float) -> None:
        """Judge the network as it is, and write it where no epoch before was better."""
        self._network.eval()
        figures = {"epoch": epoch}
        if self._development is not None:
            figures |= self._development.judge(self._network, self._config, self._encoder)
        best = max((h.get("score", h["epoch"]) for h in self._history), default=-math.inf)
        if figures.get("score", figures["epoch"]) >= best:
            save_model(self._settings.out, self._network, self._config, self._tokenizer)
        self._history.append(figures)
        self._write_history()

    def _note(self, name: str, value: float) -> None:
        self._history[-1][name] = value
        self._write_history()

    def _write_history(self) -> None:
        text = json.dumps(self._history, indent=2) + "\n"
        (self._folder / "history.json").write_text(text, encoding="utf-8")

    def _save_checkpoint(self, epoch: int, step: int) -> None:
        partial = self._folder / (_CHECKPOINT + ".partial")
        torch.save(
            {
                "settings": comparable(self._settings),
                "epoch": epoch,
                "step": step,
                "network": self._network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "history": self._history,
            },
            partial,
        )
        partial.replace(self._folder / _CHECKPOINT)

    def _resume(self) -> tuple[int, int]:
        path = self._folder / _CHECKPOINT
        if not path.is_file():
            return 0, 0
        # weights_only: a checkpoint is read without running code from it.
        state = torch.load(path, map_location=self._device, weights_only=True)
        if state["settings"] != comparable(self._settings):
            raise ModelError(f"{path} belongs to a run with other settings; remove it or rename OUT")
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._history = state["history"]
        return state["epoch"], state["step"]


def _training_rows(settings: TrainSettings) -> dict[str, list[dict[str, Any]]]:
    files = {corpus: settings.data / f"{corpus}_train.jsonl" for corpus in settings.corpora}
    missing = [f.name for f in files.values() if not f.is_file()]
    if missing:
        raise DataError(f"{settings.data} lacks {', '.join(missing)}")
    further = settings.annotations
    return {
        corpus: list(read_rows(file, further / file.name if further is not None else None))
        for corpus, file in files.items()
    }


def _blend(means: dict[str, float], losses: Losses, count: int) -> None:
    weight = max(1 / count, 0.01)
    for name, value in zip(losses._fields, losses, strict=True):
        now = float(value.detach())
        means[name] = means.get(name, now) * (1 - weight) + now * weight
