from __future__ import annotations

from typing import Any

import pytest

from inquit.evaluation.gold import GoldDocument, parse_gold
from inquit.evaluation.perturbations.catalogue import PERTURBATIONS
from inquit.evaluation.perturbations.edits import Edit, EditedText
from inquit.evaluation.perturbations.mapped_gold import mapped_gold, restored_names, with_plain_edges
from inquit.evaluation.perturbations.page import page_of
from inquit.evaluation.predictions import PredictedDocument, PredictedQuote
from inquit.evaluation.rows import Offsets
from inquit.types import QuoteKind


@pytest.fixture
def gold(gold_rows: list[dict[str, Any]]) -> GoldDocument:
    """Return the first of the rows."""
    return parse_gold({**gold_rows[0], "set_aside": [[0, 4]]})


def _words(document: GoldDocument, *spans: Offsets) -> list[str]:
    return [document.text[span.start : span.end] for span in spans]


def test_everything_moves(gold: GoldDocument) -> None:
    """Marks, quotations, passages and names stand where their words stand now, as they are spelled now."""
    edited = EditedText(gold.text, [Edit(0, 1, "&quot;"), Edit(18, 19, "o"), Edit(24, 26, "1")])
    mapped = mapped_gold(gold, edited)
    assert mapped.text.startswith("&quot;We saw it,” said oda Br1l.")
    assert _words(mapped, *(mark.span for mark in mapped.marks)) == [
        "&quot;We saw it,”",
        "“fiction”",
        "“Blue Dusk”",
    ]
    first = mapped.quotes[0]
    assert _words(mapped, *first.content, *first.cue, *first.source) == [
        "&quot;We saw it,”",
        "said",
        "oda Br1l",
    ]
    assert first.entities[0].name == mapped.marks[0].entities[0].name == "oda Br1l"
    assert mapped.roles["source"] == {span for quote in mapped.quotes for span in quote.source}
    assert _words(mapped, *mapped.set_aside) == ["&quot;We "]
    assert {entity.name for entity in mapped.entities} == {"oda Br1l", "Lake Office"}


def test_names_stay_where_wanted_or_nowhere_to_be_found(gold: GoldDocument) -> None:
    """Names can be kept as they were; one that the text has not stays in any case."""
    edited = EditedText(gold.text, [Edit(18, 19, "o")])
    assert mapped_gold(gold, edited, respell=False).marks[0].entities[0].name == "Ada Brill"
    elsewhere = EditedText("Nobody is here." + gold.text[15:], [])
    assert mapped_gold(gold, elsewhere).marks[1].entities[0].name == "Lake Office"


def test_a_name_over_two_lines_is_found(gold: GoldDocument) -> None:
    """Blanks between the words of a name may be of any kind."""
    text = gold.text.replace("Ada Brill", "Ada\nBrill")
    edited = EditedText(text, [Edit(18, 19, "o")])
    assert mapped_gold(gold, edited).marks[0].entities[0].name == "oda\nBrill"


def test_no_edits_change_nothing(gold: GoldDocument) -> None:
    """Without edits the gold is the same."""
    assert mapped_gold(gold, EditedText(gold.text, ())) == gold


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_gold_goes_through_every_perturbation(gold: GoldDocument, name: str) -> None:
    """Every span ends up around its own words: the letters between its edges are those it had."""
    edited = PERTURBATIONS[name](page_of(gold), seed=3, document_id=gold.id)
    mapped = mapped_gold(gold, edited)
    for before, after in zip(gold.marks, mapped.marks, strict=True):
        back = edited.original_span(after.span)
        assert back.start <= before.span.start + 1
        assert back.end >= before.span.end - 1
        assert after.span.end > after.span.start


def test_predicted_names_go_back() -> None:
    """A speaker is called what its place was called before: by its own places, else by the first in the text."""
    edited = EditedText("Ada Brill met Eda Brill.", [Edit(0, 1, "E"), Edit(23, 24, "!")])
    quote = PredictedQuote(QuoteKind.DIRECT, (Offsets(0, 1),), speaker="Eda Brill")
    prediction = PredictedDocument(
        "a",
        (
            quote,
            PredictedQuote(
                QuoteKind.DIRECT, (Offsets(0, 1),), speaker="Eda Brill", speaker_mentions=(Offsets(14, 23),)
            ),
            PredictedQuote(QuoteKind.DIRECT, (Offsets(0, 1),), speaker="Odo"),
            PredictedQuote(QuoteKind.DIRECT, (Offsets(0, 1),)),
        ),
    )
    found = [quote.speaker for quote in restored_names(prediction, edited).quotes]
    assert found == ["Ada Brill", "Eda Brill", "Odo", None]


def test_edges_that_measures_do_not_know_are_made_plain(gold: GoldDocument) -> None:
    """Rare marks and blanks become common ones, each one character, so that all offsets hold."""
    edited = PERTURBATIONS["guillemets"](page_of(gold), seed=0, document_id="a")
    mapped = mapped_gold(gold, edited)
    plain = with_plain_edges(mapped)
    assert len(plain.text) == len(mapped.text)
    assert not set(plain.text) & set("«»")
    assert plain.marks == mapped.marks
