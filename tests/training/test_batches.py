from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from inquit.model.encoding import TextEncoder
from inquit.model.windows import stepped
from inquit.training.batches import TrainingDocument, make_batches, training_documents
from inquit.training.examples import IGNORED, Example, Link
from training_texts import tokens_of

MakeExample = Callable[[dict[str, Any]], Example]

_WHOLE = 1000


@pytest.fixture
def examples(rows: list[dict[str, Any]], example_of: MakeExample) -> list[Example]:
    """Return the annotated texts as examples."""
    return [example_of(row) for row in rows]


def _documents(
    examples: list[Example], encoder: TextEncoder, seed: int, most: int = 3
) -> list[TrainingDocument]:
    source = random.Random(seed)
    return [d for example in examples for d in training_documents(example, encoder, 64, most, source)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("length", [16, 33, 64])
def test_a_document_holds_each_token_once(
    examples: list[Example], encoder: TextEncoder, seed: int, length: int
) -> None:
    """The windows of a text follow each other without gap or overlap, none longer than asked for."""
    for example in examples:
        (document,) = training_documents(example, encoder, length, _WHOLE, random.Random(seed))
        assert max(w.length for w in document.windows) <= length
        assert document.windows[0].start == 0
        assert all(a.stop == b.start for a, b in pairwise(document.windows))
        assert document.windows[-1].stop == len(example.encoded) == len(document.words)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_long_texts_become_several_documents(
    examples: list[Example], encoder: TextEncoder, most: int
) -> None:
    """A text stays whole up to the windows allowed; beyond them it goes on in another document."""
    for example in examples[:2]:
        (whole,) = training_documents(example, encoder, 32, _WHOLE, random.Random(1))
        documents = training_documents(example, encoder, 32, most, random.Random(1))
        counts = [len(d.windows) for d in documents]
        assert counts[:-1] == [most] * (len(counts) - 1)
        assert 1 <= counts[-1] <= most
        assert [w.start for d in documents for w in d.windows] == [w.start for w in whole.windows]


def test_epochs_see_other_edges(examples: list[Example], encoder: TextEncoder) -> None:
    """The windows of a long text begin elsewhere in every epoch, and the same for the same seed."""

    def edges(seed: int) -> tuple[int, ...]:
        (found,) = training_documents(examples[0], encoder, 64, _WHOLE, random.Random(seed))
        return tuple(w.start for w in found.windows)

    assert len({edges(seed) for seed in range(10)}) > 3
    assert edges(3) == edges(3)


def test_a_text_of_one_window_is_not_cut(examples: list[Example], encoder: TextEncoder) -> None:
    """What fits into a window is never cut for variety's sake."""
    for seed in range(10):
        (document,) = training_documents(examples[0], encoder, 512, 3, random.Random(seed))
        assert len(document.windows) == 1


@pytest.mark.parametrize("text", ["", " ", "It rained."])
def test_hardly_any_text_is_no_document(encoder: TextEncoder, example_of: MakeExample, text: str) -> None:
    """A text of a few tokens is left out."""
    assert training_documents(example_of({"text": text}), encoder, 64, 3, random.Random(0)) == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [1, 2, _WHOLE])
def test_documents_carry_their_part_of_the_annotation(
    examples: list[Example], encoder: TextEncoder, seed: int, most: int
) -> None:
    """Spans, links, strings and types are those of the text that lie in it, from its first token on."""
    for example in examples:
        for item in training_documents(example, encoder, 64, most, random.Random(seed)):
            start, stop = item.windows[0].start, item.windows[-1].stop
            for window, tags in zip(item.windows, item.tags, strict=True):
                assert tags[1:-1].tolist() == example.tags[window.start : window.stop].tolist()
                assert (tags[0], tags[-1]) == (IGNORED, IGNORED)

            def back(spans: Any, start: int = start) -> list[tuple[int, int]]:
                return [(a + start, b + start) for a, b in spans]

            def within(spans: Any, start: int = start, stop: int = stop) -> list[tuple[int, int]]:
                return [s for s in spans if start <= s[0] and s[1] <= stop]

            for kind in ("names", "full_names", "mentions", "sources", "cues"):
                assert back(getattr(item, kind)) == within(getattr(example, kind))
            assert back(s.span for s in item.strings) == within(s.span for s in example.strings)
            assert back(s for s, _ in item.types) == within(s for s, _ in example.types)
            for kind in ("source", "cue", "antecedent", "bearer", "speaker"):
                known = {k.query: within(k.targets) for k in getattr(example, f"{kind}_links")}
                for link in getattr(item, f"{kind}_links"):
                    assert back(link.targets) == known[back([link.query])[0]]
            assert len(item.words) == stop - start
            assert np.diff(item.words).tolist() == example.encoded.word_starts[start + 1 : stop].tolist()


def test_a_whole_document_keeps_every_link(examples: list[Example], encoder: TextEncoder) -> None:
    """Links reach from one window of a document into another."""
    for example in examples:
        (item,) = training_documents(example, encoder, 16, _WHOLE, random.Random(0))
        assert len(item.windows) > 1
        for kind in ("source", "cue", "antecedent", "bearer", "speaker"):
            name = f"{kind}_links"
            assert getattr(item, name) == getattr(example, name)


def test_a_target_out_of_reach_is_not_none(encoder: TextEncoder, example_of: MakeExample) -> None:
    """A link whose targets all lie in other documents is dropped; one that has no target stays."""
    text = "Ada Brill came. " + "It rained on and on. " * 20 + "He left. “It leaks,” she said. Brill wept."
    example = example_of({"text": text})
    far, near, he, she = (tokens_of(example.encoded, p) for p in ("Ada Brill", "Brill [wept]", "He", "she"))
    example = replace(
        example,
        names=(far, near),
        mentions=(he, she),
        antecedent_links=(Link(he, (far,)), Link(she, (far, near))),
        speaker_links=(Link(he, ()), Link(she, (far,))),
    )
    *_, last = training_documents(example, encoder, 64, 1, random.Random(0))
    start = last.windows[0].start
    assert start > far[1]

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] - start, span[1] - start

    assert last.antecedent_links == (Link(moved(she), (moved(near),)),)
    assert last.speaker_links == (Link(moved(he), ()),)


@pytest.mark.parametrize("budget", [1, 64, 128, 1000])
def test_batches_hold_every_document_within_the_budget(
    examples: list[Example], encoder: TextEncoder, budget: int
) -> None:
    """Each document is in one batch; no batch of several exceeds the padded tokens allowed."""
    documents = _documents(examples * 30, encoder, 0)
    batches = list(make_batches(documents, budget, random.Random(1)))
    found = [d for batch in batches for d in batch.documents]
    assert sorted(map(id, found)) == sorted(map(id, documents))
    for batch in batches:
        assert len(batch.documents) == 1 or batch.inputs.mask.numel() <= budget
    if budget == 1000:
        assert max(len(b.documents) for b in batches) > 2


def test_windows_of_a_document_lie_side_by_side(examples: list[Example], encoder: TextEncoder) -> None:
    """The rows of a batch are the windows of its documents in their order, padded to the longest."""
    for batch in make_batches(_documents(examples * 3, encoder, 0), 512, random.Random(1)):
        windows = [w for d in batch.documents for w in d.windows]
        longest = stepped(max(w.length for w in windows))
        assert batch.inputs.mask.shape == (len(windows), longest)
        for row, window in enumerate(windows):
            assert batch.inputs.mask[row].sum() == window.length
            assert batch.inputs.piece_ids[row, : window.length].tolist() == window.piece_ids.tolist()


def test_the_order_follows_from_the_seed(examples: list[Example], encoder: TextEncoder) -> None:
    """The same seed gives the same batches in the same order, another seed another order."""
    documents = _documents(examples * 30, encoder, 0)
    orders = [
        [[id(d) for d in b.documents] for b in make_batches(documents, 256, random.Random(seed))]
        for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]


def test_no_documents_are_no_batches() -> None:
    """An epoch without text has no steps."""
    assert list(make_batches([], 256, random.Random(0))) == []
