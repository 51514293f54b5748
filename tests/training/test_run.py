from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from inquit.errors import DataError, ModelError
from inquit.extractor import Extractor
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from inquit.training.augmentation import Augmentation
from inquit.training.development import DevelopmentSet
from inquit.training.loss import Losses
from inquit.training.run import Progress, train
from inquit.training.settings import TrainSettings
from training_texts import place
from training_types import Workbench


class _Interrupted(Exception):
    """Stands for a machine that is switched off."""


def _stop_at(step: int, *, seen: list[int] | None = None) -> Any:
    def report(progress: Progress) -> None:
        if seen is not None:
            seen.append(progress.step)
        if progress.step == step:
            raise _Interrupted

    return report


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def _assert_same(first: Path, second: Path) -> None:
    known, found = _weights(first), _weights(second)
    assert known.keys() == found.keys()
    different = [name for name, value in known.items() if not torch.equal(value, found[name])]
    assert different == []


def test_a_run_writes_a_whole_model(workbench: Workbench, rows: list[dict[str, Any]]) -> None:
    """Weights, configuration, tokenizer, card and figures: what `extract` and a reader need."""
    workbench.write([], "other_train.jsonl")
    workbench.write(rows[:1], "other_dev.jsonl")
    settings = workbench.settings(corpora=("tiny", "other"))
    development = DevelopmentSet.of_folder(settings.data, settings.corpora)
    folder = train(settings, development=development)
    assert folder == settings.out
    names = {"README.md", "config.json", "eval.json", "model.safetensors", "tokenizer.json"}
    assert {p.name for p in folder.iterdir()} == names
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"## Figures on {name}_dev" in card for name in ("tiny", "other"))
    figures = json.loads((folder / "eval.json").read_text(encoding="utf-8"))
    assert set(figures) == {"signature", "unanswered", "figures", "calibration", "curves", "others"}
    assert [other["signature"]["data"] for other in figures["others"]] == ["other_dev.jsonl"]
    extractor = Extractor.load(folder, device="cpu")
    assert extractor.info.name == "tiny"
    assert extractor.extract("“We saw it,” said Ada Brill.").model_version == settings.version
    history = json.loads((folder.with_name("model.run") / "history.json").read_text(encoding="utf-8"))
    assert [h["epoch"] for h in history] == [1.0, 2.0, 2.5]  # the last: the mean of both


def test_training_lowers_the_loss(workbench: Workbench) -> None:
    """What is trained on is learned."""
    losses: list[float] = []
    settings = workbench.settings(epochs=6, head_rate=1e-2, encoder_rate=1e-3, dropout=0.0)
    train(settings, report=lambda p: losses.append(p.losses["tags"]))
    assert losses[-1] < 0.8 * losses[0]


def test_progress_is_told(workbench: Workbench) -> None:
    """Every step of every epoch is reported once, with the losses so far."""
    told: list[Progress] = []
    train(workbench.settings(), report=told.append)
    assert [p.epoch for p in told] == sorted(p.epoch for p in told)
    assert {p.epoch for p in told} == {1, 2}
    assert {p.epochs for p in told} == {2}
    first = [p for p in told if p.epoch == 1]
    assert [p.step for p in first] == list(range(1, len(first) + 1))
    assert {p.steps for p in told} == {2 * len(first)}
    assert set(told[0].losses) == set(Losses._fields)
    assert all(p.seconds >= 0 for p in told)


def _losses_of(settings: TrainSettings) -> dict[str, float]:
    """Return the mean losses of the last epoch."""
    told: list[Progress] = []
    train(settings, report=told.append)
    return told[-1].losses


def test_annotations_are_learned_from(workbench: Workbench, rows: list[dict[str, Any]]) -> None:
    """Speakers come from the folder of annotations where the rows themselves have none."""
    text = rows[3]["text"]
    bare = {"id": "d", "text": text, "quotes": [{**q, "entity": None} for q in rows[3]["quotes"]]}
    further = {
        "id": "d",
        "entities": {"E1": {"type": "person", "name": place(text, "Ada Brill")}},
        "sources": [{"span": rows[3]["quotes"][0]["source"][0], "entity": ["E1"]}],
        "marks": [],
    }
    workbench.write([bare])
    folder = workbench.folder / "further"
    folder.mkdir()
    (folder / "tiny_train.jsonl").write_text(json.dumps(further), encoding="utf-8")
    calm = {"epochs": 1, "augmentation": Augmentation(0.0, 0.0, 0.0, 0.0)}
    without = _losses_of(workbench.settings("without", **calm))
    with_them = _losses_of(workbench.settings("with", annotations=folder, **calm))
    assert (without["bearers"], without["types"]) == (0.0, 0.0)
    assert min(with_them["bearers"], with_them["types"]) > 0.0


def test_novels_are_learned_from_in_excerpts(workbench: Workbench) -> None:
    """Of a novel, an epoch sees as many stretches as the settings say, of their length."""
    page = "It rained on the lake. “No,” said Ada. Then she slept until noon.\n\n"
    text = page * 200
    quotes = [
        {
            "content": [[at, at + len("“No,”")]],
            "entity": ["Ada"],
            "quote_type": "explicit",
            "referring_expression": "said Ada",
        }
        for at in range(page.index("“No,”"), len(text), len(page))
    ]
    entities = {"Ada": {"type": "person", "name": "Ada", "aliases": ["Ada"]}}
    workbench.write([{"id": "lake", "text": text, "quotes": quotes, "entities": entities}])
    settings = {"epochs": 1, "batch_tokens": 1, "excerpt_length": 2 * len(page)}
    for count in (1, 3):
        told: list[Progress] = []
        train(workbench.settings(f"model-{count}", excerpts=count, **settings), report=told.append)
        assert told[0].steps == count
        assert min(told[-1].losses[kind] for kind in ("tags", "sources", "cues", "speakers", "types")) > 0.0


@pytest.mark.parametrize(("share", "steps"), [(1.0, 40), (0.5, None)])
def test_an_epoch_sees_a_share_of_a_corpus(
    workbench: Workbench, rows: list[dict[str, Any]], share: float, steps: int | None
) -> None:
    """Rows beyond the share of their corpus are left to other epochs."""
    workbench.write(rows[:1] * 40)
    seen: list[int] = []

    def report(progress: Progress) -> None:
        seen.append(progress.steps)
        raise _Interrupted

    with pytest.raises(_Interrupted):
        train(workbench.settings(epochs=1, batch_tokens=1, shares=(("tiny", share),)), report=report)
    assert seen == [steps] if steps is not None else 10 < seen[0] < 30


def test_the_same_seed_gives_the_same_model(workbench: Workbench) -> None:
    """A run can be repeated; another seed gives another model."""
    first, second, other = (
        train(workbench.settings(out, seed=seed)) for out, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    _assert_same(first, second)
    with pytest.raises(AssertionError):
        _assert_same(first, other)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_resumed_run_is_the_uninterrupted_one(workbench: Workbench, dropout: float) -> None:
    """Interrupted inside an epoch and gone on with, a run ends with the same weights."""
    settings = workbench.settings("whole", checkpoint_seconds=-1.0, dropout=dropout)
    whole = train(settings)
    broken = replace(settings, out=workbench.folder / "broken")
    with pytest.raises(_Interrupted):
        train(broken, report=_stop_at(2))
    assert not broken.out.exists()
    seen: list[int] = []
    resumed = train(broken, resume=True, report=_stop_at(-1, seen=seen))
    assert seen[0] == 2
    _assert_same(whole, resumed)


def test_a_run_resumes_between_epochs(workbench: Workbench) -> None:
    """Interrupted in the first step of an epoch, a run goes on with that epoch."""
    steps: list[int] = []
    settings = workbench.settings("whole")
    whole = train(settings, report=lambda p: steps.append(p.step) if p.epoch == 1 else None)
    broken = replace(settings, out=workbench.folder / "broken")
    with pytest.raises(_Interrupted):
        train(broken, report=_stop_at(len(steps) + 1))
    _assert_same(whole, train(broken, resume=True))


def test_a_finished_run_is_not_trained_again(workbench: Workbench) -> None:
    """Resuming what is finished changes nothing."""
    settings = workbench.settings()
    before = (train(settings) / "model.safetensors").read_bytes()
    assert (train(settings, resume=True, report=_stop_at(1)) / "model.safetensors").read_bytes() == before


def test_resume_without_a_checkpoint_starts(workbench: Workbench) -> None:
    """The first run can be started with `resume` as well."""
    seen: list[int] = []
    train(workbench.settings(), resume=True, report=_stop_at(-1, seen=seen))
    assert seen[0] == 1


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"epochs": 3}, {"batch_tokens": 500}, {"head_rate": 1e-4}, {"corpora": ("tiny", "other")}],
    ids=str,
)
def test_other_settings_do_not_resume(workbench: Workbench, changes: dict[str, Any]) -> None:
    """A checkpoint of other settings is refused, not silently mixed in."""
    workbench.write(["{}"] * 0, "other_train.jsonl")
    train(workbench.settings(epochs=2))
    with pytest.raises(ModelError, match="other settings"):
        train(workbench.settings(**({"epochs": 2} | changes)), resume=True)


def test_another_folder_or_pace_of_checkpoints_resumes(workbench: Workbench) -> None:
    """Settings that change no result are no other settings."""
    settings = workbench.settings()
    train(settings)
    train(replace(settings, checkpoint_seconds=1.0), resume=True)


class _Judge:
    """Gives each epoch the score that it was told to, and keeps count."""

    def __init__(self, scores: list[float]) -> None:
        self._scores = scores
        self.judged: list[Network] = []
        self.finished: list[Path] = []

    def judge(self, network: Network, config: ModelConfig, encoder: TextEncoder) -> dict[str, float]:
        self.judged.append(network)
        return {"score": self._scores[len(self.judged) - 1]}

    def finish(self, folder: Path, settings: TrainSettings) -> None:
        self.finished.append(folder)


@pytest.mark.parametrize(("scores", "kept"), [([50.0, 40.0], 1), ([40.0, 50.0], 2), ([50.0, 50.0], 2)])
def test_the_best_epoch_is_kept(workbench: Workbench, scores: list[float], kept: int) -> None:
    """The finished model is that of the epoch which dev judged best, the later of equals."""
    settings = workbench.settings("judged", averaged=0)
    judge = _Judge(scores)
    folder = train(settings, development=judge)
    assert (len(judge.judged), judge.finished) == (2, [settings.out])
    # Judging does not touch the random numbers of training.
    plain = replace(settings, out=workbench.folder / "plain")
    if kept == 2:
        train(plain)
        _assert_same(folder, plain.out)
        return
    steps: list[int] = []
    with pytest.raises(_Interrupted):
        train(plain, report=lambda p: steps.append(p.step) if p.epoch == 1 else _stop_at(p.step)(p))
    _assert_same(folder, plain.out)


@pytest.mark.parametrize("best", [True, False])
def test_the_mean_of_the_last_epochs_is_one_more_candidate(workbench: Workbench, best: bool) -> None:
    """Where dev judges the mean weights best they are kept, and else the best epoch."""
    settings = workbench.settings("judged", averaged=2)
    folder = train(settings, development=_Judge([40.0, 50.0, 60.0 if best else 30.0]))
    epochs = [load_file(workbench.folder / "judged.run" / f"epoch-{n}.safetensors") for n in (1, 2)]
    kept = _weights(folder)
    for name, value in kept.items():
        wanted = (epochs[0][name] + epochs[1][name]) / 2 if best else epochs[1][name]
        torch.testing.assert_close(value, wanted.half())


def test_data_that_is_not_there_is_told(workbench: Workbench) -> None:
    """A corpus without a training file is named."""
    with pytest.raises(DataError, match=r"nowhere_train\.jsonl"):
        train(workbench.settings(corpora=("tiny", "nowhere")))


def test_a_broken_row_stops_before_training(workbench: Workbench, rows: list[dict[str, Any]]) -> None:
    """A file with a broken row is told by name and line before the first step."""
    workbench.write([rows[0], '{"id": "x"}'])
    with pytest.raises(DataError, match=r"tiny_train\.jsonl:2: text"):
        train(workbench.settings(), report=_stop_at(1))


def test_no_rows_are_no_training(workbench: Workbench) -> None:
    """A training file without a text is a DataError, not an untrained model."""
    workbench.write([])
    with pytest.raises(DataError, match="no text to learn from"):
        train(workbench.settings())


def test_an_encoder_that_is_not_there_is_told(workbench: Workbench, tmp_path: Path) -> None:
    """An encoder folder that holds none is a ModelError that names it."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        train(workbench.settings(encoder=str(tmp_path / "empty")))


def test_no_epochs_are_no_model(workbench: Workbench) -> None:
    """A run without epochs is refused instead of writing a folder of random weights."""
    with pytest.raises(ModelError, match="epochs"):
        train(workbench.settings(epochs=0))
    assert not workbench.settings().out.exists()


def test_a_window_longer_than_the_encoder_reads_is_refused(workbench: Workbench) -> None:
    """Windows beyond the positions of the encoder are told before training, not in the middle of it."""
    with pytest.raises(ModelError, match="window"):
        train(workbench.settings(window_length=512))


def test_short_windows_can_be_judged(workbench: Workbench) -> None:
    """A run with short windows is evaluated with windows as short."""
    settings = workbench.settings(window_length=64, epochs=1)
    train(settings, development=DevelopmentSet.of_folder(settings.data, settings.corpora))


def test_capitals_are_fitted_at_the_end_and_once(workbench: Workbench) -> None:
    """The head of capitals is fitted further, nothing else is changed, and a resumed run leaves it."""
    plain = train(workbench.settings("plain"))
    settings = workbench.settings("fitted", capitals_texts=4)
    before, after = _weights(plain), _weights(train(settings))
    changed = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert changed == {name for name in before if name.startswith("capitals.")}
    held = (settings.out / "model.safetensors").read_bytes()
    train(settings, resume=True)
    assert (settings.out / "model.safetensors").read_bytes() == held
