"""When two names mean the same speaker."""

from __future__ import annotations

import re

__all__ = ["agree", "contain", "normalize", "plain"]

# Written before a name or around it, never what tells two speakers apart.
_TITLES = frozenset("mr mrs ms miss dr sen rep gov president the a an sir lady lord".split())
_ARTICLES = frozenset({"the", "a", "an"})
_POSSESSIVE = re.compile(r"[’']s\b")
_NOT_WORD = re.compile(r"[^\w ]")
_TITLE = re.compile(rf"\b(?:{'|'.join(sorted(_TITLES))})\b\.?", re.IGNORECASE)


def normalize(name: str) -> str:
    """Return the name in lower case without titles, articles, possessives and punctuation."""
    plain = _TITLE.sub(" ", _POSSESSIVE.sub("", name).lower())
    return " ".join(_NOT_WORD.sub(" ", plain).split())


def plain(name: str) -> str:
    """Return the name in lower case without articles, possessives and punctuation; titles stay."""
    words = _NOT_WORD.sub(" ", _POSSESSIVE.sub("", name).lower()).split()
    return " ".join(word for word in words if word not in _ARTICLES)


def agree(predicted: str, gold: str) -> bool:
    """Tell whether the two are the same name once normalized."""
    return normalize(predicted) == normalize(gold)


def contain(predicted: str, gold: str) -> bool:
    """Tell whether all words of one name stand in the other: `Yusov` in `Andrii Yusov`."""
    if agree(predicted, gold):
        return True
    first, second = set(normalize(predicted).split()), set(normalize(gold).split())
    return bool(first and second) and (first <= second or second <= first)
