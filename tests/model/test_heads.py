from __future__ import annotations

import numpy as np
import pytest
import torch

from inquit.model.heads import Heads, PointerHead, SpeakerTypeHead, SpeechHead, distance_buckets
from inquit.model.network import SPEAKER_TYPES, Network, Pointer, StringHead, TypeHead
from inquit.model.network import distance_buckets as tensor_buckets
from tiny_model import HIDDEN_WIDTH


def _spans(count: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    source = np.random.default_rng(seed)
    first = source.integers(0, 900, count)
    return np.stack([first, first + source.integers(0, 30, count)], axis=1)


def test_buckets_are_those_of_the_network() -> None:
    """Decoding measures distances as training did."""
    queries, keys = _spans(40, 0), _spans(60, 1)
    expected = tensor_buckets(torch.from_numpy(queries), torch.from_numpy(keys)).numpy()
    assert (distance_buckets(queries, keys) == expected).all()


@pytest.mark.parametrize(("queries", "keys"), [(1, 1), (7, 11), (5, 0)])
def test_pointer_head_is_the_pointer(queries: int, keys: int) -> None:
    """Decoding's pointer gives the probabilities of the network's, barred candidates left out."""
    torch.manual_seed(queries)
    pointer = Pointer(6, 4).eval()
    for parameter in pointer.parameters():
        torch.nn.init.normal_(parameter)
    asked, offered = torch.randn(queries, 12), torch.randn(keys, 12)
    buckets = torch.randint(0, 32, (queries, keys))
    barred = torch.rand(queries, keys) < 0.2
    with torch.inference_mode():
        scores = pointer(asked, offered, buckets)
        scores[:, :-1].masked_fill_(barred, -1e4)
        expected = torch.softmax(scores, dim=1).numpy()
    found = PointerHead(pointer).probabilities(
        asked.numpy(), offered.numpy(), buckets.numpy(), barred.numpy()
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_speech_head_is_the_string_head(scale: float) -> None:
    """Decoding's quoted-string head gives the probabilities of the network's, however sure they are."""
    torch.manual_seed(0)
    head = StringHead(6, 8).eval()
    edges = torch.randn(9, 24) * scale
    with torch.inference_mode():
        expected = torch.sigmoid(head(edges)).numpy()
    np.testing.assert_allclose(SpeechHead(head).probabilities(edges.numpy()), expected, atol=1e-5)


@pytest.mark.parametrize("spans", [0, 1, 9])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_speaker_type_head_is_the_type_head(spans: int, scale: float) -> None:
    """Decoding's head of speaker types gives the probabilities of the network's, however sure they are."""
    torch.manual_seed(spans)
    head = TypeHead(6).eval()
    edges = torch.randn(spans, 12) * scale
    with torch.inference_mode():
        expected = torch.softmax(head(edges), dim=1).numpy()
    found = SpeakerTypeHead(head).probabilities(edges.numpy())
    assert found.shape == (spans, len(SPEAKER_TYPES))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_each_head_is_its_own_module(network: Network) -> None:
    """What decoding asks of a head is answered by the module of that name."""
    heads = Heads(network)
    source = np.random.default_rng(5)
    edges = source.normal(size=(4, 2 * HIDDEN_WIDTH)).astype(np.float32)
    buckets = np.zeros((4, 4), dtype=np.int64)
    known = torch.from_numpy(edges)
    for head, pointer in (
        (heads.source, network.source_pointer),
        (heads.cue, network.cue_pointer),
        (heads.antecedent, network.antecedent_pointer),
        (heads.speaker, network.speaker_pointer),
    ):
        with torch.inference_mode():
            expected = torch.softmax(pointer(known, known, torch.from_numpy(buckets)), dim=1).numpy()
        found = head.probabilities(edges, edges, buckets, np.zeros((4, 4), dtype=np.bool_))
        np.testing.assert_allclose(found, expected, atol=1e-4)
    with torch.inference_mode():
        expected = torch.softmax(network.types(known), dim=1).numpy()
    np.testing.assert_allclose(heads.types.probabilities(edges), expected, atol=1e-4)


def test_heads_are_copies(network: Network) -> None:
    """Heads hold the values that the network had; training it on does not change them."""
    heads = Heads(network)
    before = heads.starts.copy()
    with torch.no_grad():
        network.sequence.starts.add_(1.0)
    try:
        assert (heads.starts == before).all()
    finally:
        with torch.no_grad():
            network.sequence.starts.sub_(1.0)
