from __future__ import annotations

import pytest
import torch

from inquit.model.batching import pad_windows
from inquit.model.encoding import TextEncoder, Window
from inquit.model.network import (
    DISTANCE_BUCKETS,
    SPEAKER_TYPES,
    Network,
    Pointer,
    StringHead,
    TypeHead,
    distance_buckets,
)
from inquit.model.spans import edge_states, string_states
from inquit.model.tags import TAG_COUNT
from tiny_model import HIDDEN_WIDTH

_CPU = torch.device("cpu")
_TEXTS = (
    "“We saw it,” said Ada Brill of the Lake Office. She was not there.\n\nTom Vane was.",
    "He said no.",
    "The mayor told the harbour that “the wall” has had it, according to a report of 1998.",
)


def _windows(encoder: TextEncoder) -> list[Window]:
    found = []
    for text in _TEXTS:
        encoded = encoder.encode(text)
        found.append(encoder.window(encoded, 0, len(encoded)))
    return found


def test_a_batch_gives_what_single_windows_give(network: Network, encoder: TextEncoder) -> None:
    """Padding changes no window's output."""
    windows = _windows(encoder)
    with torch.inference_mode():
        together = network.tokens(pad_windows(windows, _CPU))
        for row, window in enumerate(windows):
            alone = network.tokens(pad_windows([window], _CPU))
            length = window.length
            torch.testing.assert_close(
                together.states[row, :length], alone.states[0, :length], atol=1e-4, rtol=1e-4
            )
            torch.testing.assert_close(
                together.tag_scores[row, :length], alone.tag_scores[0, :length], atol=1e-3, rtol=1e-4
            )


def test_the_order_of_a_batch_changes_nothing(network: Network, encoder: TextEncoder) -> None:
    """Each window's output depends on that window alone, not on its neighbours in the batch."""
    windows = _windows(encoder)
    with torch.inference_mode():
        forward = network.tokens(pad_windows(windows, _CPU)).tag_scores
        backward = network.tokens(pad_windows(windows[::-1], _CPU)).tag_scores
    torch.testing.assert_close(forward, backward.flip(0), atol=1e-3, rtol=1e-4)


def test_padding_is_masked(encoder: TextEncoder) -> None:
    """A padded batch holds each window's features at its front, zeros and a false mask behind."""
    windows = _windows(encoder)
    batch = pad_windows(windows, _CPU)
    for row, window in enumerate(windows):
        assert batch.piece_ids[row, : window.length].tolist() == window.piece_ids.tolist()
        assert batch.shapes[row, : window.length].tolist() == window.shapes.tolist()
        assert batch.mark_states[row, : window.length].tolist() == window.mark_states.tolist()
        assert batch.breaks[row, : window.length].tolist() == window.breaks.tolist()
        assert batch.mask[row].sum() == window.length
        assert not batch.piece_ids[row, window.length :].any()


@pytest.mark.parametrize("feature", ["shapes", "mark_states", "breaks"])
def test_each_feature_reaches_the_output(network: Network, encoder: TextEncoder, feature: str) -> None:
    """Case, quotation marks and breaks are seen: another value gives another output."""
    batch = pad_windows(_windows(encoder)[:1], _CPU)
    changed = batch._replace(**{feature: (getattr(batch, feature) + 1) % 6})
    with torch.inference_mode():
        before, after = network.tokens(batch).tag_scores, network.tokens(changed).tag_scores
    assert not torch.allclose(before, after, atol=1e-2)


def test_output_shapes(network: Network, encoder: TextEncoder) -> None:
    """The outputs have the shapes that they promise."""
    batch = pad_windows(_windows(encoder), _CPU)
    output = network.tokens(batch)
    assert output.states.shape == (*batch.mask.shape, HIDDEN_WIDTH)
    assert output.tag_scores.shape == (*batch.mask.shape, TAG_COUNT)


@pytest.mark.parametrize(("queries", "keys"), [(1, 1), (3, 5), (4, 0)])
def test_pointer_shapes(queries: int, keys: int) -> None:
    """A pointer scores every candidate and none, also where there are no candidates."""
    pointer = Pointer(6, 4).eval()
    buckets = torch.zeros(queries, keys, dtype=torch.long)
    assert pointer(torch.randn(queries, 12), torch.randn(keys, 12), buckets).shape == (queries, keys + 1)


def test_string_head_gives_one_logit_a_string() -> None:
    """The quoted-string head answers once for each string."""
    assert StringHead(6, 4)(torch.randn(5, 24)).shape == (5,)


def test_type_head_gives_one_logit_a_type() -> None:
    """The head of speaker types answers for every type of each span."""
    assert TypeHead(6)(torch.randn(5, 12)).shape == (5, len(SPEAKER_TYPES))


def test_the_order_of_types_is_part_of_the_weights() -> None:
    """Another order of the types would give every saved model another meaning."""
    assert [t.value for t in SPEAKER_TYPES] == ["person", "organization", "unnamed", "document", "author"]


def test_every_head_is_saved(network: Network) -> None:
    """The pointers of resolution and the types are among the weights of a model folder."""
    parts = {name.split(".")[0] for name in network.state_dict()}
    assert {"antecedent_pointer", "speaker_pointer", "types"} <= parts


def test_distance_buckets() -> None:
    """Before and after have their own buckets, farther is never a nearer bucket, overlap is 0."""
    query = torch.tensor([[1000, 1004]])
    keys = torch.tensor([[start, start + 1] for start in range(2200)])
    buckets = distance_buckets(query, keys)[0].tolist()
    before, around, after = buckets[:999], buckets[999:1005], buckets[1005:]
    half = DISTANCE_BUCKETS // 2
    assert {bucket % half for bucket in around} == {0}
    assert before == sorted(before, reverse=True)
    assert after == sorted(after)
    assert 0 < min(before) <= max(before) < half < min(after) <= max(after) < DISTANCE_BUCKETS


def test_edge_states() -> None:
    """A span is its first and its last token, side by side."""
    states = torch.arange(5.0).unsqueeze(1)
    assert edge_states(states, torch.tensor([[1, 4], [2, 3]])).tolist() == [[1, 3], [2, 2]]


def test_string_states_at_the_edges() -> None:
    """A string at the edge of the text has its own edge token in place of the missing neighbour."""
    states = torch.arange(5.0).unsqueeze(1)
    spans = torch.tensor([[0, 2], [1, 3], [3, 5]])
    assert string_states(states, spans).tolist() == [[0, 0, 1, 2], [0, 1, 2, 3], [2, 3, 4, 4]]
