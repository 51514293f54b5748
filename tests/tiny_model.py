"""A network and a tokenizer small enough to build in every test run: random weights, real parts."""

from __future__ import annotations

import string
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from torch import nn
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, PreTrainedModel

from inquit.extractor import Extractor
from inquit.model.config import ModelConfig
from inquit.model.encoding import TextEncoder
from inquit.model.info import ModelInfo
from inquit.model.network import Network, TokenNetwork

__all__ = ["HIDDEN_WIDTH", "tiny_config", "tiny_encoder", "tiny_extractor", "tiny_network", "tiny_tokenizer"]

HIDDEN_WIDTH = 32
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_WORDS = (
    "said says told asked according to the a an and of in on he she they it we i is was has had will"
    " not minister mayor report ada brill tom vane sea wall dam lake office harbour"
)
_MARKS = "“”‘’«»„‹›…—–"


def tiny_tokenizer() -> Tokenizer:
    """Return an uncased WordPiece tokenizer that knows letters, digits, marks and a few words."""
    characters = string.ascii_lowercase + string.digits
    pieces = [
        *_SPECIAL,
        *characters,
        *(f"##{c}" for c in characters),
        *string.punctuation,
        *_MARKS,
        *(w for w in _WORDS.split() if len(w) > 1),
    ]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def tiny_encoder() -> TextEncoder:
    """Return a text encoder over the tiny tokenizer."""
    return TextEncoder(tiny_tokenizer())


def tiny_bert(seed: int = 0) -> BertModel:
    """Return a random BERT of two layers."""
    torch.manual_seed(seed)
    return BertModel(
        BertConfig(
            vocab_size=tiny_tokenizer().get_vocab_size(),
            hidden_size=HIDDEN_WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=320,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )


def tiny_mpnet(seed: int = 0) -> MPNetModel:
    """Return a random MPNet of two layers; distances have a say in its attention."""
    torch.manual_seed(seed)
    model = MPNetModel(
        MPNetConfig(
            vocab_size=tiny_tokenizer().get_vocab_size(),
            hidden_size=HIDDEN_WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=322,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )
    nn.init.normal_(model.encoder.relative_attention_bias.weight)
    return model


def tiny_config(**changes: Any) -> ModelConfig:
    """Return the configuration of the tiny network; windows are short, so that texts have several."""
    encoder = tiny_bert().config
    values = encoder.to_diff_dict()
    values["model_type"] = encoder.model_type
    for key in ("architectures", "_name_or_path", "transformers_version", "dtype", "torch_dtype"):
        values.pop(key, None)
    known: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "encoder": values,
        "window_length": 64,
        "window_overlap": 16,
        "pointer_width": 8,
        "restores_case": True,
    }
    return ModelConfig(**(known | changes))


def tiny_network(seed: int = 0, encoder: PreTrainedModel | None = None) -> Network:
    """Return a random network in which every part has a say, also those that start from zero."""
    network = Network(TokenNetwork(encoder or tiny_bert(seed)), pointer_width=8)
    torch.manual_seed(seed + 1)
    for name, parameter in network.named_parameters():
        if name.startswith("tokens.encoder."):
            continue
        nn.init.normal_(parameter, std=0.5)
    return network.eval()


def tiny_extractor(seed: int = 0, **changes: Any) -> Extractor:
    """Return an extractor over the tiny network, in float32 on the CPU."""
    info = ModelInfo("tiny", "1", "0" * 64, ("en",), "cpu", "float32")
    return Extractor(
        info,
        tiny_config(**changes),
        tiny_network(seed),
        tiny_encoder(),
        device=torch.device("cpu"),
        dtype=torch.float32,
    )
