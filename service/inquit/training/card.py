"""The model card: what was trained, on what, with which figures and limits."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from inquit.evaluation.report import Report
from inquit.evaluation.signature import file_sha256
from inquit.model.config import ModelConfig
from inquit.model.weights import sha256_of
from inquit.training.run import TrainSettings

__all__ = ["write_card"]

_SOURCES = {
    "polnear": (
        "PolNeAR 1.0 (Newell, Margolin, Ruths 2018): US news of the 2016 campaign with attributions by people. "
        "The speakers' names and the judgement speech / not speech of quoted strings (300 train articles, all dev "
        "articles) were added under written rules by language-model readers, one reader an article."
    ),
    "litbank": "LitBank (Bamman et al. 2019, 2020), CC BY 4.0: fiction with coreference and speakers of direct speech.",
    "riqua": "RiQuA (Papay, Padó 2020): 19th-century fiction with quotations, cues and speakers.",
    "pdnc": "Project Dialogism Novel Corpus (Vishnubhotla et al. 2022): novels with the speaker of every quotation.",
}
_SHOWN = (
    ("quoted_strings", "f1", "quoted strings found, F1"),
    ("quoted_strings", "rejected", "quoted strings that nobody utters, rejected"),
    ("quoted_strings", "exact_boundary", "exact boundary of those found"),
    ("mention", "overlap", "speaker mention of a quoted string"),
    ("speaker", "named_strict", "named speaker of a quoted string, same name"),
    ("speaker", "named_lenient", "named speaker of a quoted string, lenient"),
    ("end_to_end", "f1", "end to end, F1"),
    ("spans", "source_f1", "exact spans of sources, F1"),
    ("spans", "cue_f1", "exact spans of cues, F1"),
    ("spans", "content_f1", "exact spans of content, F1"),
)


def write_card(folder: Path, settings: TrainSettings, report: Report) -> None:
    """Write `README.md` into a model folder that has its weights and configuration."""
    config = ModelConfig.load(folder)
    parts = [
        _head(config, settings, sha256_of(folder)),
        _data(settings),
        _recipe(settings, config),
        _figures(report),
        _LIMITS,
    ]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _head(config: ModelConfig, settings: TrainSettings, sha256: str) -> str:
    languages = "\n".join(f"- {code}" for code in config.languages)
    return f"""---
language:
{languages}
license: apache-2.0
library_name: inquit
tags:
- quotation-extraction
- quotation-attribution
---

# {config.name} {config.version}

Finds quotations (direct, mixed and indirect) in English text and says who uttered them: content,
cue, speaker mention, and the speaker by the fullest name in the text. Everything it returns is a
span of the text; nothing is generated. It runs inside inquit.

- Weights: `model.safetensors`, float16, SHA-256 `{sha256}`
- Encoder: `{_encoder_name(settings)}` with {config.encoder.get("num_hidden_layers", "?")} layers of width \
{config.encoder.get("hidden_size", "?")}; case shape, quotation marks and breaks as extra input
- Heads: role tags with a linear-chain CRF; pointers from a quotation to its speaker mention and
  its cue, and from a mention to its name; a judge of quoted strings
"""


def _encoder_name(settings: TrainSettings) -> str:
    """Return the name of the encoder without the folders of the machine it lay on."""
    path = Path(settings.encoder)
    if not path.is_dir():
        return settings.encoder
    return path.parent.name if path.name == "model" else path.name


def _data(settings: TrainSettings) -> str:
    lines = ["## Training data", ""]
    for corpus in settings.corpora:
        path = settings.data / f"{corpus}_train.jsonl"
        lines.append(f"- {_SOURCES.get(corpus, corpus)} `{path.name}`, SHA-256 `{file_sha256(path)[:12]}`")
    lines += ["", "The texts are not part of the model folder; they belong to their owners.", ""]
    return "\n".join(lines)


def _recipe(settings: TrainSettings, config: ModelConfig) -> str:
    hidden = {"data", "out", "encoder", "name", "version", "checkpoint_seconds", "augmentation"}
    values = {k: v for k, v in asdict(settings).items() if k not in hidden}
    values["corpora"] = ", ".join(settings.corpora)
    values |= {f"augmentation, {k}": v for k, v in asdict(settings.augmentation).items()}
    values |= {f"decoding, {k}": v for k, v in asdict(config.decoding).items()}
    rows = "\n".join(f"| {name.replace('_', ' ')} | {value} |" for name, value in values.items())
    return f"""## Recipe

| setting | value |
|---|---|
{rows}

`inquit train --data DATA --out {config.name} --encoder ENCODER --corpora {",".join(settings.corpora)} \
--epochs {settings.epochs} --seed {settings.seed}`
"""


def _figures(report: Report) -> str:
    rows = []
    figures = {(f.group, f.name): f for f in report.scores.figures}
    for group, name, label in _SHOWN:
        figure = figures.get((group, name))
        if figure is None:
            continue
        interval = "" if figure.low is None else f"{figure.low:.1f} to {figure.high:.1f}"
        cases = figure.total if figure.hits is None else f"{figure.hits}/{figure.total}"
        rows.append(f"| {label} | {figure.value:.1f} | {interval} | {cases} |")
    table = "\n".join(rows)
    return f"""## Figures on {report.signature.data}

| measure | % | 95 % interval | cases |
|---|---|---|---|
{table}

Signature: {report.signature}
"""


_LIMITS = """## Intended use and limits

For newsrooms, fact-checkers, media monitors and researchers who want to find who said what, and
look at the text. Not for deciding about people without a reader: a wrong speaker is a wrong
accusation; the figures above say how often it happens.

- English only. Texts unlike the training data are less certain.
- Speakers are named from the text alone. Somebody known only by a description (`the nominee`) often
  stays that description, and two people of one surname are told apart by rules.
- `confidence` and `speaker_confidence` order results; they are not calibrated yet.
- Titles, terms and scare quotes in quotation marks are sometimes taken for somebody's words.
- A text in capitals or without paragraphs is read, with more mistakes.
"""
