"""Where a training run starts: an encoder as it was published, and heads that know nothing."""

from __future__ import annotations

import json

from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer

from inquit.errors import ModelError
from inquit.model.config import ModelConfig
from inquit.model.network import Network, TokenNetwork
from inquit.model.tokenizer_parts import check_tokenizer
from inquit.training.settings import TrainSettings

__all__ = ["start_from"]


def start_from(settings: TrainSettings) -> tuple[Network, ModelConfig, Tokenizer]:
    """Load the encoder of the settings, by its Hugging Face id or from a folder; raise ModelError."""
    try:
        encoder = AutoModel.from_pretrained(settings.encoder)
        tokenizer = AutoTokenizer.from_pretrained(settings.encoder, use_fast=True)
    except (OSError, ValueError) as error:
        raise ModelError(f"the encoder {settings.encoder!r} cannot be loaded: {error}") from error
    values = encoder.config.to_diff_dict()
    values["model_type"] = encoder.config.model_type
    for key in ("architectures", "_name_or_path", "transformers_version", "dtype", "torch_dtype"):
        values.pop(key, None)
    config = ModelConfig(
        name=settings.name,
        version=settings.version,
        encoder=values,
        window_length=settings.window_length,
        window_overlap=min(settings.window_overlap, settings.window_length // 4),
        restores_case=True,
    )
    try:
        config.check()
        # What could not be loaded again is not worth the hours.
        check_tokenizer(json.loads(tokenizer.backend_tokenizer.to_str()))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the settings fit no model: {error}") from error
    network = Network(TokenNetwork(encoder.float(), settings.dropout), config.pointer_width, settings.dropout)
    return network, config, tokenizer.backend_tokenizer
