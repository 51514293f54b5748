from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel

from inquit.model.batching import pad_windows
from inquit.model.encoding import TextEncoder
from inquit.model.network import Network, TokenNetwork, TokenOutput, WindowBatch
from tiny_model import tiny_mpnet, tiny_network

_CPU = torch.device("cpu")
_TEXTS = (
    "“We saw it,” said Ada Brill of the Lake Office. She was not there.\n\nTom Vane was.",
    "He said no.",
)


@pytest.fixture(params=["bert", "mpnet"], scope="module")
def network(request: pytest.FixtureRequest) -> Network:
    """Return the tiny random network over each kind of encoder that can be fused."""
    return tiny_network(encoder=tiny_mpnet() if request.param == "mpnet" else None)


def in_bfloat16(model: BertModel) -> BertModel:
    """Return the model, changed in place."""
    nn.Module.to(model, torch.bfloat16)
    return model


def batch_of(encoder: TextEncoder, *texts: str) -> WindowBatch:
    """Return one window for each text."""
    encoded = [encoder.encode(text) for text in texts]
    return pad_windows([encoder.window(e, 0, len(e)) for e in encoded], _CPU)


def run(network: Network, batch: WindowBatch, *, fused: bool) -> TokenOutput:
    """Run a copy of the network in bfloat16, fused or not."""
    tokens = copy.deepcopy(network.tokens).to(torch.bfloat16).eval()
    if fused:
        tokens.fuse()
        assert tokens._fused is not None
    with torch.inference_mode():
        return tokens(batch)


@pytest.mark.parametrize("texts", [_TEXTS, _TEXTS[:1]], ids=["padded", "full"])
def test_fusing_changes_no_more_than_rounding(
    network: Network, encoder: TextEncoder, texts: tuple[str, ...]
) -> None:
    """The fused steps are as near to float32 as the modules are in bfloat16."""
    batch = batch_of(encoder, *texts)
    with torch.inference_mode():
        exact = network.tokens(batch)
    for part in ("states", "tag_scores"):
        truth = getattr(exact, part)[batch.mask]
        plain = getattr(run(network, batch, fused=False), part)[batch.mask].float()
        fused = getattr(run(network, batch, fused=True), part)[batch.mask].float()
        assert (fused - truth).abs().max() <= 1.5 * (plain - truth).abs().max() + 1e-3


def test_padding_is_not_looked_at(network: Network, encoder: TextEncoder) -> None:
    """A short window gives the same alone as beside a long one."""
    together = run(network, batch_of(encoder, *_TEXTS), fused=True).states[1].float()
    alone = run(network, batch_of(encoder, _TEXTS[1]), fused=True).states[0].float()
    length = len(encoder.encode(_TEXTS[1])) + 2
    torch.testing.assert_close(together[:length], alone[:length], atol=0.05, rtol=0.05)


def test_float32_is_exact(network: Network, encoder: TextEncoder) -> None:
    """In float32 the scripted pass gives what the modules give."""
    batch = batch_of(encoder, *_TEXTS)
    tokens = copy.deepcopy(network.tokens).eval()
    with torch.inference_mode():
        plain = tokens(batch)
        tokens.fuse()
        assert tokens._fused is not None
        fused = tokens(batch)
    torch.testing.assert_close(fused.states[batch.mask], plain.states[batch.mask], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(
        fused.tag_scores[batch.mask], plain.tag_scores[batch.mask], atol=1e-4, rtol=1e-4
    )


def test_other_encoders_keep_their_modules() -> None:
    """An activation that the function does not compute is left to the modules that do."""
    other = BertModel(
        BertConfig(
            vocab_size=9,
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
            hidden_act="relu",
        )
    )
    tokens = TokenNetwork(in_bfloat16(other))
    tokens.fuse()
    assert tokens._fused is None


def test_a_pass_leaves_python(network: Network, encoder: TextEncoder) -> None:
    """The pass is one call: whichever thread holds the interpreter holds it up once, not at each step."""
    tokens = copy.deepcopy(network.tokens).eval()
    tokens.fuse()
    assert tokens._fused is not None
    assert isinstance(tokens._fused._run, torch.jit.ScriptFunction)
