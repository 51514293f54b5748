from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inquit.training.examples import Example
from training_texts import link_words, place, quotation, span_words

MakeExample = Callable[[dict[str, Any]], Example]

_ADA = {"type": "person", "name": "Ada Brill"}
_TOM = {"type": "person", "name": "Tom Vane"}

_HEARD = (
    "Ada Brill spoke at noon. “It leaks,” she said.\n\n“It is old.”\n\n“No,” somebody cried.\n\n“Shame!”\n\n"
    "She recalled that Tom Vane called it “a farce” in “The Old Wall”."
)


def _heard(*, judged: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "text": _HEARD,
        "quotes": [
            quotation(_HEARD, "“It leaks,”", source="[she] said", cue="she [said]", entity=["E1"]),
            quotation(_HEARD, "“No,”", source="somebody", cue="cried", entity=["E3"]),
            quotation(_HEARD, "Tom Vane called it “a farce” in “The Old Wall”", source="She", entity=["E1"]),
        ],
        "entities": {
            "E1": _ADA,
            "E2": _TOM,
            "E3": {"type": "unnamed", "name": "somebody"},
            "E4": {"type": "unnamed", "name": "a voice"},
        },
    }
    if judged:
        whose = {
            "“It leaks,”": ["E1"],
            "“It is old.”": ["E1"],
            "“No,”": ["E3"],
            "“Shame!”": ["E4"],
            "“a farce”": ["E2"],
        }
        row["marks"] = [
            {"span": place(_HEARD, part), "speech": True, "entity": entity} for part, entity in whose.items()
        ]
        row["marks"].append({"span": place(_HEARD, "“The Old Wall”"), "speech": False, "entity": None})
    return row


def test_judged_strings_point_to_their_speaker(example_of: MakeExample) -> None:
    """A string points to the names and mentions of who utters it, not of who repeats it.

    Where its speaker is nowhere mentioned it points to none; what is no speech points nowhere.
    """
    example = example_of(_heard(judged=True))
    assert link_words(example, example.speaker_links) == {
        "“It leaks,”": ["Ada Brill", "she", "She"],
        "“It is old.”": ["Ada Brill", "she", "She"],
        "“No,”": ["somebody"],
        "“Shame!”": [],
        "“a farce”": ["Tom Vane"],
    }


def test_speech_of_nobody_knows_whom_points_nowhere(example_of: MakeExample) -> None:
    """A string that is speech, with a holder whom nobody can tell, teaches nothing of speakers."""
    row = _heard(judged=True)
    for mark in row["marks"][:2]:
        mark["entity"] = None
    example = example_of(row)
    # Not even where it has a source: the reader knew that and could not tell.
    assert list(link_words(example, example.speaker_links)) == ["“No,”", "“Shame!”", "“a farce”"]


def test_strings_without_judgement_point_to_their_source(example_of: MakeExample) -> None:
    """Without marks, a string inside content is the source's, and others are nobody's."""
    example = example_of(_heard(judged=False))
    found = link_words(example, example.speaker_links)
    assert found == {"“It leaks,”": ["she"], "“No,”": ["somebody"]} | {
        part: ["She"] for part in ("“a farce”", "“The Old Wall”")
    }


def test_strings_of_a_named_source_point_to_its_names(
    rows: list[dict[str, Any]], example_of: MakeExample
) -> None:
    """Without marks and entities, the name of the source stands for every place of that name."""
    row = {k: v for k, v in rows[0].items() if k != "entities"}
    example = example_of(row | {"quotes": [{**q, "entity": None} for q in row["quotes"]]})
    assert link_words(example, example.speaker_links) == {
        "“We saw it,”": ["Ada Brill"],
        "“It was old.”": ["Ada Brill"],
        "‘plan’": ["Tom Vane"],
        "“fiction”": ["Tom Vane"],
    }
    assert (example.antecedent_links, example.bearer_links, example.types) == ((), (), ())


def test_quoted_strings_have_their_judgement(example_of: MakeExample) -> None:
    """A reader's judgement counts in full, coverage by content less."""
    text = "“It leaks,” said Ada Brill of “The Old Wall”. He saw “The Old Dam”. “It is old.”"
    row = {
        "text": text,
        "quotes": [
            quotation(text, "“It leaks,”", source="Ada Brill", cue="said"),
            quotation(text, "“It is old.”"),
        ],
        "entities": {"E1": _ADA},
        "marks": [
            {"span": place(text, "“It leaks,”"), "speech": True, "entity": ["E1"]},
            # Judged without its marks: it is the same string.
            {"span": place(text, "The Old Wall"), "speech": False, "entity": None},
        ],
    }
    example = example_of(row)
    found = dict(zip(span_words(example, [s.span for s in example.strings]), example.strings, strict=True))
    assert list(found) == ["“It leaks,”", "“The Old Wall”", "“The Old Dam”", "“It is old.”"]
    assert [s.weight == 1.0 for s in found.values()] == [True, True, False, False]
    assert [s.speech for s in found.values()][:2] == [1.0, 0.0]
    assert 0.0 < found["“The Old Dam”"].speech < 0.5 < found["“It is old.”"].speech < 1.0
    assert 0.0 < found["“The Old Dam”"].weight == found["“It is old.”"].weight < 1.0


def test_strings_inside_strings_are_left_out(example_of: MakeExample) -> None:
    """A string inside another one has no judgement of its own."""
    text = "“He called it ‘a farce’ at noon,” she said."
    example = example_of({"text": text, "quotes": []})
    assert span_words(example, [s.span for s in example.strings]) == ["“He called it ‘a farce’ at noon,”"]
