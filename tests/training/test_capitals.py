from __future__ import annotations

import pytest

from inquit.model.encoding import TextEncoder
from inquit.training.capitals import capitals
from inquit.training.examples import IGNORED

_TEXT = "HARBOUR SHUT ALL DAY\n\nThe mayor, Ada Brill, told Tom “It leaks” twice. She met 3 men of the Lake Office."


def _words(encoder: TextEncoder, text: str, wanted: int) -> list[str]:
    encoded = encoder.encode(text.lower())
    found = capitals(encoded, text)
    assert found[~encoded.word_starts].tolist() == [IGNORED] * int((~encoded.word_starts).sum())
    edges = zip(encoded.starts.tolist(), found.tolist(), strict=True)
    return [text[start:].split(maxsplit=1)[0].strip(",.”“") for start, had in edges if had == wanted]


def test_capitals_are_told_by_the_clean_text(encoder: TextEncoder) -> None:
    """A word within a sentence is a name where the clean text writes it with a capital."""
    assert _words(encoder, _TEXT, 1) == ["Ada", "Brill", "Tom", "Lake", "Office"]
    assert _words(encoder, _TEXT, 0) == ["mayor", "told", "leaks", "twice", "met", "men", "of", "the"]


def test_what_always_has_a_capital_tells_nothing(encoder: TextEncoder) -> None:
    """Starts of sentences and strings, figures and headlines are left out."""
    left_out = _words(encoder, _TEXT, IGNORED)
    assert {"HARBOUR", "DAY", "The", "It", "She", "3"} <= set(left_out)


@pytest.mark.parametrize("text", ["", "…", "Ada"])
def test_texts_that_tell_nothing(encoder: TextEncoder, text: str) -> None:
    """An empty text, or one whose only word starts it, teaches nothing."""
    assert set(capitals(encoder.encode(text.lower()), text).tolist()) <= {IGNORED}
