"""Windows of examples, gathered into padded batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from inquit.model.batching import pad_windows
from inquit.model.encoding import TextEncoder, Window, stepped
from inquit.model.network import WindowBatch
from inquit.training.corpus import IGNORED, Example, Link, TokenSpan

__all__ = ["TrainingBatch", "TrainingWindow", "make_batches", "training_windows"]


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """A window with what is known of it; spans count from the window's first token, [CLS]."""

    window: Window
    tags: NDArray[np.int64]
    words: NDArray[np.int64]
    """Word number of each token, for distances; shape [length]."""
    sources: tuple[TokenSpan, ...]
    cues: tuple[TokenSpan, ...]
    names: tuple[TokenSpan, ...]
    source_links: tuple[Link, ...]
    cue_links: tuple[Link, ...]
    antecedent_links: tuple[Link, ...]
    strings: tuple[tuple[TokenSpan, float, float], ...]


@dataclass(frozen=True, slots=True)
class TrainingBatch:
    """Padded windows and their annotation."""

    inputs: WindowBatch
    windows: tuple[TrainingWindow, ...]


def training_windows(
    example: Example, encoder: TextEncoder, length: int, source: random.Random
) -> list[TrainingWindow]:
    """Cut an example at a random phase, so that every epoch sees other edges."""
    inner = length - 2
    total = len(example.encoded)
    if total <= inner:
        cuts = [0, total]
    else:
        cuts = [0, *range(source.randrange(inner // 4, inner + 1), total, inner), total]
    return [_cut(example, encoder, a, b) for a, b in pairwise(cuts) if b - a > 8]


def make_batches(
    windows: Sequence[TrainingWindow], tokens: int, source: random.Random
) -> Iterator[TrainingBatch]:
    """Gather windows of like length into batches of at most `tokens` padded tokens."""
    order = list(windows)
    source.shuffle(order)
    pool = 64
    batches: list[list[TrainingWindow]] = []
    for place in range(0, len(order), pool):
        batch: list[TrainingWindow] = []
        for item in sorted(order[place : place + pool], key=lambda w: w.window.length):
            if batch and stepped(item.window.length) * (len(batch) + 1) > tokens:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    source.shuffle(batches)
    for batch in batches:
        yield TrainingBatch(pad_windows([w.window for w in batch], torch.device("cpu")), tuple(batch))


def _cut(example: Example, encoder: TextEncoder, start: int, stop: int) -> TrainingWindow:
    def moved(span: TokenSpan) -> TokenSpan | None:
        if span[0] < start or span[1] > stop:
            return None
        return span[0] - start + 1, span[1] - start + 1

    def kept(spans: Sequence[TokenSpan]) -> tuple[TokenSpan, ...]:
        return tuple(m for s in spans if (m := moved(s)) is not None)

    def links(known: Sequence[Link]) -> tuple[Link, ...]:
        found = []
        for link in known:
            query = moved(link.query)
            targets = kept(link.targets)
            # A target outside the window is not the same as no target.
            if query is not None and (targets or not link.targets):
                found.append(Link(query, targets))
        return tuple(found)

    encoded = example.encoded
    strings = ((moved(s.span), s.speech, s.weight) for s in example.strings)
    words = np.cumsum(encoded.word_starts[start:stop])
    return TrainingWindow(
        window=encoder.window(encoded, start, stop),
        tags=np.concatenate(([IGNORED], example.tags[start:stop], [IGNORED])),
        words=np.concatenate(([0], words, [words[-1] + 1])),
        sources=kept(example.sources),
        cues=kept(example.cues),
        names=kept(example.names),
        source_links=links(example.source_links),
        cue_links=links(example.cue_links),
        antecedent_links=links(example.antecedent_links),
        strings=tuple((s, p, w) for s, p, w in strings if s is not None),
    )
