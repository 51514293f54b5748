from __future__ import annotations

import pytest

from inquit.resolve.clusters import NameClusters
from inquit.resolve.descriptors import descriptors
from inquit.resolve.entities import description_type
from inquit.resolve.gender import Gender, first_name_gender
from inquit.resolve.names import find_names
from inquit.types import SpeakerType


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tom Vane, the mayor, left.", {"mayor"}),
        ("Tom Vane, a former harbour pilot, left.", {"former", "harbour", "pilot"}),
        ("We met former harbour pilot Tom Vane.", {"former", "harbour", "pilot"}),
        ("Gov. Tom Vane left.", {"gov", "governor"}),
        ("Tom Vane left.", set()),
    ],
)
def test_what_the_text_calls_somebody(text: str, words: set[str]) -> None:
    """Titles, appositions and the nouns before a name are what its bearer may be called later."""
    found = descriptors(text, NameClusters(find_names(text)))
    assert words <= found[0]
    assert words or not found[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("report", SpeakerType.DOCUMENT),
        ("statement", SpeakerType.DOCUMENT),
        ("ministry", SpeakerType.ORGANIZATION),
        ("campaign", SpeakerType.ORGANIZATION),
        ("official", SpeakerType.UNNAMED),
        ("woman", SpeakerType.UNNAMED),
    ],
)
def test_the_type_of_a_description(head: str, expected: SpeakerType) -> None:
    """The noun tells what a speaker is that is only described."""
    assert description_type(head) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Laura", Gender.FEMININE),
        ("HUGH", Gender.MASCULINE),
        ("Qwerty", Gender.UNKNOWN),
        ("", Gender.UNKNOWN),
    ],
)
def test_first_names(name: str, expected: Gender) -> None:
    """Common first names tell a gender, others none."""
    assert first_name_gender(name) is expected
