from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from inquit.model.encoding import EncodedText, TextEncoder
from inquit.model.heads import CapitalHead
from inquit.model.links import LinkScorer
from inquit.model.outputs import JoinedOutput, WindowOutput
from inquit.model.recasing import case_tells, recased
from tiny_model import tiny_encoder, tiny_network

_TEXT = "the mayor, ada brill, said the dam had leaked for weeks. she was told so by tom vane."


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    """Return a text encoder over the tiny tokenizer."""
    return tiny_encoder()


class _Knowing(CapitalHead):
    """Reads a name where the state of a token says so."""

    def __init__(self) -> None:
        pass

    def probabilities(self, states: np.ndarray) -> np.ndarray:
        return states[:, 0]


def _links(encoded: EncodedText, encoder: TextEncoder, names: tuple[str, ...]) -> LinkScorer:
    starts = [encoded.text.casefold().index(name) for name in names]
    states = np.isin(encoded.starts, starts).astype(np.float16)[:, None]
    (window,) = encoder.windows(encoded, 512, 64)
    padded = np.concatenate([states[:1] * 0, states, states[:1] * 0])
    output = WindowOutput(padded, np.zeros((len(padded), 7), dtype=np.float32))
    return LinkScorer(JoinedOutput(len(encoded), [window], [output]), np.cumsum(encoded.word_starts))


@pytest.mark.parametrize("fold", [str.lower, str.upper, str.title])
def test_names_get_their_capitals_back(encoder: TextEncoder, fold: object) -> None:
    """Whatever the case was lost to, the text reads as the model says, at the same offsets."""
    assert callable(fold)
    encoded = encoder.encode(fold(_TEXT))
    links = _links(encoded, encoder, ("ada", "brill", "tom", "vane"))
    expected = _TEXT.replace("ada brill", "Ada Brill").replace("tom vane", "Tom Vane")
    assert recased(encoded, links, _Knowing()) == expected


def test_a_text_whose_case_tells_is_left(encoder: TextEncoder) -> None:
    """Ordinary print is read as it is, whatever the model would say."""
    text = "The mayor, Ada Brill, said the dam had leaked for weeks."
    encoded = encoder.encode(text)
    assert recased(encoded, _links(encoded, encoder, ("dam",)), _Knowing()) == text


def test_a_model_that_restores_nothing_leaves_the_text(encoder: TextEncoder) -> None:
    """Without the head, or without tokens, the text stays."""
    encoded = encoder.encode(_TEXT)
    assert recased(encoded, _links(encoded, encoder, ("ada",)), None) == _TEXT
    assert recased(encoded, None, _Knowing()) == _TEXT


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("The mayor said that it had rained for weeks and weeks.", True),
        ("the mayor said that it had rained for weeks and weeks.", False),
        ("THE MAYOR SAID THAT IT HAD RAINED FOR WEEKS ON END.", False),
        ("The Mayor Said That It Had Rained For Weeks On End.", False),
        ("No capital letters here. yes, FBI agents from the UN and EU saw it all then.", True),
        ("ok then", True),
        ("", True),
        ("123 456 789 012 345 678", True),
    ],
)
def test_case_tells_where_some_words_differ(encoder: TextEncoder, text: str, tells: bool) -> None:
    """Prose with a few capitals tells; capitals throughout, none, or one on each word do not."""
    assert case_tells(encoder.encode(text)) is tells


@pytest.mark.parametrize(
    "text", ["STRASSE İSTANBUL ǅUR ß ΑΣ SAID THE DAM HAD LEAKED", "ﬁne ŉ ǰ said the dam had leaked"]
)
def test_odd_letters_keep_their_places(encoder: TextEncoder, text: str) -> None:
    """Letters that become two in the other case stay as they are."""
    encoded = encoder.encode(text)
    links = _links(replace(encoded), encoder, ("said",))
    assert len(recased(encoded, links, _Knowing())) == len(text)


def test_the_head_is_that_of_the_network() -> None:
    """The head in NumPy says what the module says."""
    network = tiny_network()
    assert network.capitals is not None
    network.eval()
    states = torch.randn(5, network.tokens.hidden_width, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = torch.sigmoid(network.capitals(states)).numpy()
    assert CapitalHead(network.capitals).probabilities(states.numpy()) == pytest.approx(expected, abs=1e-5)
