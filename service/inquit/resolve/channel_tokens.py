"""Words, quotation marks and stops of one sentence, for the grammar of channels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from inquit.text.segments import Segment

__all__ = ["Clause", "Token"]

_TOKEN = re.compile(
    r"""
    (?P<quote>''|‘‘|’’|``|[“”"«»])
  | (?P<word>[^\W_](?:\w|[’'&./@-](?=\w))*
        (?:[’'](?<=[sS].)(?![’'\w])    # Davis’ speech
          | \.(?<=\b\w\.)(?=[\s,])     # the initial in John F. Roe
          | \.(?<=\.\w\.)              # U.S.
        )?)
  | (?P<other>\S)
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A word (`word`), a quotation mark (`quote`), another character, or a gap in the text (`bar`)."""

    start: int
    end: int
    text: str
    lower: str
    """In lower case, with straight apostrophes."""
    kind: str

    @property
    def word(self) -> bool:
        """Whether it is a word or a number."""
        return self.kind == "word"

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital or a figure."""
        return self.text[0].isupper() or self.text[0].isdigit()

    @property
    def name(self) -> bool:
        """Whether it is a word and may be part of a name."""
        return self.kind == "word" and self.capital

    @property
    def owner(self) -> bool:
        """Whether it is a possessive: `Channel 9’s`."""
        return self.lower.endswith(("'s", "s'"))

    @property
    def bare(self) -> str:
        """In lower case, without the ending of a possessive."""
        return self.lower.removesuffix("'s").removesuffix("'")

    @property
    def participle(self) -> bool:
        """Whether it looks like one: `released`, `airing`."""
        return self.lower.endswith(("ed", "ing"))


_END = Token(-1, -1, ".", ".", "end")
_BAR = Token(-1, -1, "|", "|", "bar")


class Clause:
    """The tokens of parts of a sentence, in order; reading beyond them gives an end."""

    def __init__(self, text: str, parts: Iterable[Segment], met: AbstractSet[str]) -> None:
        self.met = met
        self.tokens: Sequence[Token] = _tokens(text, parts)

    def at(self, place: int) -> Token:
        """Return the token at a place, or an end that is no word."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else _END

    def lower(self, place: int) -> str:
        """Return a token in lower case."""
        return self.at(place).lower

    def span(self, first: int, end: int) -> Segment:
        """Return the stretch of the text from one token to before another."""
        return Segment(self.tokens[first].start, self.tokens[end - 1].end)


def _tokens(text: str, parts: Iterable[Segment]) -> list[Token]:
    found: list[Token] = []
    for part in parts:
        if found:
            found.append(_BAR)
        for match in _TOKEN.finditer(text, part.start, part.end):
            lower = match[0].lower().replace("’", "'")
            found.append(Token(*match.span(), match[0], lower, match.lastgroup or "other"))
    return found
