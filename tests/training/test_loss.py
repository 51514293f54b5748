from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from inquit.model.encoding import TextEncoder
from inquit.model.network import Network
from inquit.model.tags import TAG_COUNT
from inquit.training.batches import TrainingDocument, make_batches, training_documents
from inquit.training.examples import IGNORED, Example, Link, TokenSpan
from inquit.training.loss import Losses, batch_losses
from tiny_model import tiny_network
from training_texts import tokens_of

MakeExample = Callable[[dict[str, Any]], Example]


@pytest.fixture
def network() -> Network:
    """Return a tiny network of the test's own."""
    return tiny_network()


@pytest.fixture
def documents(
    rows: list[dict[str, Any]], example_of: MakeExample, encoder: TextEncoder
) -> list[TrainingDocument]:
    """Return each annotated text as one document of several windows."""
    source = random.Random(0)
    examples = [_taught(example_of(row)) for row in rows]
    return [d for e in examples for d in training_documents(e, encoder, 64, 1000, source)]


def _taught(example: Example) -> Example:
    """Return an example of which a teacher knows all words, and which of them have a capital."""
    firsts = example.encoded.word_starts
    chances = np.zeros((len(firsts), TAG_COUNT), dtype=np.float32)
    chances[firsts, 0], chances[firsts, 1] = 0.75, 0.25
    return replace(example, taught=chances, capitals=np.where(firsts, 1, IGNORED))


def _losses(network: Network, *documents: TrainingDocument) -> Losses:
    (batch,) = make_batches(documents, 100_000, random.Random(0))
    return batch_losses(network, batch)


def test_every_part_learns(documents: list[TrainingDocument], network: Network) -> None:
    """Each loss is finite and positive, and together they move every parameter of the heads."""
    losses = _losses(network, *documents)
    for name, value in zip(losses._fields, losses, strict=True):
        assert torch.isfinite(value), name
        assert value.item() > 0, name
    losses.total().backward()
    still = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    # BERT's key bias cancels out of attention; the type of a token is always the same.
    assert [n for n in still if not n.startswith("tokens.encoder.")] == []


def test_the_total_weighs_every_loss() -> None:
    """No loss is left out of what is minimised, and none counts negatively."""
    zero = Losses(*[torch.tensor(0.0)] * len(Losses._fields))
    for name in Losses._fields:
        assert zero._replace(**{name: torch.tensor(1.0)}).total().item() > 0, name


def test_the_loss_of_a_document_does_not_depend_on_its_batch(
    documents: list[TrainingDocument], network: Network
) -> None:
    """Padding and neighbours teach nothing: means over single documents are the batch's."""
    # Strings that weigh less than one in all are no mean.
    documents = [
        replace(d, strings=tuple(replace(s, weight=s.weight + 1.0) for s in d.strings)) for d in documents
    ]
    words = [float(sum(int((t != IGNORED).sum()) for t in d.tags)) for d in documents]
    weights: dict[str, list[float]] = {
        "tags": words,
        "sequence": words,
        **{
            f"{kind}s": [len(getattr(d, f"{kind}_links")) for d in documents]
            for kind in ("source", "cue", "antecedent", "bearer", "speaker")
        },
        "strings": [sum(s.weight for s in d.strings) for d in documents],
        "types": [len(d.types) for d in documents],
        "taught": [float(d.taught.sum()) for d in documents if d.taught is not None],
        "capitals": [int((d.capitals != IGNORED).sum()) for d in documents if d.capitals is not None],
    }
    assert set(weights) == set(Losses._fields)
    with torch.inference_mode():
        together = _losses(network, *documents)
        alone = [_losses(network, d) for d in documents]
    for name, counts in weights.items():
        mean = sum(getattr(a, name).item() * n for a, n in zip(alone, counts, strict=True)) / sum(counts)
        assert getattr(together, name).item() == pytest.approx(mean, rel=1e-3), name


def test_spans_are_read_where_they_stand(documents: list[TrainingDocument], network: Network) -> None:
    """The states of a span are those of its tokens, in whichever window they lie."""
    document = documents[0]
    assert len(document.windows) == 2
    assert {span[0] < document.windows[1].start for span, _ in document.types} == {True, False}
    with torch.inference_mode():
        losses = _losses(network, document)
        (batch,) = make_batches([document], 100_000, random.Random(0))
        states = network.tokens(batch.inputs).states
        at = {
            window.start + place: states[row, 1 + place]
            for row, window in enumerate(document.windows)
            for place in range(window.length - 2)
        }
        expected = [
            nn.functional.cross_entropy(network.types(torch.cat([at[a], at[b - 1]])), torch.tensor(kind))
            for (a, b), kind in document.types
        ]
    assert losses.types.item() == pytest.approx(torch.stack(expected).mean().item(), rel=1e-5)


_CHAIN = "She rowed. Tom Vane slept. Then he woke and they sang until he slept, as Ada Brill had said."


@pytest.fixture
def undecided(network: Network) -> Network:
    """Return a network to which all candidates are equally likely, and none twice as likely as one."""
    for pointer in (
        network.source_pointer,
        network.cue_pointer,
        network.antecedent_pointer,
        network.speaker_pointer,
    ):
        for parameter in pointer.parameters():
            nn.init.zeros_(parameter)
        nn.init.constant_(pointer.none.bias, math.log(2))
    return network


class _Chain:
    """A document of one text, with the links and candidates that a test gives it by their words."""

    def __init__(self, example: Example, encoder: TextEncoder) -> None:
        self._encoded = example.encoded
        (self._document,) = training_documents(example, encoder, 64, 1000, random.Random(0))

    def chances(self, network: Network, kind: str, query: str, targets: str, **candidates: str) -> float:
        """Return the probability of the targets together; parts of the text are set off by commas."""
        link = Link(tokens_of(self._encoded, query), self._spans(targets))
        changes = {name: self._spans(parts) for name, parts in candidates.items()}
        document = replace(self._document, **{f"{kind}_links": (link,)}, **changes)  # type: ignore[arg-type]
        with torch.inference_mode():
            losses = _losses(network, document)
        return math.exp(-getattr(losses, f"{kind}s").item())

    def _spans(self, parts: str) -> tuple[TokenSpan, ...]:
        return tuple(tokens_of(self._encoded, part) for part in parts.split(", ") if part)


@pytest.fixture
def chain(example_of: MakeExample, encoder: TextEncoder) -> _Chain:
    """Return a text without links yet."""
    return _Chain(example_of({"text": _CHAIN}), encoder)


@pytest.mark.parametrize(
    ("names", "mentions", "expected"),
    [
        ("Tom Vane", "", 1 / 3),
        ("Tom Vane, Ada Brill", "", 1 / 4),
        ("Tom Vane", "[he] woke", 1 / 3),
        ("Tom Vane, [he] woke", "[he] woke", 1 / 3),
        ("Tom Vane", "[he] woke, they", 1 / 3),
        ("Tom Vane", "She, [he] woke, they", 1 / 4),
        ("Tom Vane, they", "they", 1 / 4),
    ],
)
def test_later_mentions_are_no_antecedents(
    chain: _Chain, undecided: Network, names: str, mentions: str, expected: float
) -> None:
    """Candidates are all names and the mentions before; neither the mention itself nor later ones."""
    found = chain.chances(undecided, "antecedent", "[he] woke", "Tom Vane", names=names, mentions=mentions)
    assert found == pytest.approx(expected)


def test_strings_may_be_of_later_mentions(chain: _Chain, undecided: Network) -> None:
    """A quoted string may point to names and mentions on both sides of it: `“…,” he said`."""
    found = chain.chances(
        undecided, "speaker", "Tom Vane slept.", "they", names="Ada Brill", mentions="She, they"
    )
    assert found == pytest.approx(1 / 5)


def test_bearers_are_full_names_alone(chain: _Chain, undecided: Network) -> None:
    """Of a surname only full names are candidates, whatever other names and mentions the text has."""
    found = chain.chances(
        undecided,
        "bearer",
        "Vane",
        "Ada Brill",
        names="Vane, Tom Vane, Ada Brill, Brill",
        full_names="Tom Vane, Ada Brill",
        mentions="She, they",
    )
    assert found == pytest.approx(1 / 4)


@pytest.mark.parametrize(("kind", "candidates"), [("source", "sources"), ("cue", "cues")])
def test_quotations_choose_among_sources_and_cues(
    chain: _Chain, undecided: Network, kind: str, candidates: str
) -> None:
    """Content points to the sources and cues of the text, not to other names or mentions."""
    spans = {candidates: "She, [he] woke, they"}
    found = chain.chances(
        undecided, kind, "Tom Vane slept.", "they", names="Ada Brill", mentions="until [he]", **spans
    )
    assert found == pytest.approx(1 / 5)


@pytest.mark.parametrize(
    ("targets", "expected"), [("", 1 / 2), ("Tom Vane", 1 / 4), ("Tom Vane, Ada Brill", 1 / 2)]
)
def test_any_right_target_is_enough(chain: _Chain, undecided: Network, targets: str, expected: float) -> None:
    """What is maximised is the probability of all right targets together, or of none."""
    found = chain.chances(undecided, "antecedent", "they", targets, names="Tom Vane, Ada Brill")
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["source", "cue", "antecedent", "bearer", "speaker"])
def test_without_candidates_none_is_certain(chain: _Chain, network: Network, kind: str) -> None:
    """A link to none in a document that offers nothing else costs nothing, and is no error."""
    found = chain.chances(
        network, kind, "they", "", names="", full_names="", mentions="", sources="", cues=""
    )
    assert found == pytest.approx(1.0)


def test_strings_count_by_their_weight(documents: list[TrainingDocument], network: Network) -> None:
    """A string of less weight moves the mean less; weights of less than one in all are no mean."""
    document = documents[0]

    def loss(*weights: float) -> float:
        strings = [replace(s, weight=w) for s, w in zip(document.strings, weights, strict=False)]
        with torch.inference_mode():
            return _losses(network, replace(document, strings=tuple(strings))).strings.item()

    assert loss(0.5) == pytest.approx(0.5 * loss(1.0))
    assert loss(1.0, 0.0) == pytest.approx(loss(1.0))
    assert loss(1.0, 1.0) == pytest.approx(loss(2.0, 2.0))
    assert loss(3.0, 1.0) == pytest.approx(0.75 * loss(1.0) + 0.25 * loss(0.0, 1.0))


def test_a_batch_without_annotation_costs_nothing(
    example_of: MakeExample, encoder: TextEncoder, network: Network
) -> None:
    """A text with no tags, links or strings has losses of zero, and they can still be minimised."""
    text = "The wall was old and it was not safe."
    example = example_of({"text": text, "quotes": [], "set_aside": [[0, len(text)]], "entities": {}})
    losses = _losses(network, *training_documents(example, encoder, 64, 3, random.Random(0)))
    assert [v.item() for v in losses] == [0.0] * len(losses)
    losses.total().backward()
    assert not any(p.grad is not None and p.grad.any() for p in network.parameters())


@pytest.mark.parametrize(
    "changes",
    [
        {"antecedent_links": (), "bearer_links": (), "speaker_links": ()},
        {"source_links": (), "cue_links": ()},
        {"strings": (), "types": ()},
    ],
    ids=lambda c: next(iter(c)),
)
def test_a_kind_of_annotation_may_be_missing(
    documents: list[TrainingDocument], network: Network, changes: dict[str, Any]
) -> None:
    """Without annotation of a kind its loss is zero, and the others are minimised as ever."""
    whole = _losses(network, *documents)
    losses = _losses(network, *(replace(d, **changes) for d in documents))
    for name in Losses._fields:
        gone = name in changes or f"{name[:-1]}_links" in changes
        expected = 0.0 if gone else getattr(whole, name).item()
        assert getattr(losses, name).item() == pytest.approx(expected), name
    losses.total().backward()
    assert network.tokens.tag_head.weight.grad is not None
