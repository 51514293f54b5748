"""Articles of the length of news, put together from the paragraphs of our own texts."""

from __future__ import annotations

import random
from pathlib import Path

from inquit.types import Document

__all__ = ["articles", "words"]

_ROOT = Path(__file__).resolve().parent
_TEXTS = (*sorted((_ROOT / "texts").glob("*.txt")), _ROOT.parent / "examples" / "article.txt")


def articles(number: int, *, seed: int) -> list[Document]:
    """Return articles with lengths like those of news: half below 550 words, a few above 1,500.

    The lengths are drawn from a log-normal distribution; paragraphs keep their order within
    a text, and the texts follow each other in a drawn order.
    """
    drawn = random.Random(seed)
    texts = [path.read_text(encoding="utf-8").strip().split("\n\n") for path in _TEXTS]
    documents = []
    for index in range(number):
        wanted = min(4000, max(80, drawn.lognormvariate(6.31, 0.55)))
        paragraphs: list[str] = []
        length = 0
        while length < wanted:
            for paragraph in drawn.choice(texts):
                if length >= wanted:
                    break
                paragraphs.append(paragraph)
                length += len(paragraph.split())
        documents.append(Document(id=f"article-{index}", text="\n\n".join(paragraphs)))
    return documents


def words(documents: list[Document]) -> int:
    """Count the words between white space."""
    return sum(len(document.text.split()) for document in documents)
