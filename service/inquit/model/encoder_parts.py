"""The weights of an encoder in the order in which a fused pass takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertModel, MPNetModel, PreTrainedModel

__all__ = ["EncoderParts", "parts_of"]


class EncoderParts(NamedTuple):
    """What a pass computes with; tensors shared with the modules where that is possible."""

    tables: list[Tensor]
    """Embeddings of words, shapes, marks, breaks and positions, the weights of the first normalisation,
    and of the tag head."""
    layers: list[Tensor]
    """Twelve of each layer: weight and bias of queries, keys and values together, of the output of
    attention and its normalisation, of the inner and the outer product and the last normalisation."""
    heads: int
    epsilon: float
    position_bias: Tensor | None
    """Added to the scores of attention, shape [heads, positions, positions]; None for nothing."""


def parts_of(encoder: PreTrainedModel, features: list[nn.Embedding], head: nn.Linear) -> EncoderParts | None:
    """Return the parts of a BERT or MPNet encoder, or None where it is of another kind.

    `features` are the embeddings of shapes, marks and breaks, `head` that of the role tags.
    """
    config = encoder.config
    if getattr(config, "hidden_act", None) != "gelu" or getattr(config, "is_decoder", False):
        return None
    embeddings: Any = encoder.embeddings if isinstance(encoder, BertModel | MPNetModel) else None
    bias = None
    if isinstance(encoder, BertModel):
        if getattr(config, "position_embedding_type", "absolute") != "absolute":
            return None
        # Every token is of the first type.
        positions = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        layers = [_bert_layer(layer) for layer in encoder.encoder.layer]
    elif isinstance(encoder, MPNetModel):
        # The first positions stand for padding.
        positions = embeddings.position_embeddings.weight[embeddings.padding_idx + 1 :]
        bias = _position_bias(encoder, len(positions))
        layers = [_mpnet_layer(layer) for layer in encoder.encoder.layer]
    else:
        return None
    tables = [
        embeddings.word_embeddings.weight,
        *(feature.weight for feature in features),
        positions,
        embeddings.LayerNorm.weight,
        embeddings.LayerNorm.bias,
        head.weight,
        head.bias,
    ]
    return EncoderParts(
        [tensor.detach() for tensor in tables],
        [tensor.detach() for layer in layers for tensor in layer],
        config.num_attention_heads,
        config.layer_norm_eps,
        bias,
    )


def _bert_layer(layer: Any) -> list[Tensor]:
    part = layer.attention.self
    dense, norm = layer.attention.output.dense, layer.attention.output.LayerNorm
    return _layer((part.query, part.key, part.value), (dense, norm), layer)


def _mpnet_layer(layer: Any) -> list[Tensor]:
    part = layer.attention.attn
    return _layer((part.q, part.k, part.v), (part.o, layer.attention.LayerNorm), layer)


def _layer(asked: Iterable[nn.Linear], attended: tuple[Any, Any], layer: Any) -> list[Tensor]:
    asked = list(asked)
    found = [torch.cat([p.weight for p in asked]), torch.cat([p.bias for p in asked])]
    for own in (*attended, layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm):
        found += [own.weight, own.bias]
    return found


def _position_bias(encoder: MPNetModel, count: int) -> Tensor:
    """Return what the distance between two positions adds to their score; it is the same in all layers."""
    states = torch.empty(1, count, 0, device=encoder.device)
    with torch.no_grad():
        bias: Tensor = encoder.encoder.compute_position_bias(states)[0]
    return bias.to(encoder.dtype).contiguous()
