from __future__ import annotations

import pytest

from inquit.resolve.clusters import NameClusters
from inquit.resolve.gender import Gender
from inquit.resolve.names import find_names
from inquit.types import SpeakerType


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ada Brill came. Brill left. Ada stayed. Ms. Brill slept.",
            [["Ada Brill", "Brill", "Ada", "Brill"]],
        ),
        (
            "Bill Clane spoke. Hillary Clane left. Mr. Clane stayed. Mrs. Clane came. Clane sat.",
            [["Bill Clane", "Clane"], ["Hillary Clane", "Clane", "Clane"]],
        ),
        ("Tom Vane Jr. came. Vane left. Tom Vane sat.", [["Tom Vane Jr", "Vane", "Tom Vane"]]),
        ("Maria T. Brill came. Maria Brill left. Brill sat.", [["Maria T. Brill", "Maria Brill", "Brill"]]),
        ("Mayor Vane came. Tom Vane left.", [["Vane", "Tom Vane"]]),
        ("Sen. Ada Brill came. Senator Brill left.", [["Ada Brill", "Brill"]]),
        # Acronyms.
        (
            "The Lake Safety Board met. The LSB closed. Lake Safety Board met.",
            [["Lake Safety Board", "LSB", "Lake Safety Board"]],
        ),
        (
            "The Department of Harbour Works met. The DHW closed.",
            [["Department of Harbour Works", "DHW"]],
        ),
        # A firm is not the person whose name it bears.
        ("Ada Brill came. Brill Corporation closed.", [["Ada Brill"], ["Brill Corporation"]]),
        # Too well known to be introduced, beside somebody who is.
        (
            "Vane left. Vane sat. Vane ate. Ivanka Vane came.",
            [["Ivanka Vane"], ["Vane", "Vane", "Vane"]],
        ),
        ("The Harbour Post met. The Post said so.", [["Harbour Post", "Post"]]),
    ],
)
def test_names_of_one_bearer_are_together(text: str, expected: list[list[str]]) -> None:
    """Each entity has exactly these of the text's names, in order."""
    clusters = NameClusters(find_names(text)).clusters
    assert [[text[n.start : n.end] for n in c.names] for c in clusters] == expected


@pytest.mark.parametrize(
    ("text", "fullest", "kind", "gender"),
    [
        ("Brill came. Ada T. Brill left. Ada Brill sat.", "Ada T. Brill", SpeakerType.PERSON, Gender.UNKNOWN),
        ("Laura Brill came.", "Laura Brill", SpeakerType.PERSON, Gender.FEMININE),
        ("Hugh Hill came.", "Hugh Hill", SpeakerType.PERSON, Gender.MASCULINE),
        ("Mrs. Hill came.", "Hill", SpeakerType.PERSON, Gender.FEMININE),
        ("Mr. Ada Hill came.", "Ada Hill", SpeakerType.PERSON, Gender.MASCULINE),
        ("The Lake Board met.", "Lake Board", SpeakerType.ORGANIZATION, Gender.NEUTER),
        ("The LSB met.", "LSB", SpeakerType.ORGANIZATION, Gender.NEUTER),
        (
            "The Lake Safety Board met. The LSB met.",
            "Lake Safety Board",
            SpeakerType.ORGANIZATION,
            Gender.NEUTER,
        ),
    ],
)
def test_what_the_names_tell(text: str, fullest: str, kind: SpeakerType, gender: Gender) -> None:
    """The fullest form, the type and the gender of an entity are those that its names show."""
    (cluster,) = NameClusters(find_names(text)).clusters
    name = cluster.fullest
    assert (text[name.start : name.end], cluster.type, cluster.gender) == (fullest, kind, gender)


def test_a_bare_surname_is_the_nearest_bearer() -> None:
    """Of two bearers the one just named in full is meant."""
    text = "Ada Brill came. " + "It rained and rained. " * 20 + "Tom Brill came. Brill left."
    names = find_names(text)
    clusters = NameClusters(names)
    assert clusters.cluster_of[len(names) - 1] is clusters.cluster_of[len(names) - 2]


def test_names_are_found_by_place() -> None:
    """`overlapping` and `before` answer for any range of the text."""
    text = "Ada Brill met Tom Vane."
    clusters = NameClusters(find_names(text))
    assert clusters.overlapping(0, 3) == [0]
    assert clusters.overlapping(5, 16) == [0, 1]
    assert clusters.overlapping(9, 14) == []
    assert clusters.overlapping(0, len(text)) == [0, 1]
    assert [clusters.before(0), clusters.before(1), clusters.before(99)] == [0, 1, 2]


def test_every_name_has_one_cluster() -> None:
    """Each name belongs to one entity, and each entity's names are names of the text."""
    text = "Ada Brill of the Lake Board (LB) met Mr. Vane, Tom Vane, Brill and the LB of Brill Corp."
    clusters = NameClusters(find_names(text))
    assert sorted(clusters.cluster_of) == list(range(len(clusters.names)))
    assert sorted(n.start for c in clusters.clusters for n in c.names) == [n.start for n in clusters.names]
