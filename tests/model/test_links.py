from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from inquit.model.encoding import TextEncoder, Window
from inquit.model.heads import Heads
from inquit.model.links import Choice, LinkScorer, TokenSpan
from inquit.model.network import SPEAKER_TYPES, Network, distance_buckets
from inquit.model.outputs import JoinedOutput, WindowOutput
from inquit.model.spans import edge_states, string_states
from inquit.model.tags import TAG_COUNT
from tiny_model import HIDDEN_WIDTH


def _document(encoder: TextEncoder, count: int) -> tuple[LinkScorer, NDArray[np.float32], NDArray[np.int64]]:
    """Return the links of a text with random states, the states, and the word numbers."""
    encoded = encoder.encode("a " * count)
    window: Window = encoder.window(encoded, 0, count)
    states = np.random.default_rng(count).normal(size=(count + 2, HIDDEN_WIDTH)).astype(np.float16)
    output = WindowOutput(states, np.zeros((count + 2, TAG_COUNT), dtype=np.float32))
    words = np.arange(count) // 2
    return LinkScorer(JoinedOutput(count, [window], [output]), words), states[1:-1].astype(np.float32), words


def _random_spans(count: int, stop: int, seed: int) -> list[TokenSpan]:
    source = np.random.default_rng(seed)
    firsts = source.integers(0, stop - 12, count).tolist()
    return [
        (first, first + int(length))
        for first, length in zip(firsts, source.integers(1, 12, count), strict=True)
    ]


def _expected(
    network: Network,
    states: NDArray[np.float32],
    words: NDArray[np.int64],
    queries: list[TokenSpan],
    keys: list[TokenSpan],
) -> NDArray[np.float32]:
    """Compute everything at once with the network's own pointer."""
    known = torch.from_numpy(states)
    asked, offered = torch.tensor(queries), torch.tensor(keys)
    numbers = torch.from_numpy(words)
    edges = [torch.stack([numbers[s[:, 0]], numbers[s[:, 1] - 1]], dim=1) for s in (asked, offered)]
    with torch.inference_mode():
        scores = network.source_pointer(
            edge_states(known, asked), edge_states(known, offered), distance_buckets(*edges)
        )
        same = (asked[:, None] == offered[None]).all(dim=2)
        scores[:, :-1].masked_fill_(same, -1e4)
        found: NDArray[np.float32] = torch.softmax(scores, dim=1).numpy()
    return found


def _matrix(choices: list[Choice], keys: int) -> NDArray[np.float32]:
    """Return choices as probabilities of shape [queries, keys + 1]; the last column is none."""
    found = np.zeros((len(choices), keys + 1), dtype=np.float32)
    for row, choice in enumerate(choices):
        found[row, choice.keys] = choice.chances
        found[row, -1] = choice.none
    return found


def test_blocks_give_what_one_computation_gives(network: Network, encoder: TextEncoder) -> None:
    """More queries than fit in one block, in any order, are answered as if asked all at once."""
    links, states, words = _document(encoder, 300)
    queries, keys = _random_spans(150, 300, 1), sorted(_random_spans(40, 300, 2))
    keys[5] = queries[7]
    keys.sort()
    found = links.choices(Heads(network).source, queries, keys)
    assert len(found) == 150
    np.testing.assert_allclose(
        _matrix(found, 40), _expected(network, states, words, queries, keys), atol=1e-4
    )


def test_a_span_never_points_to_itself(network: Network, encoder: TextEncoder) -> None:
    """The candidate that is the query itself has no probability."""
    links, _, _ = _document(encoder, 60)
    found = _matrix(links.choices(Heads(network).source, [(3, 6)], [(3, 6), (3, 7)]), 2)
    assert found[0, 0] == 0.0
    assert found[0].sum() == pytest.approx(1.0, abs=1e-5)


def test_without_candidates_the_answer_is_none(network: Network, encoder: TextEncoder) -> None:
    """Where there is nothing to point to, none is certain; where nothing is asked, nothing is answered."""
    links, _, _ = _document(encoder, 60)
    found = links.choices(Heads(network).source, [(3, 6), (9, 10)], [])
    assert [(c.best, c.none, c.confidence) for c in found] == [(None, 1.0, 1.0)] * 2
    assert links.choices(Heads(network).source, [], [(3, 6)]) == []


def test_keys_out_of_reach_are_no_candidates(network: Network, encoder: TextEncoder) -> None:
    """A query never points farther than a window can see, in either direction."""
    links, _, _ = _document(encoder, 2000)
    keys = [(20, 21), (450, 451), (999, 1000), (1010, 1011), (1500, 1501), (1990, 1991)]
    (found,) = links.choices(Heads(network).source, [(1000, 1002)], keys)
    assert found.keys.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("reach", "expected"), [(0, []), (50, [2]), (400, [1, 2, 3]), (10_000, [0, 1, 2, 3, 4])]
)
def test_the_reach_can_be_chosen(
    network: Network, encoder: TextEncoder, reach: int, expected: list[int]
) -> None:
    """Resolution looks as far as it asks to, and no farther."""
    links, _, _ = _document(encoder, 2000)
    keys = [(20, 21), (700, 720), (1010, 1011), (1300, 1301), (1990, 1991)]
    (found,) = links.choices(Heads(network).antecedent, [(1000, 1002)], keys, reach=reach)
    likely = [k for k, chance in zip(found.keys.tolist(), found.chances.tolist(), strict=True) if chance > 0]
    assert likely == expected
    assert float(found.chances.sum()) + found.none == pytest.approx(1.0, abs=1e-5)


def test_types_are_the_type_head_over_the_document(network: Network, encoder: TextEncoder) -> None:
    """Each span is judged by the states of its first and last token."""
    links, states, _ = _document(encoder, 50)
    spans = [(0, 3), (7, 8), (45, 50)]
    with torch.inference_mode():
        edges = edge_states(torch.from_numpy(states), torch.tensor(spans))
        expected = torch.softmax(network.types(edges), dim=1).numpy()
    np.testing.assert_allclose(links.types(Heads(network).types, spans), expected, atol=1e-4)
    assert links.types(Heads(network).types, []).shape == (0, len(SPEAKER_TYPES))


def test_an_answer_does_not_depend_on_the_other_queries(network: Network, encoder: TextEncoder) -> None:
    """A query asked beside others gets the answer that it gets alone."""
    links, _, _ = _document(encoder, 2000)
    head = Heads(network).source
    queries = [(10, 12), (700, 702), (1510, 1512)]
    keys = [(20, 21), (600, 601), (900, 901), (1500, 1501)]
    together = _matrix(links.choices(head, queries, keys), len(keys))
    alone = np.concatenate([_matrix(links.choices(head, [q], keys), len(keys)) for q in queries])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("chances", "none", "best", "confidence"),
    [
        ([0.2, 0.7], 0.1, 9, 0.7),
        ([0.2, 0.3], 0.5, None, 0.5),
        ([], 1.0, None, 1.0),
        ([0.9, 0.05], 0.05, 4, 0.9),
    ],
)
def test_a_choice(chances: list[float], none: float, best: int | None, confidence: float) -> None:
    """The best candidate is the likeliest, unless none is likelier."""
    choice = Choice(
        np.array([4, 9][: len(chances)], dtype=np.int64), np.array(chances, dtype=np.float32), none
    )
    assert choice.best == best
    assert choice.confidence == pytest.approx(confidence)


def test_a_choice_among_fewer() -> None:
    """A candidate that is left out cannot be chosen, and the others keep their probability."""
    choice = Choice(np.array([1, 3]), np.array([0.7, 0.2], dtype=np.float32), 0.1)
    fewer = choice.between(2, 4)
    assert (fewer.best, fewer.none) == (3, 0.1)
    assert fewer.confidence == pytest.approx(0.2)
    assert choice.between(4, 9).best is None


def test_speech_is_the_string_head_over_the_document(network: Network, encoder: TextEncoder) -> None:
    """Each string is judged by the states at its edges, also at the edges of the text."""
    links, states, _ = _document(encoder, 50)
    spans = [(0, 3), (7, 8), (45, 50), (0, 50)]
    with torch.inference_mode():
        edges = string_states(torch.from_numpy(states), torch.tensor(spans))
        expected = torch.sigmoid(network.strings(edges)).numpy()
    np.testing.assert_allclose(links.speech(Heads(network).speech, spans), expected, atol=1e-4)
    assert links.speech(Heads(network).speech, []).shape == (0,)
