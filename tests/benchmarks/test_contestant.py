from __future__ import annotations

from contestant import shares


def test_shares_are_fair() -> None:
    """Every text is read by one process, and none has much more to read than another."""
    texts = [letter * (index % 9 + 1) * 100 for index, letter in enumerate("abcdefghijklmnopqrst")]
    parts = shares(texts, 3)
    assert sorted(text for part in parts for text in part) == sorted(texts)
    sizes = [sum(map(len, part)) for part in parts]
    assert max(sizes) - min(sizes) <= max(map(len, texts))


def test_one_process_reads_the_texts_as_they_come() -> None:
    """Alone, the peer sees the articles in the order in which inquit does."""
    assert shares(["a", "long"], 1) == [["a", "long"]]


def test_no_process_is_started_for_nothing() -> None:
    """With fewer texts than processes, as many as there are texts are enough."""
    assert shares(["one", "two"], 4) == [["one"], ["two"]]
