from __future__ import annotations

import pytest

from inquit.resolve.clusters import NameClusters
from inquit.resolve.names import find_names
from inquit.resolve.spelling import is_misread
from inquit.resolve.words import Words
from inquit.text.segments import paragraphs, sentences

# Enough of a scanner's marks that a reader knows what kind of text it is.
_NOISE = " It ra1ned on the hi1ls, and the mi1l stood stiIl."


def _words(text: str) -> Words:
    return Words(text, [s for p in paragraphs(text) for s in sentences(text, p)])


def _names(text: str) -> list[str]:
    """Return the full name, as it stands in the text, that each name of it means."""
    clusters = NameClusters(find_names(text))
    fullest = [clusters.cluster_of[place].fullest for place in range(len(clusters.names))]
    return [text[name.start : name.end] for name in fullest]


@pytest.mark.parametrize(
    ("text", "misread"),
    [
        ("The mill stood." + _NOISE, True),
        ("It rained on the hills, and the mill stood still.", False),
        ("She took the 4th bus at 7pm to B2B and G20 and 2nd Street, and h1b is a visa.", False),
        ("She wrote to iPhone makers and eBay about McVane.", False),
        ("", False),
    ],
)
def test_a_scanner_is_known_by_its_marks(text: str, misread: bool) -> None:
    """Figures between small letters, more than once, are a scanner's."""
    assert is_misread(_words(text)) is misread


@pytest.mark.parametrize("surname", ["Qui1l", "Quil1", "Quiil", "Qulll", "Quil", "QQuill"])
def test_a_misread_surname_means_its_bearer(surname: str) -> None:
    """Letters read for each other, lost or doubled ones do not make another person."""
    text = f"Mara Quill met the press. Later {surname} left. The mayor saw Quill go, and Quill waved.{_NOISE}"
    assert _names(text)[:2] == ["Mara Quill", "Mara Quill"]


def test_the_fullest_name_is_the_first_of_its_spellings() -> None:
    """Who is named twice in full is shown as at first, however it is spelled there."""
    text = f"We met Mara Qui1l there. The mayor saw Mara Quill go, and Quill waved.{_NOISE}"
    assert set(_names(text)) == {"Mara Qui1l"}


def test_a_lost_blank_does_not_hide_a_name() -> None:
    """Two words run together are two where the text has one of them."""
    text = f"We met MaraQuill there. The mayor saw Quill go, and Quill waved.{_NOISE}"
    assert set(_names(text)) == {"MaraQuill"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Brill", "Tom Prill"),
        ("Anna Vane", "Hanna Vane"),
        ("Odo Clinter", "Mara Clifter"),
        ("Odo Lane", "Odo Lome"),
    ],
)
def test_likeness_means_nothing_in_ordinary_print(one: str, other: str) -> None:
    """In a text without a scanner's marks two spellings are two people."""
    text = f"We met {one} there. The mayor saw {other} go, and waved."
    assert _names(text) == [one, other]


def test_people_of_unlike_names_stay_apart_in_noise() -> None:
    """Noise does not make one of two whose names differ by more than a slip."""
    text = f"We met Mara Quill there. Odo Fenwick saw Quill, and Fenwick waved to Quill.{_NOISE}"
    assert set(_names(text)) == {"Mara Quill", "Odo Fenwick"}
