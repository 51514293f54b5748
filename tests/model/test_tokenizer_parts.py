"""Tokenizers as their files describe them: what would multiply a text, or the time it takes, is refused."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from inquit.model.tokenizer_parts import check_tokenizer

_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
_BPE = {"type": "BPE", "vocab": {"-" * 128: 0}, "merges": []}
_WORDPIECE = {"type": "WordPiece", "vocab": {"a": 0}, "continuing_subword_prefix": "##"}


def _table(size: int) -> dict[str, Any]:
    """Return a step that makes one character so many bytes."""
    table = struct.pack("<I", 0) + b"e" * size + b"\0"
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(table).decode()}


def _kinds(*kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind} for kind in kinds]


def _check(
    normalizers: list[dict[str, Any]] | None = None,
    pre_tokenizers: list[dict[str, Any]] | None = None,
    model: dict[str, Any] = _BPE,
) -> None:
    check_tokenizer(
        {
            "normalizer": {"type": "Sequence", "normalizers": normalizers or []},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": pre_tokenizers or []},
            "model": model,
        }
    )


@pytest.mark.parametrize(
    ("normalizers", "pre_tokenizers"),
    [
        pytest.param([_table(9), _table(9)], [], id="tables"),
        pytest.param([], [_BYTE_LEVEL, _BYTE_LEVEL], id="bytes"),
    ],
)
def test_steps_that_multiply_are_there_once(
    normalizers: list[dict[str, Any]], pre_tokenizers: list[dict[str, Any]]
) -> None:
    """Each would multiply what the one before has made."""
    with pytest.raises(ValueError, match="more than one"):
        _check(normalizers, pre_tokenizers)


@pytest.mark.parametrize(
    ("normalizers", "pre_tokenizers"),
    [
        pytest.param(_kinds("NFKD", "NFKC", "NFKD"), [], id="alike"),
        pytest.param([_table(64), *_kinds("NFKD")], [_BYTE_LEVEL], id="of different parts"),
        pytest.param(_kinds(*["BertNormalizer"] * 4), [], id="bert"),
    ],
)
def test_growth_is_that_of_all_steps_together(
    normalizers: list[dict[str, Any]], pre_tokenizers: list[dict[str, Any]]
) -> None:
    """Where each alone is harmless."""
    with pytest.raises(ValueError, match="together make texts longer"):
        _check(normalizers, pre_tokenizers)


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ({"type": "Unigram", "vocab": [["<unk>", 0.0], ["a" * 257, -1.0]]}, "vocab has a piece"),
        ({"type": "BPE", "vocab": {"a" * 257: 0}}, "vocab has a piece"),
        (_WORDPIECE | {"continuing_subword_prefix": "#" * 17}, "continuing_subword_prefix"),
        (_BPE | {"end_of_word_suffix": "#" * 17}, "end_of_word_suffix"),
    ],
    ids=["unigram", "bpe", "prefix", "suffix"],
)
def test_pieces_have_a_length(model: dict[str, Any], fault: str) -> None:
    """A piece as long as a text makes the time grow with its square."""
    with pytest.raises(ValueError, match=fault):
        _check(model=model)


@pytest.mark.parametrize(
    ("normalizers", "pre_tokenizers", "model"),
    [
        pytest.param(_kinds("BertNormalizer"), _kinds("BertPreTokenizer"), _WORDPIECE, id="bert"),
        pytest.param([], [_BYTE_LEVEL], _BPE | {"continuing_subword_prefix": None}, id="roberta"),
        pytest.param(
            [*_kinds("NFKD", "StripAccents", "Lowercase"), _table(33)],
            _kinds("WhitespaceSplit", "Metaspace"),
            {"type": "Unigram", "vocab": [["<unk>", 0.0]]},
            id="albert",
        ),
    ],
)
def test_parts_of_well_known_tokenizers_are_taken(
    normalizers: list[dict[str, Any]], pre_tokenizers: list[dict[str, Any]], model: dict[str, Any]
) -> None:
    """The bounds leave room for what is in use."""
    _check(normalizers, pre_tokenizers, model)
