from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import settings
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from inquit.errors import ModelError
from inquit.model.encoding import (
    EncodedText,
    MarkState,
    Shape,
    TextEncoder,
)
from inquit.model.windows import Break
from tiny_model import tiny_tokenizer

_stable = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def _words(encoded: EncodedText) -> list[tuple[str, int]]:
    """Return each word of a text with the index of its first token."""
    firsts = np.flatnonzero(encoded.word_starts).tolist()
    edges = [*firsts, len(encoded)]
    return [(encoded.text[encoded.starts[a] : encoded.ends[b - 1]], a) for a, b in pairwise(edges)]


def test_tokens_are_places_of_the_text(encoder: TextEncoder) -> None:
    """Each token has the code points that it was cut from."""
    encoded = encoder.encode("“Dam,” said Zoë 🌊 xy.")
    parts = [encoded.text[a:b] for a, b in zip(encoded.starts, encoded.ends, strict=True)]
    assert parts == ["“", "Dam", ",", "”", "said", "Z", "o", "ë", "🌊", "x", "y", "."]


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("dam", Shape.LOWER),
        ("Dam", Shape.CAPITALISED),
        ("DAM", Shape.UPPER),
        ("daM", Shape.MIXED),
        ("DaM", Shape.MIXED),
        ("D", Shape.INITIAL),
        ("1998", Shape.DIGITS),
        ("90s", Shape.ALPHANUMERIC),
        ("B2", Shape.ALPHANUMERIC),
        (",", Shape.OTHER),
        ("“", Shape.OTHER),
        ("🌊", Shape.OTHER),
        ("Éa", Shape.CAPITALISED),
        ("éa", Shape.LOWER),
        ("שלום", Shape.LOWER),
    ],
)
def test_shapes(encoder: TextEncoder, word: str, shape: Shape) -> None:
    """Every token of a word carries the shape of the whole word, which an uncased encoder cannot see."""
    encoded = encoder.encode(f"a {word} a")
    assert set(encoded.shapes[1:-1].tolist()) == {shape}


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("a “b c” d", "a:OUTSIDE “:OPENING b:INSIDE c:INSIDE ”:CLOSING d:OUTSIDE"),
        ("‘b’ d", "‘:OPENING b:INSIDE_SINGLE ’:CLOSING d:OUTSIDE"),
        ("“b ‘c’ d”", "“:OPENING b:INSIDE ‘:OPENING c:NESTED ’:CLOSING d:INSIDE ”:CLOSING"),
        ("“b", "“:OPENING b:INSIDE"),
        ("b” c", "b:INSIDE ”:CLOSING c:OUTSIDE"),
        ("a’s b", "a:OUTSIDE ’:OUTSIDE s:OUTSIDE b:OUTSIDE"),
    ],
)
def test_mark_states(encoder: TextEncoder, text: str, states: str) -> None:
    """Each token knows where it stands to the quotation marks of the text."""
    encoded = encoder.encode(text)
    found = [
        f"{text[a:b]}:{MarkState(state).name}"
        for a, b, state in zip(encoded.starts, encoded.ends, encoded.mark_states, strict=True)
    ]
    assert " ".join(found) == states


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("dam wall", "dam:PARAGRAPH wall:SPACE"),
        ("xy wall", "x:PARAGRAPH y:PIECE wall:SPACE"),
        ("dam, wall", "dam:PARAGRAPH ,:NONE wall:SPACE"),
        ("dam. The wall", "dam:PARAGRAPH .:NONE The:SENTENCE wall:SPACE"),
        ("dam.\n\nThe wall", "dam:PARAGRAPH .:NONE The:PARAGRAPH wall:SPACE"),
        ("dam\r\nwall", "dam:PARAGRAPH wall:PARAGRAPH"),
        ("  dam", "dam:PARAGRAPH"),
    ],
)
def test_breaks(encoder: TextEncoder, text: str, breaks: str) -> None:
    """Each token knows what stands before it, the strongest break where there are several."""
    encoded = encoder.encode(text)
    found = [
        f"{text[a:b]}:{Break(value).name}"
        for a, b, value in zip(encoded.starts, encoded.ends, encoded.breaks, strict=True)
    ]
    assert " ".join(found) == breaks


def test_a_wrapped_line_is_no_paragraph(encoder: TextEncoder) -> None:
    """Inside a hard-wrapped paragraph a line break is one of its own kind."""
    line = "the mayor told the harbour that the sea wall was old and it had to be"
    encoded = encoder.encode(f"{line}\n{line}\n{line}")
    assert (encoded.breaks == Break.PARAGRAPH).sum() == 1
    assert (encoded.breaks == Break.LINE).sum() == 2


@pytest.mark.parametrize("text", ["", " ", "\n\r\n", "\x00", "\u200b\u200b", "\ud800", "\ufeff"])
def test_texts_without_words(encoder: TextEncoder, text: str) -> None:
    """A text of nothing readable is encoded all the same; without tokens it has no windows."""
    encoded = encoder.encode(text)
    windows = encoder.windows(encoded, 64, 16)
    assert len(windows) == (1 if len(encoded) else 0)


@pytest.mark.parametrize("mark", ["\ud83c", "\x00", "e\u0301", "שלום", "🌊", "\r\n", "İ", "ﬁ"])
def test_odd_characters_move_no_offset(encoder: TextEncoder, mark: str) -> None:
    """Whatever stands in front, the words behind are found where they stand."""
    encoded = encoder.encode(f"{mark} {mark}“Dam {mark} wall”")
    assert {"Dam", "wall"} <= {word for word, _ in _words(encoded)}


def test_token_span(encoder: TextEncoder) -> None:
    """A range of code points is the tokens that overlap it; white space and nothing have none."""
    encoded = encoder.encode("dam  wall office")
    assert encoded.token_span(0, 3) == (0, 1)
    assert encoded.token_span(1, 6) == (0, 2)
    assert encoded.token_span(0, 99) == (0, 3)
    assert encoded.token_span(3, 5) is None
    assert encoded.token_span(99, 100) is None


def test_windows_have_special_tokens(encoder: TextEncoder) -> None:
    """Each window is framed, and holds the features of its own tokens."""
    encoded = encoder.encode("“Dam wall,” she said. " * 30)
    windows = encoder.windows(encoded, 32, 8)
    assert len(windows) > 2
    for window in windows:
        assert window.length <= 32
        assert (window.piece_ids[0], window.piece_ids[-1]) == (encoder.first_id, encoder.last_id)
        assert window.length == window.stop - window.start + 2
        inside = slice(window.start, window.stop)
        assert window.piece_ids[1:-1].tolist() == encoded.piece_ids[inside].tolist()
        assert window.shapes[1:-1].tolist() == encoded.shapes[inside].tolist()
        assert window.mark_states[1:-1].tolist() == encoded.mark_states[inside].tolist()
        assert window.breaks[1:-1].tolist() == encoded.breaks[inside].tolist()


def test_truncation_of_the_tokenizer_is_off() -> None:
    """A tokenizer saved with truncation or padding reads long texts in full all the same."""
    tokenizer = tiny_tokenizer()
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    assert len(TextEncoder(tokenizer).encode("dam wall office harbour sea lake")) == 6


def test_a_tokenizer_without_special_tokens_is_refused() -> None:
    """A tokenizer that cannot frame a window is told when it is loaded."""
    with pytest.raises(ModelError, match=r"\[CLS\]"):
        TextEncoder(Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]")))
