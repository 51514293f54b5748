"""Runs of capitalised words in one sentence, cut to the names in them."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.resolve.name import WORD, Name, name_key, strip_possessive
from inquit.resolve.name_words import (
    INNER,
    MONTHS_AND_DAYS,
    NEVER_ALONE,
    NOT_NAMES,
    ORGANISATION_HEADS,
    PERSON_INNER,
    ROLES,
    TITLES,
    TRAILING,
)
from inquit.text.segments import Segment

__all__ = ["names_of_sentence"]

# Words of one name at most; longer runs are headlines or shouting.
_LONGEST_RUN = 14


@dataclass(slots=True)
class Word:
    start: int
    end: int
    text: str
    initial: bool


def names_of_sentence(text: str, sentence: Segment, lowered: frozenset[str]) -> list[Name]:
    """Return the names of a sentence in order; `lowered`: words the text also writes in lower case."""
    words = []
    first = True
    for match in WORD.finditer(text, sentence.start, sentence.end):
        before = text[match.start() - 1] if match.start() > sentence.start else ""
        opens_string = before in "“\"‘'«„(" and before != ""
        words.append(Word(match.start(), match.end(), match[0], first or opens_string))
        first = False
    found: list[Name] = []
    index = 0
    while index < len(words):
        if not _is_capitalised(words[index].text):
            index += 1
            continue
        stop = _run_end(text, words, index)
        name = _trimmed(words[index:stop], lowered)
        if name is not None:
            found.append(name)
        index = stop
    return found


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() or (not word[0].isdigit() and any(c.isupper() for c in word[1:3]))


def _adjacent(text: str, left: Word, right: Word) -> bool:
    gap = text[left.end : right.start]
    return gap.strip(" \u00a0\t\n\r") in {"", "."} and (gap.strip() == "" or len(left.text) <= 4)


_NICKNAME_GAPS = frozenset({(" “", "” "), (' "', '" '), (" ‘", "’ "), (" '", "' "), (" (", ") ")})


def _is_nickname(text: str, words: list[Word], place: int) -> bool:
    """Whether a quoted word stands inside a name: `Rolf “Shorty” Lane`."""
    if place + 1 >= len(words):
        return False
    gaps = (
        text[words[place - 1].end : words[place].start],
        text[words[place].end : words[place + 1].start],
    )
    return gaps in _NICKNAME_GAPS and all(_is_capitalised(w.text) for w in words[place : place + 2])


def _run_end(text: str, words: list[Word], index: int) -> int:
    """Return the index after the last word of the run of name words that starts here."""
    stop = index + 1
    while stop < len(words) and stop - index < _LONGEST_RUN:
        if _is_nickname(text, words, stop):
            stop += 2
            continue
        if not _adjacent(text, words[stop - 1], words[stop]):
            break
        if words[stop - 1].text.endswith(("’s", "'s", "’", "'")):
            break  # `Rubio’s Senate office`: two names
        if _is_capitalised(words[stop].text):
            stop += 1
            continue
        if words[stop].text in TRAILING and not words[stop - 1].text.endswith(","):
            return stop + 1
        # `Office of the Director`, `Ursula von der Leyen`
        ahead = stop
        while (
            ahead < len(words)
            and ahead - stop < 3
            and words[ahead].text in INNER
            and _adjacent(text, words[ahead - 1], words[ahead])
        ):
            ahead += 1
        if (
            ahead > stop
            and ahead < len(words)
            and _is_capitalised(words[ahead].text)
            and _adjacent(text, words[ahead - 1], words[ahead])
            and _joins(words, index, stop, ahead)
        ):
            stop = ahead + 1
            continue
        break
    return stop


def _joins(words: list[Word], index: int, stop: int, ahead: int) -> bool:
    inner = [w.text for w in words[stop:ahead]]
    if all(w in PERSON_INNER for w in inner):
        return True
    if inner in (["and"], ["the"]):
        # `Smith and Jones` are two; `Department of Health and Human Services` is one.
        return inner == ["and"] and any(w.text == "of" for w in words[index:stop])
    heads = {name_key(w.text) for w in words[index:stop]}
    if inner[0] in {"of", "for", "on"}:
        # `Department of Justice`, `Club for Growth`, but `Ted Cruz of Texas`
        return bool(heads & ORGANISATION_HEADS) or (inner[0] != "on" and stop - index == 1)
    return inner[0] == "&"


def _person_like(run: list[Word]) -> bool:
    return run[0].text not in INNER and not any(name_key(w.text) in ORGANISATION_HEADS for w in run)


def _stands_for_nobody(word: Word, title: str | None) -> bool:
    """Whether a capitalised word by itself is no name."""
    key = name_key(word.text)
    if len(word.text) == 1 or word.text.casefold() in NOT_NAMES or key in NEVER_ALONE:
        return True
    return title is None and word.initial and key in ROLES


def _trimmed(run: list[Word], lowered: frozenset[str]) -> Name | None:
    title: str | None = None
    initial = run[0].initial
    while run:
        word = run[0]
        key = name_key(word.text)
        low = word.text.casefold().replace("'", "’")
        if low in NOT_NAMES and not (len(run) > 1 and low in {"may", "june", "april", "will", "march"}):
            run = run[1:]
        elif key in TITLES and len(run) > 1:
            title = key
            run = run[1:]
        elif (
            (key in ROLES and len(run) > 1 and _person_like(run[1:]))
            or word.text in INNER
            or (word.initial and key in lowered and (len(run) == 1 or key.endswith("ing")))
        ):
            run = run[1:]
        else:
            break
    while run and (run[-1].text in INNER or name_key(run[-1].text) in MONTHS_AND_DAYS):
        run = run[:-1]
    # `Attorney General Eric Schneiderman`, `FBI Director James Comey`: the person alone, unless
    # an organisation is meant (`Director of ...` ends with no name).
    for place in range(len(run) - 2, 0, -1):
        key = name_key(run[place].text)
        rest = run[place + 1 :]
        if key in TITLES | ROLES and _person_like(rest):
            title = key if key in TITLES else title
            run = rest
            break
    if not run:
        return None
    if not run[0].text[0].isupper() and not any(c.isupper() for c in run[0].text[1:3]):
        return None
    if len(run) == 1 and _stands_for_nobody(run[0], title):
        return None
    last = run[-1]
    end = last.start + len(strip_possessive(last.text))
    return Name(
        run[0].start,
        end,
        tuple(strip_possessive(w.text) for w in run),
        tuple(w.start for w in run),
        title,
        sentence_initial=initial and run[0].initial,
    )
