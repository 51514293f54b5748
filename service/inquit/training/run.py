"""The training run: epochs, evaluation on dev, checkpoints and the finished model folder."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel, AutoTokenizer

from inquit.errors import DataError, ModelError
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network, TokenNetwork
from inquit.model.tokenizer_parts import check_tokenizer
from inquit.model.weights import save_model
from inquit.training.augmentation import Augmentation, vary
from inquit.training.batches import TrainingBatch, TrainingDocument, make_batches, training_documents
from inquit.training.corpus import make_example, read_rows
from inquit.training.loss import Losses, batch_losses
from inquit.training.novels import excerpts, is_novel

__all__ = ["Development", "Progress", "TrainSettings", "train"]

_CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Everything that decides a training run."""

    data: Path
    """Folder with `*_train.jsonl` and `*_dev.jsonl` files."""
    out: Path
    """Folder of the finished model; checkpoints go to `OUT.run` beside it."""
    encoder: str
    """Hugging Face id or folder of the encoder to start from."""
    name: str = "inquit-small-en"
    version: str = "0.2.0"
    corpora: tuple[str, ...] = ("polnear", "litbank", "pdnc")
    """Prefixes of the training files that are used."""
    annotations: Path | None = None
    """Folder of further judgements on the same texts, `*_train.jsonl`; None for no more."""
    shares: tuple[tuple[str, float], ...] = (("litbank", 0.5),)
    """Share of the rows of a corpus that an epoch sees; all of those not named here."""
    excerpts: int = 5
    """Stretches of each novel that an epoch sees."""
    excerpt_length: int = 8000
    """Characters of such a stretch."""
    epochs: int = 9
    batch_tokens: int = 2560
    """Padded tokens of one step."""
    window_length: int = 512
    window_overlap: int = 64
    """Tokens that neighbouring windows share when the model is used."""
    encoder_rate: float = 1.5e-4
    head_rate: float = 1.5e-3
    warmup: float = 0.05
    """Share of the steps in which the rates rise from zero; they fall linearly afterwards."""
    weight_decay: float = 0.01
    dropout: float = 0.1
    """On the heads; inside the encoder it would halve the speed on a CPU and gain nothing."""
    averaged: int = 5
    """Epochs at the end whose mean weights are judged as one more candidate (Izmailov et al., 2018)."""
    seed: int = 0
    device: str = "cpu"
    checkpoint_seconds: float = 300.0
    augmentation: Augmentation = field(default_factory=Augmentation)


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
        self._network, self._config, self._tokenizer = _start_from(settings)
        self._network.to(self._device)
        self._encoder = TextEncoder(self._tokenizer)
        self._rows = _training_rows(settings)
        # The schedule is laid out on the first epoch; others differ from it by a few steps.
        self._steps = len(self._batches(0))
        if self._steps == 0:
            raise DataError(f"{settings.data}: the training files hold no text to learn from")
        self._total = self._steps * settings.epochs
        self._optimizer = _optimizer(self._network, settings)
        self._history: list[dict[str, float]] = []

    def go(self, *, resume: bool) -> Path:
        epoch, done = self._resume() if resume else (0, 0)
        began = time.monotonic()
        for number in range(epoch, self._settings.epochs):
            self._epoch(number, done if number == epoch else 0, began)
            self._finish_epoch(number)
        if not self._history:
            raise ModelError("nothing was trained: epochs must be at least 1")
        self._try_average()
        return self._settings.out

    def _documents(self, epoch: int) -> Iterator[TrainingDocument]:
        """Yield what an epoch sees; the same for the same seed and epoch."""
        settings = self._settings
        source = random.Random(f"{settings.seed}:{epoch}")
        most = max(1, settings.batch_tokens // settings.window_length)
        for row in self._rows_of(source):
            text = vary(row["text"], settings.augmentation, source)
            example = make_example(row, text, self._encoder)
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
            rate = _rate(min(base + step, self._total), self._total, settings.warmup)
            for group in self._optimizer.param_groups:
                group["lr"] = group["initial_lr"] * rate
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
        (self._folder / "history.json").write_text(
            json.dumps(self._history, indent=2) + "\n", encoding="utf-8"
        )

    def _save_checkpoint(self, epoch: int, step: int) -> None:
        partial = self._folder / (_CHECKPOINT + ".partial")
        torch.save(
            {
                "settings": _comparable(self._settings),
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
        if state["settings"] != _comparable(self._settings):
            raise ModelError(f"{path} belongs to a run with other settings; remove it or rename OUT")
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._history = state["history"]
        return state["epoch"], state["step"]


def _comparable(settings: TrainSettings) -> dict[str, Any]:
    values = asdict(settings)
    for key in ("data", "out", "annotations", "device", "checkpoint_seconds"):
        values.pop(key)
    return json.loads(json.dumps(values))


def _start_from(settings: TrainSettings) -> tuple[Network, ModelConfig, Tokenizer]:
    try:
        encoder = AutoModel.from_pretrained(settings.encoder)
        tokenizer = AutoTokenizer.from_pretrained(settings.encoder, use_fast=True)
    except (OSError, ValueError) as error:
        raise ModelError(f"the encoder {settings.encoder!r} cannot be loaded: {error}") from error
    values = encoder.config.to_diff_dict()
    values["model_type"] = encoder.config.model_type
    for key in ("architectures", "_name_or_path", "transformers_version", "dtype", "torch_dtype"):
        values.pop(key, None)
    config = ModelConfig(
        name=settings.name,
        version=settings.version,
        encoder=values,
        window_length=settings.window_length,
        window_overlap=min(settings.window_overlap, settings.window_length // 4),
    )
    try:
        config.check()
        # What could not be loaded again is not worth the hours.
        check_tokenizer(json.loads(tokenizer.backend_tokenizer.to_str()))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the settings fit no model: {error}") from error
    network = Network(TokenNetwork(encoder.float(), settings.dropout), config.pointer_width, settings.dropout)
    return network, config, tokenizer.backend_tokenizer


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


def _optimizer(network: Network, settings: TrainSettings) -> torch.optim.Optimizer:
    plain = {"bias", "LayerNorm.weight"}
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        inside = name.startswith("tokens.encoder.")
        decays = not any(name.endswith(p) for p in plain) and parameter.dim() > 1
        groups.setdefault((inside, decays), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": settings.encoder_rate if inside else settings.head_rate,
                "initial_lr": settings.encoder_rate if inside else settings.head_rate,
                "weight_decay": settings.weight_decay if decays else 0.0,
            }
            for (inside, decays), parameters in groups.items()
        ],
        betas=(0.9, 0.999),
        eps=1e-6,
        fused=True,
    )


def _rate(step: int, total: int, warmup: float) -> float:
    rise = max(1, round(total * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (total - step) / max(1, total - rise))


def _blend(means: dict[str, float], losses: Losses, count: int) -> None:
    weight = max(1 / count, 0.01)
    for name, value in zip(losses._fields, losses, strict=True):
        now = float(value.detach())
        means[name] = means.get(name, now) * (1 - weight) + now * weight
