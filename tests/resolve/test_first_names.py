from __future__ import annotations

import pytest

from inquit.resolve.first_names import is_first_name, same_first_name


@pytest.mark.parametrize("word", ["Laura", "HUGH", "kellyanne", "Bobby", "Ken", "Casey", "José"])
def test_first_names_are_known(word: str) -> None:
    """Names of either gender, of both, and short forms are first names, in any case."""
    assert is_first_name(word)


@pytest.mark.parametrize("word", ["", "Brill", "committee", "the", "Mr"])
def test_other_words_are_no_first_names(word: str) -> None:
    """Surnames, nouns and titles are not taken for first names."""
    assert not is_first_name(word)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("laura", "laura", True),
        ("kenneth", "ken", True),
        ("bob", "robby", True),
        ("ted", "edward", True),
        ("ted", "theodore", True),
        ("kate", "katherine", True),
        ("j", "john", True),
        ("john", "j", True),
        ("qwerty", "qwerty", True),
        # Two short forms of different names, and initials of others.
        ("edward", "theodore", False),
        ("jim", "john", False),
        ("j", "tom", False),
        ("", "tom", False),
        ("qwerty", "qwert", False),
    ],
)
def test_what_one_person_may_be_called(one: str, other: str, *, expected: bool) -> None:
    """Short forms and initials are the same person's, either way round; other names are not."""
    assert same_first_name(one, other) is expected
    assert same_first_name(other, one) is expected
