"""Noun phrases, titles and runs of capitalised words in a sentence.

Each function begins at a place and returns the place after what it found, or 0. All look at a
bounded number of tokens.
"""

from __future__ import annotations

from inquit.resolve import channel_words as words
from inquit.resolve.channel_tokens import Clause, Token

__all__ = ["capitals", "is_noun", "noun_phrase", "recipient", "title"]

# Tokens of each that are looked at.
_LONGEST_PHRASE = 10
_LONGEST_TITLE = 11
_LONGEST_NAME = 14
_LONGEST_RECIPIENT = 12
_CLOSERS = {"“": "”", '"': '"', "''": "''", "‘‘": "’’", "``": "''", "«": "»"}
_ABBREVIATED = frozenset("sen sens rep reps gov mr mrs ms dr st jr sr col gen lt maj capt prof rev".split())
# Stand in lower case inside a name.
_INNER = frozenset("and for in of the with to on de la &".split())
_IN_TITLES = words.STOPS | _INNER | {"a", "an"}
_NO_MODIFIERS = words.STOPS | (words.DETERMINERS - {"one"})
# Behind a head, these do not make it a modifier.
_NO_NOUNS = (
    words.STOPS
    | words.DETERMINERS
    | words.DATES
    | words.AUDIENCES
    | frozenset(
        """
        across again ago ahead aimed all alone alongside amid around back behind between broadcast down
        following given heard held here himself itself hours just made minutes moments near not now off once online only
        out outside inside overnight put seen sent set shot shown three two up who written yet
        """.split()
    )
)
# Names of several heads are `town hall`, not every `hall`.
_TWO_WORDS = {
    "hall": frozenset(["town"]),
    "halls": frozenset(["town"]),
    "floor": frozenset("house senate convention assembly".split()),
}
# A singular without an article, `by e-mail`, is a phrase with these.
_BARE = frozenset(
    "e-mail email fax phone telephone text video testimony letter telegram stage statement interview".split()
)
_NOUNS_AFTER_NAMES = frozenset(
    "board department editorial committee delegation network newspaper magazine host anchor".split()
)


def noun_phrase(clause: Clause, place: int, heads: frozenset[str]) -> tuple[int, str] | None:
    """Return the end and the head of determiner, modifiers and one of the heads, or None."""
    determined = clause.lower(place) in words.DETERMINERS
    at = place + determined
    if clause.lower(place) in {"one", "two", "several"} and clause.lower(place + 1) == "of":
        at = place + 2 + (clause.lower(place + 2) in words.DETERMINERS)
    for _ in range(_LONGEST_PHRASE):
        token = clause.at(at)
        if token.kind == "quote":
            end = title(clause, at)
            if end and clause.lower(end - 2) in heads:
                return end, clause.lower(end - 2)
            if not end:
                return None
            at = end
            continue
        if token.text == "," and determined and not clause.at(at + 1).capital:
            at += 1  # a long, written statement
            continue
        if not token.word:
            return None
        if not token.owner and _is_head(clause, at, heads) and not _name_goes_on(clause, at):
            return _whole(clause, at, heads, determined=determined or at > place)
        if not _modifies(clause, at):
            return None
        determined = determined or token.owner
        at += 1
    return None


def _is_head(clause: Clause, place: int, heads: frozenset[str]) -> bool:
    token = clause.at(place)
    if token.lower in words.DATES and token.capital:
        return False
    if token.lower in _TWO_WORDS and heads >= words.SPEECHES:
        return clause.lower(place - 1) in _TWO_WORDS[token.lower]
    return token.lower in heads


def _name_goes_on(clause: Clause, place: int) -> bool:
    """Whether a capitalised head is inside a longer name: `Exchange Commission filings`."""
    after = clause.at(place + 1)
    return clause.at(place).capital and after.name and after.lower not in words.DATES


def _modifies(clause: Clause, place: int) -> bool:
    """Whether a word may stand before the head."""
    lower = clause.lower(place)
    if lower in _INNER and clause.at(place - 1).word:
        return clause.at(place + 1).capital or (lower == "in" and clause.lower(place - 1) == "commander")
    return lower not in _NO_MODIFIERS


def _whole(clause: Clause, place: int, heads: frozenset[str], *, determined: bool) -> tuple[int, str] | None:
    """Go on to the last of several heads, `a blog post`; None where it is no phrase after all."""
    end = place + 1
    while _is_head(clause, end, heads) and not clause.at(end).owner:
        end += 1
    if _is_head(clause, end + 1, heads) and _joins_heads(clause, end):
        end += 2
    last = clause.at(end - 1)
    stands = determined or last.capital or last.lower.endswith("s") or last.lower in _BARE or end > place + 1
    if not stands or is_noun(clause.at(end)):
        return None
    return end, last.lower


def _joins_heads(clause: Clause, place: int) -> bool:
    """Whether a noun stands between two heads: `a weekly video newsmaker series`."""
    token = clause.at(place)
    if not token.word or token.capital or token.participle:
        return False
    return _modifies(clause, place) and token.lower not in words.DATES


def is_noun(after: Token) -> bool:
    """Whether the word behind a noun shows that to be a modifier only: `at a lunch counter`."""
    return (
        after.word
        and after.text.islower()
        and not after.participle
        and not after.lower.endswith("ly")
        and after.lower not in _NO_NOUNS
    )


def title(clause: Clause, place: int) -> int:
    """Return the end of a short title in quotation marks."""
    closer = _CLOSERS.get(clause.at(place).text)
    first = clause.at(place + 1)
    if closer is None or not first.name or first.start != clause.at(place).end:
        return 0
    for end in range(place + 1, place + 1 + _LONGEST_TITLE):
        token = clause.at(end)
        if token.text == closer:
            return end + 1
        if token.kind in {"end", "bar"} or token.text in {":", ";"}:
            return 0
        if token.word and not token.capital and token.lower not in _IN_TITLES:
            return 0
    return 0


def capitals(clause: Clause, place: int) -> int:
    """Return the end of a run of capitalised words, with small ones between them."""
    end = place
    while end - place < _LONGEST_NAME:
        token = clause.at(end)
        if (token.name and (token.lower not in words.DATES or (token.lower == "today" and end > place))) or (
            end > place and token.text == "." and clause.lower(end - 1) in _ABBREVIATED
        ):
            end += 1
        else:
            further = _after_inner(clause, end) if end > place else end
            if further == end:
                break
            end = further
    return end


def _after_inner(clause: Clause, end: int) -> int:
    """Step over the small words inside a name, where a capital follows; a possessive ends a name."""
    if clause.lower(end) in {"in", "on", "to"} or clause.at(end - 1).owner:
        return end
    further = end
    while clause.lower(further) in _INNER and further - end < 2:
        further += 1
    following = clause.at(further)
    goes_on = following.name and following.lower not in words.DATES and not following.text.isdigit()
    return further if goes_on else end


def recipient(clause: Clause, place: int, depth: int = 2) -> int:
    """Return the end of whom a letter goes to or an interview is with: `the editors of the Gazette`."""
    end = place + (clause.lower(place) in words.DETERMINERS)
    first, small = end, False
    while end - place < _LONGEST_RECIPIENT:
        token = clause.at(end)
        if token.kind == "quote":
            return title(clause, end) or (end if end > first else 0)
        if token.name and not (end == first and token.text[0].isdigit()):
            last = capitals(clause, end)
            if last == end:
                break
            end = last
            noun_follows = clause.lower(end) in _NOUNS_AFTER_NAMES
            if not clause.at(end - 1).owner and not noun_follows and (small or not clause.at(end).word):
                break
            continue
        if not _is_small(clause, end, first, after_small=small):
            break
        end, small = end + 1, True
        if token.lower in words.AUDIENCES and clause.lower(end) not in words.AUDIENCES | {"and"}:
            break
    if end == first:
        return 0
    if depth and small and clause.lower(end) == "of":
        return recipient(clause, end + 1, depth - 1) or end
    return end


def _is_small(clause: Clause, place: int, first: int, *, after_small: bool) -> bool:
    """Whether a word in lower case goes on with a recipient."""
    token = clause.at(place)
    if token.lower == "and":
        return after_small and clause.lower(place + 1) in words.AUDIENCES
    if not token.word or token.capital or token.lower in words.STOPS | words.DETERMINERS | words.DATES:
        return False
    return place == first or not token.participle
