"""Examples cut into documents of a few windows, and these gathered into padded batches.

A document is seen whole: its windows lie in one batch, so that pointers reach from one window
into another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from inquit.model.batching import pad_windows
from inquit.model.encoding import TextEncoder, Window
from inquit.model.network import WindowBatch
from inquit.model.windows import SPECIAL_TOKENS, Break, stepped
from inquit.training.examples import IGNORED, Example, Link, StringLabel, TokenSpan

__all__ = ["TrainingBatch", "TrainingDocument", "make_batches", "training_documents"]

# Pieces of a document with fewer tokens teach nothing.
_SHORTEST = 8
# Share of the cuts that lie where a paragraph or a sentence starts.
_SNAPPED = 0.7


@dataclass(frozen=True, slots=True)
class TrainingDocument:
    """Neighbouring windows with what is known of them; spans count from the first one's first token."""

    windows: tuple[Window, ...]
    tags: tuple[NDArray[np.int64], ...]
    """One array a window, the special tokens included; shape [length]."""
    taught: NDArray[np.float32] | None
    """As in `Example`, without the special tokens; so are capitals."""
    capitals: NDArray[np.int64] | None
    words: NDArray[np.int64]
    """Word number of each token, for distances; shape [tokens], special ones left out."""
    names: tuple[TokenSpan, ...]
    full_names: tuple[TokenSpan, ...]
    mentions: tuple[TokenSpan, ...]
    sources: tuple[TokenSpan, ...]
    cues: tuple[TokenSpan, ...]
    source_links: tuple[Link, ...]
    cue_links: tuple[Link, ...]
    antecedent_links: tuple[Link, ...]
    bearer_links: tuple[Link, ...]
    speaker_links: tuple[Link, ...]
    strings: tuple[StringLabel, ...]
    types: tuple[tuple[TokenSpan, int], ...]

    @property
    def longest(self) -> int:
        """Tokens of its longest window, special ones included."""
        return max(w.length for w in self.windows)


@dataclass(frozen=True, slots=True)
class TrainingBatch:
    """Padded windows, those of each document side by side, and their annotation."""

    inputs: WindowBatch
    documents: tuple[TrainingDocument, ...]


def training_documents(
    example: Example, encoder: TextEncoder, length: int, most_windows: int, source: random.Random
) -> list[TrainingDocument]:
    """Cut an example into windows of at most `length` tokens at places that differ by epoch.

    At most `most_windows` of them make one document; longer texts become several.
    """
    edges = _edges(example.encoded.breaks, length - SPECIAL_TOKENS, source)
    found = []
    for first in range(0, len(edges) - 1, most_windows):
        part = edges[first : first + most_windows + 1]
        if part[-1] - part[0] > _SHORTEST:
            found.append(_document(example, encoder, part))
    return found


def make_batches(
    documents: Sequence[TrainingDocument], tokens: int, source: random.Random
) -> Iterator[TrainingBatch]:
    """Gather documents with windows of like length into batches of at most `tokens` padded tokens."""
    order = list(documents)
    source.shuffle(order)
    pool = 64
    batches: list[list[TrainingDocument]] = []
    for place in range(0, len(order), pool):
        batch: list[TrainingDocument] = []
        for item in sorted(order[place : place + pool], key=lambda d: d.longest):
            count = sum(len(d.windows) for d in batch) + len(item.windows)
            if batch and stepped(item.longest) * count > tokens:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    source.shuffle(batches)
    for batch in batches:
        windows = [w for d in batch for w in d.windows]
        yield TrainingBatch(pad_windows(windows, torch.device("cpu")), tuple(batch))


def _edges(breaks: NDArray[np.int64], inner: int, source: random.Random) -> list[int]:
    """Return where windows of about equal length begin, at random within what length allows.

    Most begin where the text breaks, as when the model is used.
    """
    total = len(breaks)
    count = max(1, -(-total // inner))
    if count > 1:
        # One window more than are needed gives the cuts room to move.
        count += source.random() < 0.5
    size = total / count
    # Windows of one document are padded to its longest: they differ little.
    play = min((inner - size) / 4, size / 5)
    inside = []
    for number in range(1, count):
        place = round(number * size + source.uniform(-play, play))
        if source.random() < _SNAPPED:
            place = _nearest_break(breaks, place, int(play))
        inside.append(place)
    return [0, *inside, total]


def _nearest_break(breaks: NDArray[np.int64], place: int, reach: int) -> int:
    """Return the start of a paragraph within reach, else that of a sentence, else the place."""
    low = max(1, place - reach)
    near = breaks[low : place + reach + 1]
    for wanted in (Break.PARAGRAPH, Break.SENTENCE):
        found = np.flatnonzero(near == wanted) + low
        if len(found):
            return int(found[np.argmin(np.abs(found - place))])
    return place


def _document(example: Example, encoder: TextEncoder, edges: list[int]) -> TrainingDocument:
    start, stop = edges[0], edges[-1]

    def moved(span: TokenSpan) -> TokenSpan | None:
        if span[0] < start or span[1] > stop:
            return None
        return span[0] - start, span[1] - start

    def kept(spans: Sequence[TokenSpan]) -> tuple[TokenSpan, ...]:
        return tuple(m for s in spans if (m := moved(s)) is not None)

    def links(known: Sequence[Link]) -> tuple[Link, ...]:
        found = []
        for link in known:
            query = moved(link.query)
            targets = kept(link.targets)
            # A target that is out of reach is not the same as no target.
            if query is not None and (targets or not link.targets):
                found.append(Link(query, targets))
        return tuple(found)

    encoded = example.encoded
    pairs = list(pairwise(edges))
    return TrainingDocument(
        windows=tuple(encoder.window(encoded, a, b) for a, b in pairs),
        tags=tuple(np.concatenate(([IGNORED], example.tags[a:b], [IGNORED])) for a, b in pairs),
        taught=None if example.taught is None else example.taught[start:stop],
        capitals=None if example.capitals is None else example.capitals[start:stop],
        words=np.cumsum(encoded.word_starts[start:stop]),
        names=kept(example.names),
        full_names=kept(example.full_names),
        mentions=kept(example.mentions),
        sources=kept(example.sources),
        cues=kept(example.cues),
        source_links=links(example.source_links),
        cue_links=links(example.cue_links),
        antecedent_links=links(example.antecedent_links),
        bearer_links=links(example.bearer_links),
        speaker_links=links(example.speaker_links),
        strings=tuple(
            StringLabel(m, s.speech, s.weight) for s in example.strings if (m := moved(s.span)) is not None
        ),
        types=tuple((m, kind) for s, kind in example.types if (m := moved(s)) is not None),
    )
