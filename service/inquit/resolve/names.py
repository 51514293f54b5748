"""Names: stretches of capitalised words that can stand for a person or an organisation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from inquit.resolve.expansions import with_expansions
from inquit.resolve.first_names import is_first_name
from inquit.resolve.name import Name, name_key
from inquit.resolve.name_runs import names_of_sentence
from inquit.resolve.name_words import NEVER_ALONE, ORGANISATION_HEADS, ROLES, SUFFIXES, TITLES, TRAILING
from inquit.resolve.spelling import is_misread, respelled
from inquit.resolve.words import Words
from inquit.text.segments import Segment, paragraphs, sentences

__all__ = ["find_names"]

_PAIR = 2
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]{2,}")
# Words of a headline.
_SHORTEST_HEADLINE, _LONGEST_HEADLINE = 4, 40
_GLUED = TITLES | ROLES | NEVER_ALONE
_BODIES = ORGANISATION_HEADS | TRAILING | SUFFIXES


def find_names(
    text: str, segments: Sequence[Segment] | None = None, parted: Sequence[Segment] | None = None
) -> list[Name]:
    """Return the names of a text in order of start; `segments` are its paragraphs, `parted` its sentences.

    What the text itself shows decides the doubtful cases: words it also writes in lower case do
    not start a name at the start of a sentence, and words glued to a name that stands alone
    elsewhere are cut off. Headlines in capitals yield only names known from the body.
    """
    segments = paragraphs(text) if segments is None else segments
    parted = [s for p in segments for s in sentences(text, p)] if parted is None else parted
    words = Words(text, parted)
    lowered = _lowered(words)
    found: list[Name] = []
    headlines: list[Name] = []
    number = 0
    for paragraph in segments:
        first = number
        while number < len(parted) and parted[number].start < paragraph.end:
            number += 1
        target = headlines if _is_headline(words, first, number) else found
        for sentence in range(first, number):
            target.extend(names_of_sentence(words, sentence, lowered))
    known = Counter(_keys(n.words) for n in found)
    lasts = {k[-1] for k in known if len(k) > 1}
    found = [
        _unglued(n, known, lowered)
        for n in found
        if not (len(n.words) == 1 and n.title is None and name_key(n.words[0]) in TITLES)
        or name_key(n.words[0]) in lasts
    ]
    known = Counter(_keys(n.words) for n in found)
    found += [part for n in headlines for part in _known_parts(n, known)]
    found = with_expansions(text, words, found)
    found.sort(key=lambda n: n.start)
    return respelled(found, words) if is_misread(words) else found


def _lowered(words: Words) -> frozenset[str]:
    """Return what stands between figures and marks in the text's words and is in lower case."""
    found = set()
    for form in words.forms:
        if form.isalpha():
            if len(form) >= _PAIR and form.islower():
                found.add(form)
        else:
            found.update(m for m in _LETTERS.findall(form) if m.islower())
    return frozenset(found)


def _keys(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(name_key(w) for w in words)


def _is_headline(words: Words, first: int, last: int) -> bool:
    """Whether nearly all words of the sentences [first, last) are capitalised."""
    start, end = words.of_sentences(first, last)
    if end - start < _SHORTEST_HEADLINE:
        return False
    inside = [w for w in words.texts[start:end] if w[0].isalpha()]
    if not _SHORTEST_HEADLINE <= len(inside) <= _LONGEST_HEADLINE:
        return False
    long = [w for w in inside if len(w) > 3]
    return bool(long) and sum(w[0].isupper() for w in long) >= 0.8 * len(long)


def _unglued(name: Name, known: Counter[tuple[str, ...]], lowered: frozenset[str]) -> Name:
    """Cut words off the front of a name where the rest is a name of the text by itself."""
    keys = _keys(name.words)
    if known[keys] > 2:
        return name
    if _runs_on(name, known):
        end = name.starts[1] + len(name.words[1])
        return Name(name.start, end, name.words[:2], name.starts[:2], name.title)
    for cut in range(1, len(keys)):
        rest = keys[cut:]
        # `Injecting Brill into the race`: only the form of the first word tells.
        if not _may_be_cut(name, cut, known, lowered):
            continue
        if any(k in ORGANISATION_HEADS for k in rest):
            return name  # `National Committee` is no name beside `Republican National Committee`
        return _without_words(name, cut)
    return name


def _may_be_cut(name: Name, cut: int, known: Counter[tuple[str, ...]], lowered: frozenset[str]) -> bool:
    """Whether the words before `cut` are no part of the name that the rest is elsewhere."""
    keys = _keys(name.words)
    rest = keys[cut:]
    if known[rest] < 1:
        return False
    if len(rest) > 1:
        # `Marine Le Vane` is not `Le Vane` with a word before it, `Marine John Lane` is John Lane.
        glued = any(k in _GLUED for k in keys[:cut])
        return not any(map(is_first_name, keys[:cut])) and (is_first_name(rest[0]) or glued)
    # `Injecting Brill into the race`, `Absent Brill`
    common = keys[0] in lowered and not is_first_name(keys[0])
    alike = keys[0].endswith("ing") or (common and known[keys] == 1)
    return name.sentence_initial and cut == 1 and known[rest] > 1 and alike


def _runs_on(name: Name, known: Counter[tuple[str, ...]]) -> bool:
    """Whether words follow a person's name that are no part of it: `Ada Brill Memorial Day`."""
    keys = _keys(name.words)
    if len(keys) <= _PAIR or not is_first_name(keys[0]) or known[keys] > 1:
        return False
    return known[keys[1:2]] > 1 and known[keys[-1:]] == 0 and not any(k in _BODIES for k in keys[2:])


def _without_words(name: Name, cut: int) -> Name:
    start = name.starts[cut]
    return Name(start, name.end, name.words[cut:], name.starts[cut:], name.title)


def _first_name_and(keys: tuple[str, ...], known: Counter[tuple[str, ...]]) -> int:
    """Return the number of words of a first name with a known surname after it, 0 for none."""
    if not is_first_name(keys[0]):
        return 0
    return next((n for n in (2, 3) if len(keys) >= n and known[keys[n - 1 : n]]), 0)


def _known_parts(name: Name, known: Counter[tuple[str, ...]]) -> list[Name]:
    """Return the names of the body that stand in a run of words of a headline."""
    keys = _keys(name.words)
    found = []
    place = 0
    while place < len(keys):
        size = next((n for n in range(min(6, len(keys) - place), 0, -1) if known[keys[place : place + n]]), 0)
        if not size:
            # The headline alone may give the first name: `Matthew Brill` over a text of Brill.
            size = _first_name_and(keys[place:], known)
        if size:
            words = name.words[place : place + size]
            start = name.starts[place]
            end = name.starts[place + size - 1] + len(words[-1])
            found.append(Name(start, end, words, name.starts[place : place + size]))
        place += max(1, size)
    return found or ([name] if len(keys) <= 3 else [])
