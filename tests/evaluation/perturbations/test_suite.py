from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import DataError
from inquit.evaluation.perturbations.catalogue import PERTURBATIONS, chosen
from inquit.evaluation.perturbations.suite import SHOWN, perturb
from inquit.model.info import ModelInfo
from inquit.types import Document, Extraction, ExtractOptions, Quote, QuoteKind, Span, Speaker, SpeakerType


@dataclass
class CurlyReader:
    """Finds strings in curly marks alone; all of them were said by the first two words after `said`."""

    info: ModelInfo = field(
        default_factory=lambda: ModelInfo("curly", "1.2.3", "00ff", ("en",), "cpu", "float32")
    )
    taken: list[Document] = field(default_factory=list)

    def extract_many(self, documents: Iterable[Document], _: ExtractOptions) -> Iterator[Extraction]:
        for document in documents:
            self.taken.append(document)
            yield self._read(document)

    def _read(self, document: Document) -> Extraction:
        text = document.text
        start, end = text.find("“"), text.find("”")
        at = text.casefold().find("said ") + len("said ")
        name = Span(at, at + 9, text[at : at + 9])
        if start < 0 or end < start:
            return Extraction(document.id)
        quote = Quote(
            QuoteKind.DIRECT,
            (Span(start, end + 1, text[start : end + 1]),),
            (Span(start + 1, end, text[start + 1 : end]),),
            speaker_mention=name,
            speaker_id="s",
        )
        return Extraction(document.id, (quote,), (Speaker("s", name.text, SpeakerType.PERSON, (name,)),))


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Return a file of six rows of one quotation each."""
    text = "“The whole dam was leaking,” said Ada Brill. She moved on."
    rows = [
        {
            "id": f"dam-{number}",
            "text": text,
            "quotes": [
                {
                    "kind": "direct",
                    "content": [[0, 28]],
                    "cue": [[29, 33]],
                    "source": [[34, 43]],
                    "entity": "e",
                }
            ],
            "marks": [{"span": [0, 28], "speech": True, "entity": "e"}],
            "entities": {"e": {"type": "person", "name": "Ada Brill"}},
        }
        for number in range(6)
    ]
    path = tmp_path / "dams.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_losses_are_told(gold: Path) -> None:
    """What a reader cannot see is lost, what it can is not; names in capitals are the same names."""
    report = perturb(gold, CurlyReader(), chosen("straight,capitals"), samples=20)
    straight, capitals = report.outcomes
    assert [loss.value for loss in report.plain][:5] == [100.0] * 5
    assert straight.loss("end_to_end", "f1").loss == 100.0
    assert straight.loss("end_to_end", "f1").loss_low == 100.0
    assert straight.changed == 6
    for measure in ("f1", "f1_by_place"):
        assert capitals.loss("end_to_end", measure).loss == 0.0
    assert capitals.loss("spans", "content_f1").loss_high == 0.0
    with pytest.raises(KeyError, match="fiction"):
        straight.loss("fiction", "found")


def test_names_that_noise_misspelled_are_the_same_persons(gold: Path) -> None:
    """Under noise the gold's names are those of the text, and by place those of the text before it."""
    report = perturb(gold, CurlyReader(), chosen("ocr_5"), samples=0)
    (noise,) = report.outcomes
    assert noise.loss("end_to_end", "f1_by_place").loss <= noise.loss("end_to_end", "f1").loss
    assert noise.loss("end_to_end", "f1").loss_low is None


def test_texts_that_stay_are_read_once(gold: Path) -> None:
    """A perturbation that changes nothing reads nothing, and costs nothing."""
    reader = CurlyReader()
    told: list[tuple[int, int]] = []
    report = perturb(
        gold, reader, chosen("curly,one_paragraph"), samples=5, progress=lambda a, b: told.append((a, b))
    )
    assert len(reader.taken) == 6
    assert [outcome.changed for outcome in report.outcomes] == [0, 0]
    assert all(loss.loss == 0.0 for outcome in report.outcomes for loss in outcome.losses)
    assert told[0] == (1, 18)


def test_the_signature_goes_with_the_figures(gold: Path) -> None:
    """Data, model, seed and code stand with the figures, in JSON and below the tables."""
    report = perturb(gold, CurlyReader(), chosen("straight,lost_marks"), samples=5, seed=7)
    record: dict[str, Any] = json.loads(json.dumps(report.as_dict()))
    signature = record["signature"]
    assert (signature["data"], signature["data_rows"], signature["seed"]) == ("dams.jsonl", 6, 7)
    assert signature["model"] == "curly 1.2.3 (cpu, float32)"
    assert signature["model_sha256"] == "00ff"
    assert "perturbations/" in signature["metric"]
    assert len(signature["data_sha256"]) == 64
    straight = record["perturbations"]["straight"]
    assert straight["figures"]["quoted_strings"]["f1"]["loss"] == 100.0
    assert straight["bound"] == 1
    assert record["unperturbed"]["end_to_end"]["f1_by_place"]["value"] == 100.0
    table = report.table()
    assert "| straight     |             6 |" in table
    assert "100.0 (100.0 to 100.0)" in table
    assert table.endswith(str(report.signature))
    assert len({line.count("|") for line in table.split("\n\n")[1].splitlines()}) == 1


def test_every_perturbation_runs(gold: Path) -> None:
    """The whole suite runs through, and each perturbation has all measures."""
    report = perturb(gold, CurlyReader(), samples=0)
    assert [outcome.perturbation.name for outcome in report.outcomes] == list(PERTURBATIONS)
    assert {len(outcome.losses) for outcome in report.outcomes} == {len(SHOWN)}


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    """No rows is an error, as it is for a plain evaluation."""
    path = tmp_path / "none.jsonl"
    path.write_text("")
    with pytest.raises(DataError, match="no rows"):
        perturb(path, CurlyReader())
