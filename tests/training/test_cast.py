from __future__ import annotations

import pytest

from inquit.model.encoding import TextEncoder
from inquit.resolve.name import Name
from inquit.training.cast import Cast, can_name


def _words(cast: Cast, spans: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> list[str]:
    encoded = cast.encoded
    return [encoded.text[encoded.starts[a] : encoded.ends[b - 1]] for a, b in spans]


def _name(cast: Cast, words: str) -> Name:
    return next(n for n, _ in cast.names if n.words == tuple(words.split()))


def test_names_come_in_order_with_the_full_ones_apart(encoder: TextEncoder) -> None:
    """Every name is a candidate; those of more than one word are candidates of bearers."""
    cast = Cast(encoder.encode("Mr. Vane met Ada Brill, and Brill left the Lake Office."))
    assert _words(cast, cast.name_spans) == ["Vane", "Ada Brill", "Brill", "Lake Office"]
    assert _words(cast, cast.full_spans) == ["Ada Brill", "Lake Office"]


@pytest.mark.parametrize(
    ("words", "full", "expected"),
    [
        ("Ada Brill", "Ada Brill", True),
        ("Brill", "Ada Brill", True),
        ("BRILL", "Ada Brill", True),
        ("Brill’s", "Ada Brill", True),
        ("Ada Brill", "Ada M. Brill", True),
        ("Ada", "Ada Brill", False),
        ("Bo Brill", "Ada Brill", False),
        ("Ada Brill", "Brill", False),
        ("Lake Office", "the Lake Office", True),
        ("Lake", "the Lake Office", False),
        ("Brill", "the", False),
        ("Brill", "", False),
    ],
)
def test_a_name_stands_for_a_fuller_one(words: str, full: str, expected: bool) -> None:
    """A name can mean who bears all its words, if it is more than their first ones."""
    name = Name(0, len(words), tuple(words.split()), tuple(range(len(words.split()))))
    assert can_name(name, full) is expected


def test_names_of_several_entities_are_found(encoder: TextEncoder) -> None:
    """The names of each of these entities are found, in order of the text, and no others."""
    cast = Cast(encoder.encode("Ada Brill and Tom Vane met Ida Moor. Vane and Brill laughed."))
    assert _words(cast, cast.spans_naming(["Tom Vane", "Ada Brill"])) == [
        "Ada Brill",
        "Tom Vane",
        "Vane",
        "Brill",
    ]
    assert cast.spans_naming([]) == []


@pytest.mark.parametrize(
    ("text", "full", "expected"),
    [
        ("Ada Brill met Bo Brill. Then Brill left.", "Ada Brill", ["Ada Brill"]),
        ("Ada Brill met Bo Brill. Then Brill left.", "Bo Brill", ["Bo Brill"]),
        ("Ada Brill met Bo Brill. Ada Brill laughed. Then Brill left.", "Ada Brill", ["Ada Brill"] * 2),
        ("Ada Brill met Tom Vane. Then Brill left.", "Ada Brill", []),
        ("Ada Brill met Tom Vane. Ada Brill laughed. Then Brill left.", "Ada Brill", []),
        ("Ada Brill met Bo Brill. Then Brill left.", "Ida Brill", []),
    ],
)
def test_bearers_are_asked_for_where_there_are_two(
    encoder: TextEncoder, text: str, full: str, expected: list[str]
) -> None:
    """A bare surname has bearers to choose among only where two people of the text bear it."""
    cast = Cast(encoder.encode(text))
    assert _words(cast, cast.bearers(_name(cast, "Brill"), full)) == expected
