"""Names of papers, stations, programmes and platforms in a sentence, and of those who listen.

Each function begins at a place and returns the place after what it found, or 0.
"""

from __future__ import annotations

import re

from inquit.resolve import channel_words as words
from inquit.resolve.channel_nouns import capitals, is_noun, noun_phrase, recipient, title
from inquit.resolve.channel_tokens import Clause, Token

__all__ = ["audience", "host", "newspaper", "outlet", "platform", "programme"]

_NO_AUDIENCE = frozenset("him them me us you it himself herself themselves itself everyone people".split())
_HEARERS = words.AUDIENCES | words.PRIVATE | (words.COLLECTIVES - {"some", "members"})
_QUANTITIES = frozenset("some members hundreds thousands dozens".split())
_SHOWS = words.PROGRAMMES | words.SITES
_AFTER_PLATFORMS = words.SITES | {"live", "post", "show", "sites", "station"}
# Platforms whose names are common words too.
_CAPITALISED = frozenset("gab medium threads x".split())
# A paper may be `SteadyPost`; a person is rather `McIntyre` or `DuMont`.
_INNER_CAPITAL = re.compile(r"\w[a-z]{3,}[A-Z]")


def platform(clause: Clause, place: int) -> int:
    """Return the end of `his official Facebook page`, `Truth Social`."""
    owned = clause.lower(place) in words.DETERMINERS or clause.at(place).owner
    first = place + owned
    for at in range(first, first + 4):
        token = clause.at(at)
        if not token.word or (token.lower in words.STOPS):
            return 0
        end = _after_platform(clause, at)
        if end:
            straight = token.lower not in {"air", "camera"} or at == first
            return end if straight else 0
        if token.capital and at > first and not owned:
            return 0
    return 0


def _after_platform(clause: Clause, place: int) -> int:
    token = clause.at(place)
    if f"{token.lower} {clause.lower(place + 1)}" in words.PLATFORMS:
        end = place + 2
    elif token.lower in words.PLATFORMS and (token.capital or token.lower not in _CAPITALISED):
        end = place + 1
    else:
        return 0
    while clause.lower(end) in _AFTER_PLATFORMS:
        end += 1
    return 0 if is_noun(clause.at(end)) else end


def programme(clause: Clause, place: int) -> int:
    """Return the end of `“Early Light,”`, `Channel 9’s “Early Light”`."""
    if clause.at(place).bare in words.DATES:
        return 0
    end = place
    while clause.at(end).name and end - place < 4 and not (end > place and clause.at(end - 1).owner):
        end += 1
    if end > place and not clause.at(end - 1).owner:
        return 0
    found = title(clause, end)
    if found or end == place:
        return found
    last = capitals(clause, end)
    if last > end:
        return last if _names_outlet(clause, place, last) else 0
    show = noun_phrase(clause, end, _SHOWS)
    return 0 if show is None else show[0]


def outlet(clause: Clause, place: int, *, sure: bool = False) -> int:
    """Return the end of the name of a paper or station, with its host or programme.

    `sure`: what stands before lets any name be one's.
    """
    found = title(clause, place)
    if found:
        return found
    first = place + (clause.lower(place) in {"the", "a"})
    end = capitals(clause, first)
    if end == first:
        return 0
    if not (sure or clause.at(place).text == "The" or _names_outlet(clause, first, end)):
        return _of_outlet(clause, first, end) or (end if clause.at(end - 1).text in clause.met else 0)
    if clause.lower(end) in words.AUDIENCES | words.PROGRAMMES:
        return end + 1
    if clause.at(end - 1).owner:
        return _owned(clause, end)
    if clause.lower(end) in words.HOSTS:
        return capitals(clause, end + 1)
    return end


def _names_outlet(clause: Clause, first: int, end: int) -> bool:
    """Whether a run of capitalised words names a paper, a station or a programme."""
    run = [clause.at(k) for k in range(first, end)]
    if any(_is_network(token) for token in run):
        return True
    if len(run) > 1:
        return any(token.bare in words.OUTLETS for token in run)
    return _INNER_CAPITAL.match(run[0].text) is not None


def _is_network(token: Token) -> bool:
    return token.capital and (token.bare in words.NETWORKS or token.bare in {"channel", "radio"})


def _of_outlet(clause: Clause, first: int, end: int) -> int:
    """Return the end of `Jane Roe of Radio East`."""
    if end - first > 1 and clause.lower(end) in {"of", "at", "from", "with"}:
        return outlet(clause, end + 1)
    return 0


def _owned(clause: Clause, end: int) -> int:
    """Return the end of what an outlet owns, `“Today”`, `Jane Roe`, `weekly show`, or its own."""
    found = title(clause, end)
    if found:
        return found
    last = capitals(clause, end)
    if last > end:
        return last
    show = noun_phrase(clause, end, _SHOWS | words.HOSTS)
    return end if show is None else capitals(clause, show[0])


def host(clause: Clause, place: int) -> int:
    """Return the end of `co-host Jane Roe`, `the host`."""
    if clause.lower(place) in words.HOSTS:
        end = capitals(clause, place + 1)
        return end if end > place + 1 else 0
    found = noun_phrase(clause, place, words.HOSTS)
    if found is None:
        return 0
    end = capitals(clause, found[0])
    return end if end > found[0] or clause.lower(place) in words.DETERMINERS else 0


def newspaper(clause: Clause, place: int) -> int:
    """Return the end of `the Guardian` where the sentence goes on as behind an object."""
    name, after = clause.at(place + 1), clause.at(place + 2)
    if clause.lower(place) != "the" or not name.name or name.owner:
        return 0
    ends = not after.word or after.lower in words.STOPS | words.DETERMINERS | words.DATES
    return place + 2 if ends else 0


def audience(clause: Clause, place: int) -> int:
    """Return the end of `a crowd of farmers`, `reporters`."""
    lower = clause.lower(place)
    if lower in _NO_AUDIENCE:
        return 0
    if lower in _QUANTITIES and clause.lower(place + 1) == "of":
        return recipient(clause, place + 2)
    found = noun_phrase(clause, place, _HEARERS)
    if found is None or found[1] in words.PRIVATE:
        return 0
    end, head = found
    if clause.lower(end) == "of" and head in words.COLLECTIVES:
        return recipient(clause, end + 1) or end
    if clause.lower(end) == "and":
        more = noun_phrase(clause, end + 1, words.AUDIENCES)
        if more is not None:
            end = more[0]
            return (recipient(clause, end + 1) or end) if clause.lower(end) == "of" else end
    return end
