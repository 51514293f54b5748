from __future__ import annotations

from statistics import median

from articles import articles, words


def test_a_seed_gives_the_same_articles_again() -> None:
    """Speeds are compared on the same words: a seed fixes them, another seed changes them."""
    assert articles(20, seed=1) == articles(20, seed=1)
    assert articles(20, seed=1) != articles(20, seed=2)


def test_lengths_are_those_of_news() -> None:
    """Half of the articles are short, a few are long, and none is empty or endless."""
    lengths = [words([document]) for document in articles(400, seed=1)]
    assert 450 <= median(lengths) <= 700
    assert min(lengths) >= 80
    assert 1500 <= max(lengths) <= 4200


def test_articles_have_ids_of_their_own() -> None:
    """Results can be told apart."""
    assert len({document.id for document in articles(50, seed=1)}) == 50
