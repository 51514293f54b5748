"""What a `tokenizer.json` may be made of.

It is a small program that runs on every text of every caller. Patterns that backtrack without end,
replacements that multiply a text and words of any length are no part of it.
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


def check_tokenizer(values: Mapping[str, Any]) -> None:
    """Raise ValueError, TypeError or KeyError unless the parts are known and safe to run on any text."""
    for part, inner, known in (
        ("normalizer", "normalizers", _NORMALIZERS),
        ("pre_tokenizer", "pretokenizers", _PRE_TOKENIZERS),
    ):
        steps = list(_steps(values.get(part), inner))
        if len(steps) > _MOST_PARTS:
            raise ValueError(f"{part} has more than {_MOST_PARTS} steps")
        for step in steps:
            if step["type"] not in known:
                raise ValueError(f"{part} of the unknown type {brief(step['type'])}")
            if step["type"] == "Replace":
                _check_replacement(step["pattern"], step["content"])
            if step["type"] == "Precompiled":
                _check_table(step["precompiled_charsmap"])
    model = values["model"]
    if model["type"] not in _MODELS:
        raise ValueError(f"model of the unknown type {brief(model['type'])}")
    if model.get("max_input_chars_per_word", 0) > _MOST_WORD:
        raise ValueError(f"max_input_chars_per_word is above {_MOST_WORD}")


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


def _check_table(encoded: str) -> None:
    """Check a table as sentencepiece compiles it: a trie, and what it leads to, each ended by a zero."""
    table = base64.b64decode(encoded, validate=True)
    (trie,) = struct.unpack_from("<I", table.ljust(4, b"\0"))
    if max(map(len, table[4 + trie :].split(b"\0"))) > _MOST_REPLACED:
        raise ValueError("Precompiled makes texts longer")
