"""A larger model that teaches: what it says of every word of the training texts, read once.

A student learns more from the chances of all tags than from the right one alone (Hinton et al.,
2015), and texts without annotation teach too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inquit.extractor import Extractor
from inquit.model.encoding import EncodedText
from inquit.model.outputs import JoinedOutput
from inquit.model.tags import TAG_COUNT
from inquit.types import Document, ExtractOptions, QuoteKind

__all__ = ["TEMPERATURE", "Lesson", "lessons"]

TEMPERATURE = 2.0
"""By which the scores of teacher and student are divided: above 1 the unlikely tags count for more."""
_EVERYTHING = ExtractOptions(kinds=frozenset(QuoteKind))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a teacher says of the words of one text."""

    starts: NDArray[np.int64]
    """Code point offset of each word, shape [words]; ascending."""
    chances: NDArray[np.float32]
    """Of each tag, shape [words, TAG_COUNT]."""

    def for_tokens(self, encoded: EncodedText) -> NDArray[np.float32]:
        """Return the chances for each token, shape [tokens, TAG_COUNT].

        Rows are zeros inside words, and where the teacher saw no word begin.
        """
        taught = np.zeros((len(encoded), TAG_COUNT), dtype=np.float32)
        if not len(self.starts):
            return taught
        firsts = np.flatnonzero(encoded.word_starts)
        begins = encoded.starts[firsts]
        places = np.minimum(np.searchsorted(self.starts, begins), len(self.starts) - 1)
        known = self.starts[places] == begins
        taught[firsts[known]] = self.chances[places[known]]
        return taught


def lessons(
    rows: Iterable[Mapping[str, Any]],
    teacher: Path,
    *,
    device: str = "cpu",
    report: Callable[[int], None] | None = None,
) -> dict[str, Lesson]:
    """Read the texts of rows with the model in the folder `teacher`; the result is by id.

    Raise ModelError where the teacher cannot be loaded.
    """
    extractor = Extractor.load(teacher, device=device)
    found: dict[str, Lesson] = {}
    for row in rows:
        encoded = extractor.encode(Document(row["id"], row["text"]), _EVERYTHING)
        if encoded.windows:
            outputs = extractor.run_all(encoded.windows)
            scores = JoinedOutput(len(encoded.text), encoded.windows, outputs).tag_scores
            firsts = np.flatnonzero(encoded.text.word_starts)
            # The teacher read over remains of markup; its pupil sees the text as it stands.
            starts = encoded.readable.originals(encoded.text.starts[firsts])
            found[row["id"]] = Lesson(starts, _softened(scores[firsts]))
        if report is not None:
            report(len(found))
    return found


def _softened(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / TEMPERATURE)
    chances: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances
