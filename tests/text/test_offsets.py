from __future__ import annotations

import pytest

from inquit.text.offsets import Offsets, code_points
from inquit.types import OffsetEncoding

_UTF32, _UTF16, _UTF8 = OffsetEncoding.UTF32, OffsetEncoding.UTF16, OffsetEncoding.UTF8


@pytest.mark.parametrize(
    ("text", "utf16", "utf8"),
    [
        ("", [0], [0]),
        ("ab", [0, 1, 2], [0, 1, 2]),
        ("“é”", [0, 1, 2, 3], [0, 3, 5, 8]),
        ("a🌊b", [0, 1, 3, 4], [0, 1, 5, 6]),
        ("e\u0301", [0, 1, 2], [0, 1, 3]),
        ("שלום", [0, 1, 2, 3, 4], [0, 2, 4, 6, 8]),
        ("\r\n\x00", [0, 1, 2, 3], [0, 1, 2, 3]),
        ("\uffff\U00010000\U0010ffff", [0, 1, 3, 5], [0, 3, 7, 11]),
        ("\u007f\u0080\u07ff\u0800", [0, 1, 2, 3, 4], [0, 1, 3, 5, 8]),
        ("a\ud83cb", [0, 1, 2, 3], [0, 1, 4, 5]),
        ("👩\u200d🚀!", [0, 2, 3, 5, 6], [0, 4, 7, 11, 12]),
    ],
)
def test_offsets_in_each_encoding(text: str, utf16: list[int], utf8: list[int]) -> None:
    """Each place of the text has the offset that a program in that encoding counts."""
    places = range(len(text) + 1)
    assert [Offsets(text, _UTF32)(p) for p in places] == list(places)
    assert [Offsets(text, _UTF16)(p) for p in places] == utf16
    assert [Offsets(text, _UTF8)(p) for p in places] == utf8


@pytest.mark.parametrize(
    ("encoding", "codec", "unit"), [(_UTF16, "utf-16-le", 2), (_UTF8, "utf-8", 1), (_UTF32, "utf-32-le", 4)]
)
def test_offsets_slice_the_encoded_text(encoding: OffsetEncoding, codec: str, unit: int) -> None:
    """The encoded text cut at these offsets is the encoded part, whatever stands before it."""
    text = "“Óla” 🌊🌊 e\u0301 \u200fשלום\u200f \ud800 “end”"
    offsets = Offsets(text, encoding)
    encoded = text.encode(codec, "surrogatepass")
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            part = encoded[offsets(start) * unit : offsets(end) * unit]
            assert part.decode(codec, "surrogatepass") == text[start:end]


def test_offsets_are_plain_integers() -> None:
    """Offsets go into messages and JSON, so they are no numbers of an array library."""
    for encoding in OffsetEncoding:
        assert type(Offsets("é🌊", encoding)(1)) is int


def test_code_points_keep_broken_text() -> None:
    """Lone surrogates and NUL have their own code points."""
    assert code_points("a\x00\udfff🌊").tolist() == [0x61, 0, 0xDFFF, 0x1F30A]
