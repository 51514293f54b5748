from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inquit.model.network import TagSequence
from inquit.model.tags import OUTSIDE, ROLES, TAG_COUNT, Role, begin, illegal_starts, illegal_steps, inside
from inquit.model.viterbi import best_tags, tagged_spans

_ILLEGAL_STEPS = illegal_steps()
_ILLEGAL_STARTS = illegal_starts()


def _sequence(seed: int) -> TagSequence:
    torch.manual_seed(seed)
    sequence = TagSequence()
    torch.nn.init.normal_(sequence.steps)
    torch.nn.init.normal_(sequence.starts)
    return sequence


def _scores(sequence: TagSequence) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return sequence.step_scores().detach().numpy(), sequence.start_scores().detach().numpy()


def _is_legal(tags: NDArray[np.int64]) -> bool:
    if len(tags) == 0:
        return True
    steps = _ILLEGAL_STEPS[tags[:-1], tags[1:]]
    return not _ILLEGAL_STARTS[tags[0]] and not steps.any()


def test_inside_goes_on_with_its_own_role_only() -> None:
    """A step is illegal exactly where it enters a span's inside from anything but that span."""
    for before, after in product(range(TAG_COUNT), repeat=2):
        role = next((r for r in ROLES if after == inside(r)), None)
        legal = role is None or before in (begin(role), inside(role))
        assert _ILLEGAL_STEPS[before, after] == (not legal)


def test_every_tag_has_one_meaning() -> None:
    """Outside, begin and inside of each role are all different, and there are no others."""
    tags = [OUTSIDE, *(begin(r) for r in ROLES), *(inside(r) for r in ROLES)]
    assert sorted(tags) == list(range(TAG_COUNT))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [1, 2, 4])
def test_best_tags_are_the_best_of_all_sequences(seed: int, count: int) -> None:
    """The decode finds the sequence that trying every one of them finds."""
    steps, starts = _scores(_sequence(seed))
    scores = np.random.default_rng(seed).normal(size=(count, TAG_COUNT)).astype(np.float32) * 2

    def total(tags: tuple[int, ...]) -> float:
        moved = sum(steps[a, b] for a, b in pairwise(tags))
        return float(starts[tags[0]] + moved + sum(scores[i, t] for i, t in enumerate(tags)))

    best = max(product(range(TAG_COUNT), repeat=count), key=total)
    assert tuple(best_tags(scores, steps, starts).tolist()) == best


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("scale", [1.0, 4.0, 12.0])
def test_best_tags_of_many_words(seed: int, scale: float) -> None:
    """Comparing paths only where a word leaves a doubt finds what comparing all of them finds."""
    steps, starts = (s.astype(np.float64) for s in _scores(_sequence(seed)))
    random = np.random.default_rng(seed)
    # Like tags come in runs, as in texts.
    likely = np.repeat(random.integers(0, TAG_COUNT, size=80), random.integers(1, 9, size=80))
    scores = random.normal(size=(len(likely), TAG_COUNT)) + scale * (likely[:, None] == np.arange(TAG_COUNT))
    best, came_from = starts + scores[0], []
    for row in scores[1:]:
        paths = best[:, None] + steps
        came_from.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + row
    expected = [int(best.argmax())]
    for before in reversed(came_from):
        expected.append(int(before[expected[-1]]))
    found = best_tags(scores.astype(np.float32), steps.astype(np.float32), starts.astype(np.float32))
    assert found.tolist() == expected[::-1]


@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from([0.1, 3.0, 100.0, 1000.0]))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_best_tags_are_legal(seed: int, count: int, scale: float) -> None:
    """However sure the network is of an illegal step, it never appears."""
    steps, starts = _scores(_sequence(0))
    scores = np.random.default_rng(seed).normal(size=(count, TAG_COUNT)).astype(np.float32) * scale
    tags = best_tags(scores, steps, starts)
    assert len(tags) == count
    assert _is_legal(tags)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 2, 2, 0], [(Role.CONTENT, 0, 3)]),
        ([1, 1, 2], [(Role.CONTENT, 0, 1), (Role.CONTENT, 1, 3)]),
        (
            [1, 3, 4, 5, 0, 3],
            [(Role.CONTENT, 0, 1), (Role.SOURCE, 1, 3), (Role.CUE, 3, 4), (Role.SOURCE, 5, 6)],
        ),
        ([0, 5, 6], [(Role.CUE, 1, 3)]),
    ],
)
def test_tagged_spans(tags: list[int], expected: list[tuple[Role, int, int]]) -> None:
    """Each begin tag starts a span that goes on while its inside tag does."""
    assert tagged_spans(np.array(tags, dtype=np.int64)) == expected


@pytest.mark.parametrize("seed", range(3))
def test_likelihood_is_that_of_all_sequences(seed: int) -> None:
    """The loss is the gold sequence's share among all sequences, computed one by one.

    A row may start in the middle of a span, so every first tag is allowed.
    """
    sequence = _sequence(seed)
    steps = sequence.step_scores()
    count, lengths = 4, (4, 1, 3)
    scores = torch.randn(len(lengths), count, TAG_COUNT)
    gold = torch.tensor([[0, 1, 2, 5], [4, 0, 0, 0], [2, 2, 3, 0]])
    mask = torch.tensor([[place < length for place in range(count)] for length in lengths])
    found = sequence.negative_log_likelihood(scores, gold, mask)
    for row, length in enumerate(lengths):

        def total(tags: tuple[int, ...], row: int = row) -> torch.Tensor:
            value = sequence.starts[tags[0]] + sum(scores[row, i, t] for i, t in enumerate(tags))
            return value + sum(steps[a, b] for a, b in pairwise(tags))

        every = torch.stack([total(tags) for tags in product(range(TAG_COUNT), repeat=length)])
        expected = torch.logsumexp(every, 0) - total(tuple(gold[row, :length].tolist()))
        assert found[row].item() == pytest.approx(expected.item(), abs=1e-4)


def test_likelihood_does_not_see_beyond_the_mask() -> None:
    """What stands in the padding of a row changes neither its loss nor its gradient."""
    sequence = _sequence(1)
    torch.manual_seed(2)
    scores = torch.randn(1, 5, TAG_COUNT, requires_grad=True)
    mask = torch.tensor([[True, True, True, False, False]])
    losses = [
        sequence.negative_log_likelihood(scores, torch.tensor([[0, 1, 2, x, y]]), mask)
        for x, y in ((0, 0), (5, 3))
    ]
    assert losses[0].item() == losses[1].item()
    losses[0].sum().backward()
    assert scores.grad is not None
    assert not scores.grad[0, 3:].any()
