"""The model card: what was trained, on what, with which figures and limits."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from inquit.evaluation.report import Report
from inquit.evaluation.signature import file_sha256
from inquit.model.config import ModelConfig
from inquit.model.weights import sha256_of
from inquit.training.settings import TrainSettings

__all__ = ["write_card"]

_SOURCES = {
    "polnear": (
        "PolNeAR 1.0 (Newell, Margolin, Ruths 2018): US news of the 2016 campaign with attributions by people; "
        "networkdynamics/PolNeAR. The articles belong to their publishers. "
        "The speakers' names and the judgement speech / not speech of quoted strings (300 train articles, all dev "
        "articles) were added under written rules by language-model readers, one reader an article."
    ),
    "litbank": (
        "LitBank (Bamman et al. 2019, 2020), CC BY 4.0, dbamman/litbank: fiction with coreference and speakers of "
        "direct speech."
    ),
    "riqua": (
        "RiQuA (Papay, Padó 2020), in the split of cofe-ai/CofeNet: 19th-century fiction with spans of quotations, "
        "cues and speakers."
    ),
    "pdnc": (
        "Project Dialogism Novel Corpus (Vishnubhotla et al. 2022): novels with the speaker of every quotation."
    ),
}
_ANNOTATIONS = (
    "Further judgements on the same texts, in offsets alone: who is meant by the sources and whose words the "
    "quoted strings are, by language-model readers under `annotations/GUIDE.md`, one reader an article."
)
_SHOWN = (
    ("quoted_strings", "f1", "quoted strings found, F1"),
    ("quoted_strings", "rejected", "quoted strings that nobody utters, rejected"),
    ("quoted_strings", "exact_boundary", "exact boundary of those found"),
    ("mention", "overlap", "speaker mention of a quoted string"),
    ("speaker", "named_strict", "named speaker of a quoted string, same name"),
    ("speaker", "named_lenient", "named speaker of a quoted string, lenient"),
    ("speaker", "type", "type of the speaker"),
    ("slice_pronoun", "lenient", "named speaker behind a pronoun, lenient"),
    ("slice_description", "lenient", "… behind a description"),
    ("slice_surname", "lenient", "… behind a surname alone"),
    ("slice_same_surname", "lenient", "… where two people bear the surname"),
    ("slice_continuation", "lenient", "… of a continuation"),
    ("slice_no_cue", "lenient", "… without a cue"),
    ("end_to_end", "f1", "end to end, F1"),
    ("channel", "f1", "channels, F1"),
    ("confidence", "error", "calibration error of `confidence`"),
    ("speaker_confidence", "error", "calibration error of `speaker_confidence`"),
    ("least_both_0.9", "speaker_precision", "at `min_confidence` 0.9: right speaker, precision"),
    ("least_both_0.9", "speaker_recall", "at `min_confidence` 0.9: right speaker, recall"),
    ("spans", "source_f1", "exact spans of sources, F1"),
    ("spans", "cue_f1", "exact spans of cues, F1"),
    ("spans", "content_f1", "exact spans of content, F1"),
    ("direct", "f1", "direct quotations, F1 by overlap"),
    ("direct", "content_f1", "… exact spans of content, F1"),
    ("mixed", "f1", "mixed quotations, F1 by overlap"),
    ("indirect", "f1", "indirect quotations, F1 by overlap"),
    ("indirect", "recall_without_cue", "… found of those without a cue"),
    ("indirect", "content_f1", "… exact spans of content, F1"),
    ("indirect", "source_f1", "… of sources"),
    ("indirect", "cue_f1", "… of cues"),
    ("indirect", "speaker_lenient", "… right speaker by name, lenient"),
    ("fiction", "found", "quotations found"),
    ("fiction", "speaker", "right speaker, by any alias"),
    ("fiction", "speaker_explicit", "… named beside the quotation"),
    ("fiction", "speaker_anaphoric", "… by a pronoun or description"),
    ("fiction", "speaker_implicit", "… not told"),
)
_PICTURES = {
    "reliability.svg": "How often answers of each confidence are right",
    "min_confidence.svg": "Precision and recall by least confidence",
}


def write_card(folder: Path, settings: TrainSettings, reports: Sequence[Report]) -> None:
    """Write `README.md` into a model folder that has its weights and configuration.

    Pictures of `benchmarks/reliability.py` that lie in the folder are shown.
    """
    config = ModelConfig.load(folder)
    parts = [
        _head(folder, config, settings),
        _data(settings),
        _recipe(settings, config),
        *(_figures(report) for report in reports),
        _pictures(folder),
        _cost(folder, reports),
        _LIMITS,
    ]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _head(folder: Path, config: ModelConfig, settings: TrainSettings) -> str:
    sha256 = sha256_of(folder)
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

- Weights: {_files(folder)}, SHA-256 `{sha256}`
- Encoder: `{_encoder_name(settings)}` with {config.encoder.get("num_hidden_layers", "?")} layers of width \
{config.encoder.get("hidden_size", "?")}; case shape, quotation marks and breaks as extra input
- Heads: role tags with a linear-chain CRF; pointers from a quotation to its speaker mention and
  its cue, from a mention to names and earlier mentions, and from a quoted string to its speaker;
  a judge of quoted strings and one of the type of speakers; one that tells which words are names where
  case tells nothing
"""


def _files(folder: Path) -> str:
    """Tell the weight files and how they hold their numbers."""
    files = sorted(folder.glob("*.safetensors"))
    size = sum(f.stat().st_size for f in files) / 1e6
    if len(files) == 1:
        return f"`{files[0].name}`, {size:.1f} MB"
    return f"`{files[0].name}` to `{files[-1].name}`, {size:.1f} MB, of all files one after the other"


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
    if settings.annotations is not None:
        lines.append(f"- {_ANNOTATIONS}")
    lines += ["", "The texts are not part of the model folder; they belong to their owners.", ""]
    return "\n".join(lines)


def _recipe(settings: TrainSettings, config: ModelConfig) -> str:
    hidden = {
        "data",
        "out",
        "encoder",
        "annotations",
        "name",
        "version",
        "checkpoint_seconds",
        "teacher",
        "augmentation",
    }
    values = {k: v for k, v in asdict(settings).items() if k not in hidden}
    values["corpora"] = ", ".join(settings.corpora)
    values["shares"] = ", ".join(f"{share:g} of {corpus}" for corpus, share in settings.shares)
    values |= {f"augmentation, {k}": v for k, v in asdict(settings.augmentation).items()}
    for part in ("decoding", "resolution", "quote_calibration", "speaker_calibration"):
        chosen = asdict(getattr(config, part))
        values |= {f"{part}, {k}": round(v, 4) for k, v in chosen.items()}
    rows = "\n".join(f"| {name.replace('_', ' ')} | {value} |" for name, value in values.items())
    annotations = " --annotations annotations" if settings.annotations is not None else ""
    teacher = f" --teacher {_teacher(settings.teacher)}" if settings.teacher is not None else ""
    return f"""## Recipe

| setting | value |
|---|---|
{rows}

`inquit train --recipe RECIPE --data DATA --out {config.name} --encoder ENCODER --seed {settings.seed}\
{annotations}{teacher}`

with these numbers in RECIPE: those of a bundled model are the recipe of its size, `small` or `base`.
"""


def _teacher(folder: Path) -> str:
    """Return who teaches, by name and weights."""
    config = ModelConfig.load(folder)
    return f"{config.name}-{config.version} (weights SHA-256 {sha256_of(folder)[:12]})"


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


def _cost(folder: Path, reports: Sequence[Report]) -> str:
    """Tell how long the run took, where its history lies beside the folder."""
    path = folder.with_name(folder.name + ".run") / "history.json"
    if not path.is_file():
        return ""
    seconds = sum(h.get("seconds", 0.0) for h in json.loads(path.read_text(encoding="utf-8")))
    if not seconds:
        return ""
    hours = seconds / 3600
    energy = hours * _WATTS_A_CORE * (os.cpu_count() or 1) / 1000
    return f"""## Cost

Training took {hours:.1f} hours on {reports[0].signature.machine}: about {energy:.2f} kWh, reckoned with \
{_WATTS_A_CORE} W a core, cooling included.
"""


_WATTS_A_CORE = 15


def _pictures(folder: Path) -> str:
    shown = [f"![{label}]({name})" for name, label in _PICTURES.items() if (folder / name).is_file()]
    return "\n\n".join([*shown, ""]) if shown else ""


_LIMITS = """## Intended use and limits

For newsrooms, fact-checkers, media monitors and researchers who want to find who said what, and
look at the text. Not for deciding about people without a reader: a wrong speaker is a wrong
accusation; the figures above say how often it happens.

- English only. Texts unlike the training data are less certain.
- Speakers are named from the text alone. Somebody known only by a description (`the nominee`) often
  stays that description.
- A joint statement has one speaker here: the first that is named.
- `confidence` and `speaker_confidence` were calibrated on the development set above, which is news;
  on other texts they promise too much or too little.
- In fiction the speaker of a turn that the text does not tell is often the wrong one.
- Titles, terms and scare quotes in quotation marks are sometimes taken for somebody's words.
- A text in capitals, in lower case, without paragraphs or with remains of markup is read nearly as well as a
  clean one; one that a scanner misread loses many names: see `docs/robustness.md`.

What goes wrong, in invented examples:

| text | answer |
|---|---|
| The mayor, Ada Brill, and her deputy, Tom Vane, met the press. The deputy said the dam would hold. | `The deputy` is Ada Brill |
| The nominee met Tom Vane on Sunday. Vane praised him. The nominee called the plan “a joke”. | `The nominee` is Tom Vane; `him` is returned as indirectly quoted |
| “Does it hurt?” “Only when I laugh.” Ada Brill and Tom Vane have been married for forty years. | both turns are Ada Brill's |
| In a joint statement Ada Brill and Tom Vane said: “We cannot be in two boats.” | Ada Brill alone |
| Q: What will you do first? A: Then I will have a garden. | nothing: turns without quotation marks are not read |
"""
