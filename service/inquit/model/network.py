"""The network: one encoder pass, light heads.

Only `TokenNetwork` sees whole windows and runs on the device. What it returns for each token
(a state and the scores of the role tags) is all that the other heads need, so they work after
the windows were joined, on a few spans, anywhere in the document.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel
from transformers.models.auto.configuration_auto import AutoConfig

from inquit.errors import ModelError
from inquit.model.config import ModelConfig
from inquit.model.encoding import MarkState, Shape
from inquit.model.files import brief
from inquit.model.fused import FusedTokens
from inquit.model.tags import TAG_COUNT, illegal_starts, illegal_steps
from inquit.model.windows import Break
from inquit.types import SpeakerType

__all__ = [
    "DISTANCE_BUCKETS",
    "DISTANCE_EDGES",
    "SPEAKER_TYPES",
    "CapitalsHead",
    "Network",
    "Pointer",
    "StringHead",
    "TagSequence",
    "TokenNetwork",
    "TokenOutput",
    "TypeHead",
    "WindowBatch",
    "distance_buckets",
]

_FORBIDDEN = -1e4
DISTANCE_EDGES = (1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 140, 220, 350, 600, 1000)
SPEAKER_TYPES = tuple(SpeakerType)
DISTANCE_BUCKETS = 2 * (len(DISTANCE_EDGES) + 1)


class WindowBatch(NamedTuple):
    """Padded windows; every tensor has shape [windows, tokens]."""

    piece_ids: Tensor
    shapes: Tensor
    mark_states: Tensor
    breaks: Tensor
    mask: Tensor
    """Bool: True for tokens, False for padding."""
    is_full: bool
    """Whether nothing is padding; kept beside the mask, as asking a GPU would wait for it."""


class TokenOutput(NamedTuple):
    """What one pass says of each token."""

    states: Tensor
    """Shape [windows, tokens, hidden_width]."""
    tag_scores: Tensor
    """Shape [windows, tokens, TAG_COUNT]; unnormalised."""


class TokenNetwork(nn.Module):
    """The encoder with its extra input features and the role tag head."""

    def __init__(self, encoder: PreTrainedModel, dropout: float = 0.1) -> None:
        super().__init__()
        # The pooled sentence vector of BERT-like encoders is not used.
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None  # type: ignore[assignment]
        self.encoder = encoder
        self._fused: FusedTokens | None = None
        width: int = encoder.config.hidden_size
        self.hidden_width = width
        self.shape_embedding = _feature(len(Shape), width)
        self.mark_embedding = _feature(len(MarkState), width)
        self.break_embedding = _feature(len(Break), width)
        self.dropout = nn.Dropout(dropout)
        self.tag_head = nn.Linear(width, TAG_COUNT)

    def fuse(self) -> None:
        """Take the fastest way to the same outputs from now on, for a network that learns no more."""
        features = [self.shape_embedding, self.mark_embedding, self.break_embedding]
        self._fused = FusedTokens.of(self.encoder, features, self.tag_head)

    def forward(self, batch: WindowBatch) -> TokenOutput:
        """Encode a batch of windows."""
        # Without padding no mask is needed, and attention takes its fastest path.
        mask = None if batch.is_full else batch.mask
        if self._fused is not None:
            features = [batch.piece_ids, batch.shapes, batch.mark_states, batch.breaks]
            return TokenOutput(*self._fused(features, mask))
        words = self.encoder.get_input_embeddings()(batch.piece_ids)
        embedded = (
            words
            + self.shape_embedding(batch.shapes)
            + self.mark_embedding(batch.mark_states)
            + self.break_embedding(batch.breaks)
        )
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        states = self.dropout(states)
        return TokenOutput(states, self.tag_head(states))


def _feature(count: int, width: int) -> nn.Embedding:
    """Make an embedding of zeros, so that training starts from the encoder as it was."""
    embedding = nn.Embedding(count, width)
    nn.init.zeros_(embedding.weight)
    return embedding


class TagSequence(nn.Module):
    """A linear-chain conditional random field over the role tags (Lafferty et al., 2001)."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(TAG_COUNT, TAG_COUNT))
        self.starts = nn.Parameter(torch.zeros(TAG_COUNT))
        self.illegal_steps: Tensor
        self.illegal_starts: Tensor
        self.register_buffer("illegal_steps", torch.from_numpy(illegal_steps()), persistent=False)
        self.register_buffer("illegal_starts", torch.from_numpy(illegal_starts()), persistent=False)

    def step_scores(self) -> Tensor:
        """Return the score of each step, shape [from, to]; illegal ones at a large negative."""
        return self.steps.masked_fill(self.illegal_steps, _FORBIDDEN)

    def start_scores(self) -> Tensor:
        """Return the score of each tag at the first word, shape [tags]."""
        return self.starts.masked_fill(self.illegal_starts, _FORBIDDEN)

    def negative_log_likelihood(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Return the loss of the gold tags, shape [windows].

        `scores` has shape [windows, words, TAG_COUNT], `tags` and `mask` [windows, words]; the
        mask is True for a prefix of each row. A row may start in the middle of a span: its first
        word is free of the start rule.
        """
        steps = self.step_scores()
        weights = mask.to(scores.dtype)
        picked = scores.gather(2, tags.unsqueeze(2)).squeeze(2) * weights
        moved = steps[tags[:, :-1], tags[:, 1:]] * weights[:, 1:]
        gold = picked.sum(1) + moved.sum(1) + self.starts[tags[:, 0]]
        alpha = scores[:, 0] + self.starts
        for place in range(1, scores.shape[1]):
            ahead = torch.logsumexp(alpha.unsqueeze(2) + steps, dim=1) + scores[:, place]
            alpha = torch.where(mask[:, place].unsqueeze(1), ahead, alpha)
        return torch.logsumexp(alpha, dim=1) - gold


class Pointer(nn.Module):
    """Scores which of the candidate spans a span points to, or none of them.

    A span is the states of its first and last token. The score is the product of two
    projections, plus what the candidate and the signed distance in words say by themselves.
    """

    def __init__(self, hidden_width: int, width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.query = nn.Linear(2 * hidden_width, width)
        self.key = nn.Linear(2 * hidden_width, width)
        self.prior = nn.Linear(2 * hidden_width, 1)
        self.none = nn.Linear(2 * hidden_width, 1)
        self.distance = nn.Embedding(DISTANCE_BUCKETS, 1)
        self.distance_gate = nn.Embedding(DISTANCE_BUCKETS, width)
        nn.init.zeros_(self.distance.weight)
        nn.init.ones_(self.distance_gate.weight)
        self.dropout = nn.Dropout(dropout)
        self.scale = 1.0 / math.sqrt(width)

    def forward(self, queries: Tensor, keys: Tensor, buckets: Tensor) -> Tensor:
        """Return scores of shape [queries, keys + 1]; the last column is none.

        `queries` and `keys` have shape [spans, 2 * hidden_width], `buckets` [queries, keys].
        """
        asked = self.query(self.dropout(queries))
        offered = self.key(self.dropout(keys))
        gated = self.distance_gate(buckets) * offered.unsqueeze(0)
        scores = (gated * asked.unsqueeze(1)).sum(2) * self.scale
        scores = scores + self.prior(keys).squeeze(1) + self.distance(buckets).squeeze(2)
        return torch.cat([scores, self.none(queries)], dim=1)


class StringHead(nn.Module):
    """Tells whether a quoted string is somebody's words."""

    def __init__(self, hidden_width: int, width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.inner = nn.Linear(4 * hidden_width, width)
        self.outer = nn.Linear(width, 1)

    def forward(self, edges: Tensor) -> Tensor:
        """Return one logit a string, shape [strings].

        `edges` has shape [strings, 4 * hidden_width]: the states of the token before the string,
        of its first and last token, and of the token after it.
        """
        hidden = nn.functional.gelu(self.inner(self.dropout(edges)))
        scores: Tensor = self.outer(hidden).squeeze(1)
        return scores


class TypeHead(nn.Module):
    """Tells what kind of speaker a name or a mention means."""

    def __init__(self, hidden_width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.outer = nn.Linear(2 * hidden_width, len(SPEAKER_TYPES))

    def forward(self, edges: Tensor) -> Tensor:
        """Return a logit for each of `SPEAKER_TYPES`, shape [spans, types].

        `edges` has shape [spans, 2 * hidden_width]: the states of the first and last token.
        """
        scores: Tensor = self.outer(self.dropout(edges))
        return scores


class CapitalsHead(nn.Module):
    """Tells whether a word would have a capital, in a text whose case tells nothing."""

    def __init__(self, hidden_width: int, width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.inner = nn.Linear(hidden_width, width)
        self.outer = nn.Linear(width, 1)

    def forward(self, states: Tensor) -> Tensor:
        """Return one logit a token, shape [tokens]; `states` has shape [tokens, hidden_width]."""
        hidden = nn.functional.gelu(self.inner(self.dropout(states)))
        scores: Tensor = self.outer(hidden).squeeze(1)
        return scores


class Network(nn.Module):
    """Everything that is learned, as it is saved."""

    def __init__(
        self, tokens: TokenNetwork, pointer_width: int, dropout: float = 0.1, *, restores_case: bool = True
    ) -> None:
        super().__init__()
        width = tokens.hidden_width
        self.tokens = tokens
        self.sequence = TagSequence()
        self.strings = StringHead(width, pointer_width, dropout)
        self.source_pointer = Pointer(width, pointer_width, dropout)
        self.cue_pointer = Pointer(width, pointer_width, dropout)
        self.antecedent_pointer = Pointer(width, pointer_width, dropout)
        self.speaker_pointer = Pointer(width, pointer_width, dropout)
        self.types = TypeHead(width, dropout)
        self.capitals = CapitalsHead(width, pointer_width, dropout) if restores_case else None

    @classmethod
    def from_config(cls, config: ModelConfig) -> Network:
        """Build the network of a model folder, weights not yet loaded."""
        values = dict(config.encoder)
        try:
            encoder_config = AutoConfig.for_model(values.pop("model_type"), **values)
            encoder = AutoModel.from_config(encoder_config)
        except Exception as error:  # whatever transformers and torch make of odd values
            raise ModelError(f"config.json: encoder: {brief(error)}") from error
        return cls(TokenNetwork(encoder), config.pointer_width, restores_case=config.restores_case)


def distance_buckets(queries: Tensor, keys: Tensor) -> Tensor:
    """Return the bucket of the signed distance from each query to each key, shape [queries, keys].

    Both have shape [spans, 2]: first and last word of a span. A key before its query has the
    lower half of the buckets. Overlapping spans are at distance 0.
    """
    before = queries[:, None, 0] - keys[None, :, 1]
    after = keys[None, :, 0] - queries[:, None, 1]
    gap = torch.maximum(before, after).clamp(min=0)
    edges = torch.tensor(DISTANCE_EDGES, device=gap.device)
    bucket = torch.bucketize(gap, edges, right=True)
    return torch.where(after > before, bucket + len(DISTANCE_EDGES) + 1, bucket)
