"""What a `tokenizer.json` may be made of.

It is a small program that runs on every text of every caller. Patterns that backtrack without end,
replacements that multiply a text, and words or pieces of any length are no part of it.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from inquit.model.files import brief

__all__ = ["check_tokenizer"]

_NORMALIZERS = {
    "BertNormalizer",
    "Lowercase",
    "NFC",
    "NFD",
    "NFKC",
    "NFKD",
    "Nmt",
    "Precompiled",
    "Replace",
    "Strip",
    "StripAccents",
}
_PRE_TOKENIZERS = {
    "BertPreTokenizer",
    "ByteLevel",
    "Digits",
    "Metaspace",
    "Punctuation",
    "Whitespace",
    "WhitespaceSplit",
}
_MODELS = {"BPE", "Unigram", "WordPiece"}
_PATTERNS = {" {2,}", "\\s+"}
"""Regular expressions of well-known tokenizers, which look at each character once."""
_MOST_PARTS = 32
_MOST_WORD = 1000
"""Characters of a word that WordPiece cuts; its time grows with their square."""
_MOST_REPLACED = 64
"""Bytes for one character, in a table of replacements."""
_MOST_PIECE = 256
"""Characters of an entry of the vocabulary; Unigram's time grows with the longest. Known ones have up to 128."""
_MOST_AFFIX = 16
"""Characters that mark a piece inside a word, and are put before every one that is looked up."""
_ONCE = {"ByteLevel", "Precompiled"}
_GROWTH = {"BertNormalizer": 12, "ByteLevel": 2, "NFC": 3, "NFD": 4, "NFKC": 18, "NFKD": 18}
"""Characters that one can become, by Unicode; of Precompiled its table tells."""
_MOST_GROWTH = 2048
"""Of all steps together."""


def check_tokenizer(values: Mapping[str, Any]) -> None:
    """Raise ValueError, TypeError or KeyError unless the parts are known and safe to run on any text."""
    growth = 1
    for part, inner, known in (
        ("normalizer", "normalizers", _NORMALIZERS),
        ("pre_tokenizer", "pretokenizers", _PRE_TOKENIZERS),
    ):
        steps = list(_steps(values.get(part), inner))
        if len(steps) > _MOST_PARTS:
            raise ValueError(f"{part} has more than {_MOST_PARTS} steps")
        kinds = [step["type"] for step in steps]
        for step, kind in zip(steps, kinds, strict=True):
            if kind not in known:
                raise ValueError(f"{part} of the unknown type {brief(kind)}")
            if kind in _ONCE and kinds.count(kind) > 1:
                raise ValueError(f"{part} has more than one {kind}")
            if kind == "Replace":
                _check_replacement(step["pattern"], step["content"])
            is_table = kind == "Precompiled"
            growth *= _longest(step["precompiled_charsmap"]) if is_table else _GROWTH.get(kind, 1)
    if growth > _MOST_GROWTH:
        raise ValueError("the steps together make texts longer")
    _check_model(values["model"])


def _check_model(model: Mapping[str, Any]) -> None:
    if model["type"] not in _MODELS:
        raise ValueError(f"model of the unknown type {brief(model['type'])}")
    if model.get("max_input_chars_per_word", 0) > _MOST_WORD:
        raise ValueError(f"max_input_chars_per_word is above {_MOST_WORD}")
    for affix in ("continuing_subword_prefix", "end_of_word_suffix"):
        if len(model.get(affix) or "") > _MOST_AFFIX:
            raise ValueError(f"{affix} has more than {_MOST_AFFIX} characters")
    vocabulary = model["vocab"]
    pieces = (piece for piece, _ in vocabulary) if model["type"] == "Unigram" else vocabulary
    if max(map(len, pieces), default=0) > _MOST_PIECE:
        raise ValueError(f"vocab has a piece of more than {_MOST_PIECE} characters")


def _steps(step: Mapping[str, Any] | None, inner: str) -> Iterator[Mapping[str, Any]]:
    if step is None:
        return
    if step["type"] != "Sequence":
        yield step
        return
    for one in step[inner]:
        yield from _steps(one, inner)


def _check_replacement(pattern: Mapping[str, str], content: str) -> None:
    if "Regex" in pattern:
        if pattern["Regex"] not in _PATTERNS or len(content) > 1:
            raise ValueError(f"Replace has the unknown pattern {brief(pattern['Regex'])}")
    elif not len(content) <= len(pattern["String"]):
        raise ValueError("Replace makes texts longer")


def _longest(encoded: str) -> int:
    """Return the bytes of the longest replacement in a table as sentencepiece compiles it.

    That is a trie, and what it leads to, each ended by a zero.
    """
    table = base64.b64decode(encoded, validate=True)
    (trie,) = struct.unpack_from("<I", table.ljust(4, b"\0"))
    longest = max(map(len, table[4 + trie :].split(b"\0")))
    if longest > _MOST_REPLACED:
        raise ValueError("Precompiled makes texts longer")
    return max(1, longest)
