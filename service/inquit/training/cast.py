"""Who can be meant in a text: its names and mentions as candidates, and whom they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inquit.model.encoding import EncodedText
from inquit.resolve.mentions import Mention, MentionKind, read_mention
from inquit.resolve.name import Name, name_key
from inquit.resolve.names import find_names
from inquit.text.segments import Segment
from inquit.training.examples import TokenSpan

__all__ = ["Cast", "can_name"]


class Cast:
    """The names of a text, and its mentions once they are told."""

    def __init__(self, encoded: EncodedText, clean: str | None = None) -> None:
        """`clean` is the text before letters or case were lost, of the same length; it tells the names."""
        self.encoded = encoded
        self.text = encoded.text if clean is None else clean
        found = find_names(self.text, list(encoded.paragraphs))
        spanned = [(n, encoded.token_span(n.start, n.end)) for n in found]
        self.names: list[tuple[Name, TokenSpan]] = [(n, s) for n, s in spanned if s is not None]
        """In order of start, with the tokens of each."""

    @property
    def name_spans(self) -> tuple[TokenSpan, ...]:
        """The tokens of the names."""
        return tuple(sorted({s for _, s in self.names}))

    @property
    def full_spans(self) -> tuple[TokenSpan, ...]:
        """The tokens of the names of more than one word."""
        return tuple(sorted({s for n, s in self.names if len(n.words) > 1}))

    def read(self, start: int, end: int) -> Mention:
        """Read a range of code points as a mention."""
        inside = [n for n, _ in self.names if n.start < end and start < n.end]
        return read_mention(self.text, Segment(start, end), inside)

    def spans_naming(self, full_names: Iterable[str]) -> list[TokenSpan]:
        """Return the names that can stand for a bearer of one of these full names."""
        wanted = list(full_names)
        return [s for n, s in self.names if any(can_name(n, full) for full in wanted)]

    def bearers(self, name: Name, full_name: str) -> tuple[TokenSpan, ...]:
        """Return the full forms of whom a bare surname means, none where only one person bears it."""
        key = name_key(name.words[0])
        longer = [(n, s) for n, s in self.names if len(n.words) > 1 and name_key(n.words[-1]) == key]
        if len({tuple(map(name_key, n.words)) for n, _ in longer}) < 2:
            return ()
        return tuple(s for n, s in longer if can_name(n, full_name))


def can_name(name: Name, full: str) -> bool:
    """Whether a name in the text can stand for the entity of this full name."""
    words = [name_key(w) for w in name.words]
    known = [name_key(w) for w in full.split() if name_key(w) not in {"the", "a"}]
    if not words or not known:
        return False
    return set(words) <= set(known) and (words[-1] == known[-1] or len(words) > 1)


def named(entities: Mapping[str, Mapping[str, Any]], keys: Sequence[str]) -> list[str]:
    """Return the full names of those entities that have one."""
    holders = [entities[k] for k in keys if k in entities]
    return [h["name"] for h in holders if h["type"] in {"person", "organization"}]


def is_name(mention: Mention) -> bool:
    """Whether a mention names its entity by itself."""
    return mention.kind is MentionKind.NAME
