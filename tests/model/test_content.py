from __future__ import annotations

import pytest

from inquit.model.content import trimmed, trimmed_source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Brill,", "Ada Brill"),
        ("Ada Brill of", "Ada Brill"),
        ("an official of the", "an official"),
        ("an official, who", "an official"),
        ("those who", "those who"),
        ("the Office of", "the Office"),
        ("John" + " " * 100_000 + "Smith", "John" + " " * 100_000 + "Smith"),
        (" ,", " ,"),
    ],
    ids=lambda value: value[:20],
)
def test_a_mention_ends_where_the_name_does(text: str, expected: str) -> None:
    """Nothing that only leads over to the content stays at the end of a mention; blanks cost no time."""
    start, end = trimmed_source(text, (0, len(text)))
    assert text[start:end] == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("wrote:", "wrote:"), ("said,", "said"), ("spoke of", "spoke of")]
)
def test_a_cue_keeps_its_words(text: str, expected: str) -> None:
    """A cue loses its comma, and neither its colon nor its preposition."""
    start, end = trimmed(text, (0, len(text)))
    assert text[start:end] == expected
