"""The light heads in NumPy, for decoding.

They look at a few spans of a document at a time, beside a network that keeps every core busy;
torch would start its threads for each of these small steps, and they would wait for each other.
They compute what the modules in
`inquit.model.network` compute, which the tests check.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inquit.model.network import DISTANCE_EDGES, CapitalsHead, Network, Pointer, StringHead, TypeHead

__all__ = ["CapitalHead", "Heads", "PointerHead", "SpeakerTypeHead", "SpeechHead", "distance_buckets"]

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

# The bucket of each gap up to the last edge.
_BUCKETS = np.searchsorted(DISTANCE_EDGES, np.arange(DISTANCE_EDGES[-1] + 1), side="right")


def _erf(values: FloatArray) -> FloatArray:
    each = map(math.erf, values.ravel().tolist())
    return np.fromiter(each, np.float32, values.size).reshape(values.shape)


def _copied(parameter: Tensor) -> FloatArray:
    array: FloatArray = parameter.detach().float().cpu().numpy().copy()
    return array


class PointerHead:
    """Scores which of the candidate spans a span points to, or none; see `network.Pointer`."""

    def __init__(self, pointer: Pointer) -> None:
        self._query = _copied(pointer.query.weight).T, _copied(pointer.query.bias)
        self._key = _copied(pointer.key.weight).T, _copied(pointer.key.bias)
        self._prior = _copied(pointer.prior.weight)[0], _copied(pointer.prior.bias)[0]
        self._none = _copied(pointer.none.weight)[0], _copied(pointer.none.bias)[0]
        self._distance = _copied(pointer.distance.weight)[:, 0]
        self._gates = _copied(pointer.distance_gate.weight)
        self._scale = pointer.scale

    def probabilities(
        self, queries: FloatArray, keys: FloatArray, buckets: IntArray, barred: NDArray[np.bool_]
    ) -> FloatArray:
        """Return probabilities of shape [queries, keys + 1]; the last column is none.

        `queries` and `keys` have shape [spans, 2 * hidden_width], `buckets` and `barred`
        [queries, keys]; where `barred` is True a key is no candidate.
        """
        asked = queries @ self._query[0] + self._query[1]
        offered = keys @ self._key[0] + self._key[1]
        gated = self._gates[buckets]
        gated *= offered
        # Four times as fast as one einsum of the three.
        scores = np.matmul(gated, asked[:, :, None])[..., 0]
        scores *= self._scale
        scores += keys @ self._prior[0] + self._prior[1] + self._distance[buckets]
        scores[barred] = -1e4
        none = queries @ self._none[0] + self._none[1]
        return _softmax(np.concatenate([scores, none[:, None]], axis=1))


class SpeechHead:
    """Tells whether a quoted string is somebody's words; see `network.StringHead`."""

    def __init__(self, head: StringHead) -> None:
        self._inner = _copied(head.inner.weight).T, _copied(head.inner.bias)
        self._outer = _copied(head.outer.weight)[0], _copied(head.outer.bias)[0]

    def probabilities(self, edges: FloatArray) -> FloatArray:
        """Return one probability a string, shape [strings]; `edges` as in `StringHead`."""
        hidden = edges @ self._inner[0] + self._inner[1]
        hidden *= 0.5 * (1.0 + _erf(hidden / math.sqrt(2.0)))
        logits = hidden @ self._outer[0] + self._outer[1]
        return _chances(logits)


class SpeakerTypeHead:
    """Tells what kind of speaker a span means; see `network.TypeHead`."""

    def __init__(self, head: TypeHead) -> None:
        self._outer = _copied(head.outer.weight).T, _copied(head.outer.bias)

    def probabilities(self, edges: FloatArray) -> FloatArray:
        """Return probabilities of shape [spans, types]; `edges` as in `TypeHead`."""
        return _softmax(edges @ self._outer[0] + self._outer[1])


class CapitalHead:
    """Tells whether a word would have a capital; see `network.CapitalsHead`."""

    def __init__(self, head: CapitalsHead) -> None:
        self._inner = _copied(head.inner.weight).T, _copied(head.inner.bias)
        self._outer = _copied(head.outer.weight)[0], _copied(head.outer.bias)[0]

    def probabilities(self, states: FloatArray) -> FloatArray:
        """Return one probability a token, shape [tokens]; `states` has shape [tokens, hidden_width]."""
        hidden = states @ self._inner[0] + self._inner[1]
        hidden *= 0.5 * (1.0 + _erf(hidden / math.sqrt(2.0)))
        return _chances(hidden @ self._outer[0] + self._outer[1])


class Heads:
    """Every head that decoding needs, copied out of a network."""

    def __init__(self, network: Network) -> None:
        self.steps = _copied(network.sequence.step_scores())
        self.starts = _copied(network.sequence.start_scores())
        self.speech = SpeechHead(network.strings)
        self.source = PointerHead(network.source_pointer)
        self.cue = PointerHead(network.cue_pointer)
        self.antecedent = PointerHead(network.antecedent_pointer)
        self.speaker = PointerHead(network.speaker_pointer)
        self.types = SpeakerTypeHead(network.types)
        self.capitals = None if network.capitals is None else CapitalHead(network.capitals)


def distance_buckets(queries: IntArray, keys: IntArray) -> IntArray:
    """Return the bucket of the signed distance, shape [queries, keys]; as `network.distance_buckets`."""
    before = queries[:, None, 0] - keys[None, :, 1]
    after = keys[None, :, 0] - queries[:, None, 1]
    gap = np.maximum(np.maximum(before, after), 0)
    bucket = _BUCKETS[np.minimum(gap, DISTANCE_EDGES[-1])]
    return np.where(after > before, bucket + len(DISTANCE_EDGES) + 1, bucket)


def _chances(logits: NDArray[np.floating]) -> FloatArray:
    chances: FloatArray = 1.0 / (1.0 + np.exp(-logits))
    return chances


def _softmax(scores: FloatArray) -> FloatArray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return result
