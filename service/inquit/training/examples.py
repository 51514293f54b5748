"""Examples: annotated texts with everything in token indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inquit.model.encoding import EncodedText
from inquit.model.tags import OUTSIDE, Role, begin, illegal_steps, inside

__all__ = ["IGNORED", "Example", "Link", "StringLabel", "Tagging", "TokenSpan", "token_spans"]

TokenSpan = tuple[int, int]
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Link:
    """A span that points to some of the candidates of its kind, or to none (no target)."""

    query: TokenSpan
    targets: tuple[TokenSpan, ...]


@dataclass(frozen=True, slots=True)
class StringLabel:
    """A quoted string with the probability that it is speech, and how much that is to count."""

    span: TokenSpan
    speech: float
    weight: float


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated text; spans are half-open token ranges."""

    id: str
    encoded: EncodedText
    tags: NDArray[np.int64]
    """Shape [tokens]; IGNORED where nothing is known or inside a word."""
    names: tuple[TokenSpan, ...]
    """Candidates of antecedents and speakers, in order; so are mentions."""
    full_names: tuple[TokenSpan, ...]
    """The names of more than one word: candidates of bearers."""
    mentions: tuple[TokenSpan, ...] = ()
    """Source spans that are no names: pronouns and descriptions."""
    sources: tuple[TokenSpan, ...] = ()
    cues: tuple[TokenSpan, ...] = ()
    source_links: tuple[Link, ...] = ()
    """From a content span to its sources."""
    cue_links: tuple[Link, ...] = ()
    antecedent_links: tuple[Link, ...] = ()
    """From a mention to names, and to mentions before it, of the same entity."""
    bearer_links: tuple[Link, ...] = ()
    """From a bare surname to the full names of who bears it."""
    speaker_links: tuple[Link, ...] = ()
    """From a quoted string to names and mentions of who utters it."""
    strings: tuple[StringLabel, ...] = ()
    taught: NDArray[np.float32] | None = None
    """What a teacher says of each tag, shape [tokens, TAG_COUNT]; rows of zeros where it says nothing."""
    capitals: NDArray[np.int64] | None = None
    """For a text whose case was lost, shape [tokens]: 1 for a word that had a capital, 0 for one
    that had none, IGNORED where that tells nothing."""
    types: tuple[tuple[TokenSpan, int], ...] = ()
    """Names and mentions with the place of their speaker's type in `SPEAKER_TYPES`."""


@dataclass(slots=True)
class Tagging:
    """Role tags in the making."""

    encoded: EncodedText
    tags: NDArray[np.int64] = field(init=False)
    _firsts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.tags = np.full(len(self.encoded), OUTSIDE, dtype=np.int64)
        self._firsts = np.flatnonzero(self.encoded.word_starts)

    def ignore_all(self) -> None:
        """Know nothing of any token, until it is marked."""
        self.tags[:] = IGNORED

    def mark(self, role: Role, spans: Sequence[TokenSpan]) -> None:
        """Give spans a role; they are widened to whole words at the start."""
        for a, b in spans:
            first = int(self._firsts[np.searchsorted(self._firsts, a, side="right") - 1])
            self.tags[first:b] = inside(role)
            self.tags[first] = begin(role)

    def finished(self, unknown: Sequence[TokenSpan] = ()) -> NDArray[np.int64]:
        """Return legal tags by word, without those of the spans of which nothing is known."""
        self.tags[~self.encoded.word_starts] = IGNORED
        for a, b in unknown:
            self.tags[a:b] = IGNORED
        # Every span begins with its begin tag, also where a part of it was overwritten.
        illegal = illegal_steps()
        before = OUTSIDE
        for place in np.flatnonzero(self.tags != IGNORED):
            if illegal[before, self.tags[place]]:
                self.tags[place] -= 1
            before = self.tags[place]
        return self.tags


def token_spans(encoded: EncodedText, spans: Sequence[Sequence[int]] | None) -> list[TokenSpan]:
    """Return the token ranges of ranges of code points, without those that hold no token."""
    found = (encoded.token_span(a, b) for a, b in spans or ())
    return [s for s in found if s is not None]
