from __future__ import annotations

import pytest

from inquit.evaluation.names import agree, contain, normalize


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        ("Denys Harlov", "Denys Harlov"),
        ("Mr. Denys Harlov", "Denys Harlov"),
        ("the Harvest Party", "The Harvest Party"),
        ("Denys Harlov’s", "Denys Harlov"),
        ("Denys  Harlov", "denys harlov"),
        ("O'Brannock", "O Brannock"),
    ],
)
def test_strict_agreement(predicted: str, gold: str) -> None:
    """Titles, articles, case, possessives and punctuation do not make another name."""
    assert agree(predicted, gold)
    assert contain(predicted, gold)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("HARLOV’S", "harlov s"),
        ("Harlov’s", "harlov"),
        ("THE Post", "post"),
        ("Mr’s Harlov", "harlov"),
        ("The A’s", ""),
        ("Dr. SEN’S Office", "s office"),
        ("Lady Marsh’s Trust", "marsh trust"),
    ],
)
def test_normal_form(name: str, normal: str) -> None:
    """The possessive goes first, while its s is small; then case, titles and punctuation."""
    assert normalize(name) == normal


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        ("Harlov", "Denys Harlov"),
        ("Denys Harlov", "Harlov"),
        ("Sarnish Interior Ministry", "Interior Ministry"),
    ],
)
def test_lenient_agreement(predicted: str, gold: str) -> None:
    """A part of a name agrees leniently, in both directions, and never strictly."""
    assert contain(predicted, gold)
    assert not agree(predicted, gold)


@pytest.mark.parametrize(
    ("predicted", "gold"),
    [
        ("Harlov", "Tomas Vellgard"),
        ("Denys Vellgard", "Tomas Vellgard"),
        ("the", "Tomas Vellgard"),
        ("Vell", "Tomas Vellgard"),
    ],
)
def test_no_agreement(predicted: str, gold: str) -> None:
    """Sharing one word of two, an article or half a word is no agreement."""
    assert not contain(predicted, gold)
