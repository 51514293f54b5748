"""Which words of a text would have a capital, told by the text itself before its case was lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inquit.model.encoding import EncodedText, MarkState
from inquit.model.windows import Break
from inquit.text.segments import sentences
from inquit.training.examples import IGNORED

__all__ = ["capitals"]

# Share of capitalised words from which a paragraph is a headline, whose capitals tell nothing.
_HEADLINE = 0.6


def capitals(encoded: EncodedText, clean: str) -> NDArray[np.int64]:
    """Return 1 for each word that has a capital in `clean`, 0 for one that has none, shape [tokens].

    IGNORED inside words, and where every word has one: where sentences, lines and quoted strings
    start, in headlines, and for what is no word.
    """
    had = np.full(len(encoded), IGNORED, dtype=np.int64)
    starts = encoded.starts.tolist()
    opened = np.isin(encoded.mark_states, [MarkState.OPENING])
    free = np.isin(encoded.breaks, [Break.NONE, Break.SPACE])
    free[1:] &= ~opened[:-1]
    # Where the case is lost, sentences of the text itself run on.
    for part in encoded.paragraphs:
        for sentence in sentences(clean, part):
            span = encoded.token_span(*sentence)
            if span is not None:
                free[span[0]] = False
    for place in np.flatnonzero(free):
        word = clean[starts[place] : starts[place] + 2]
        if word[:1].isalpha():
            had[place] = word[0].isupper()
    for part in encoded.paragraphs:
        span = encoded.token_span(part.start, part.end)
        if span is None:
            continue
        inside = had[slice(*span)]
        known = inside != IGNORED
        if known.any() and inside[known].mean() > _HEADLINE:
            inside[:] = IGNORED
    return had
