"""Quotations as the model found them: spans and links, speakers not yet resolved."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.text.segments import Segment
from inquit.types import QuoteKind

__all__ = ["DraftQuote"]


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """A quotation before its speaker is known; all spans in code points."""

    kind: QuoteKind
    content: tuple[Segment, ...]
    verbatim: tuple[Segment, ...]
    cue: Segment | None
    mention: Segment | None
    confidence: float
    """0 to 1: that this is a quotation."""
    mention_confidence: float
    """0 to 1: that `mention` names its holder, or that none does where it is None."""
    follows_open: bool = False
    """Begins with a string that goes on with one left open in the paragraph before."""

    @property
    def start(self) -> int:
        """Where the first content span starts."""
        return self.content[0].start

    @property
    def end(self) -> int:
        """Where the last content span ends."""
        return self.content[-1].end
