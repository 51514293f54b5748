"""Runs of capitalised words in one sentence, cut to the names in them."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.resolve.first_names import is_first_name
from inquit.resolve.name import Name, name_key, strip_possessive
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
from inquit.resolve.words import Words

__all__ = ["names_of_sentence"]

# Words of one name at most; longer runs are headlines or shouting.
_LONGEST_RUN = 14


@dataclass(slots=True)
class Word:
    start: int
    text: str
    initial: bool


def names_of_sentence(words: Words, sentence: int, lowered: frozenset[str]) -> list[Name]:
    """Return the names of a sentence in order; `lowered`: words the text also writes in lower case."""
    first, limit = words.of_sentences(sentence, sentence + 1)
    found: list[Name] = []
    stop = first
    for index in words.capitals(first, limit):
        if index < stop:
            continue
        stop = _run_end(words, index, limit)
        if stop == index + 1 and _is_nobody(words.texts[index]):
            continue
        run = [
            Word(words.spans[n][0], words.texts[n], n == first or words.opens_string(n))
            for n in range(index, stop)
        ]
        name = _trimmed(run, lowered)
        if name is not None:
            found.append(name)
    return found


def _is_nobody(word: str) -> bool:
    return word.casefold().replace("'", "’") in NOT_NAMES


def _adjacent(words: Words, number: int) -> bool:
    """Whether nothing but white space, or the stop of an abbreviation, stands before a word."""
    gap = words.gap(number)
    if gap == " ":
        return True
    bare = gap.strip(" \u00a0\t\n\r")
    return bare == "" or (bare == "." and len(words.texts[number - 1]) <= _LONGEST_ABBREVIATION)


_LONGEST_ABBREVIATION = 4
_NICKNAME_GAPS = frozenset({("“", "” "), ('"', '" '), ("‘", "’ "), ("'", "' "), ("(", ") ")})
_NICKNAME_OPENINGS = frozenset(opening for opening, _ in _NICKNAME_GAPS)
_LONGEST_NICKNAME = 3


def _nickname(words: Words, place: int, limit: int) -> int:
    """Return the number of quoted words inside a name: `Rolf “Shorty” Lane`; 0 for none."""
    opening = words.gap(place).removeprefix(".").removeprefix(" ")
    if opening not in _NICKNAME_OPENINGS:
        return 0
    for last in range(place, min(place + _LONGEST_NICKNAME, limit - 1)):
        if (opening, words.gap(last + 1)) in _NICKNAME_GAPS:
            shown = words.texts[last] in words.capitalised and words.texts[last + 1] in words.capitalised
            return last - place + 1 if shown else 0
    return 0


def _run_end(words: Words, index: int, limit: int) -> int:
    """Return the number after the last word of the run of name words that starts here."""
    texts = words.texts
    stop = index + 1
    while stop < limit and stop - index < _LONGEST_RUN:
        nickname = _nickname(words, stop, limit)
        if nickname:
            stop += nickname + 1
            continue
        if not _adjacent(words, stop):
            break
        if texts[stop - 1].endswith(("’s", "'s", "’", "'")):
            break  # `Brill’s Senate office`: two names
        if texts[stop] in words.capitalised:
            stop += 1
            continue
        if texts[stop] in TRAILING and not texts[stop - 1].endswith(","):
            return stop + 1
        # `Office of the Director`, `Ursula von der Leyen`
        ahead = stop
        while ahead < limit and ahead - stop < 3 and texts[ahead] in INNER and _adjacent(words, ahead):
            ahead += 1
        if (
            ahead > stop
            and ahead < limit
            and texts[ahead] in words.capitalised
            and _adjacent(words, ahead)
            and _joins(words, index, stop, ahead, limit)
        ):
            stop = ahead + 1
            continue
        break
    return stop


def _joins(words: Words, index: int, stop: int, ahead: int, limit: int) -> bool:
    """Whether the small words [stop, ahead) go on with the name that starts at `index`."""
    inner = words.texts[stop:ahead]
    if inner == ["and"] and _ends_as_body(words, index, ahead, limit):
        return True  # `House Oversight and Government Reform Committee`
    before = words.texts[index:stop]
    keys = [name_key(w) for w in before]
    if inner[0] == "of" and keys[-1] in _OFFICERS:
        return True  # `Secretary of State Ada Brill`
    if all(w in PERSON_INNER for w in inner):
        return True
    if inner in (["and"], ["the"]):
        # `Smith and Jones` are two; `Department of Health and Human Services` is one.
        return inner == ["and"] and "of" in before
    after_title = next((keys[p + 1] for p in range(len(keys) - 2, -1, -1) if keys[p] in TITLES), None)
    if after_title is not None and is_first_name(after_title):
        return False  # `District Judge Emmet Lane of Lakeside`
    if inner[0] in {"of", "for", "on"}:
        # `Department of Justice`, `Club for Growth`, but `Ada Brill of Texas`
        titled = name_key(words.texts[ahead]) in TITLES  # `asked Ada of Mrs. Brill`
        headed = not ORGANISATION_HEADS.isdisjoint(keys)
        return headed or (inner[0] != "on" and len(keys) == 1 and not titled)
    return inner[0] == "&"


_OFFICERS = frozenset({"secretary", "chief", "speaker", "director", "undersecretary"})
_OFFICES_AND_ROLES = TITLES | ROLES
_BODY_ENDS = ORGANISATION_HEADS | {"services", "affairs"}
_LONGEST_BODY = 5


def _ends_as_body(words: Words, index: int, ahead: int, limit: int) -> bool:
    """Whether what follows `and` ends as the name of a body, and no person stands before it."""
    before = [name_key(w) for w in words.texts[index:ahead]]
    if any(is_first_name(k) or k in _OFFICES_AND_ROLES for k in before) or before[-2] in ORGANISATION_HEADS:
        return False
    place = ahead
    while place < min(limit, ahead + _LONGEST_BODY) and words.texts[place] in words.capitalised:
        if len(words.gap(place)) > 1:
            break
        place += 1
    return place > ahead + 1 and name_key(words.texts[place - 1]) in _BODY_ENDS


def _person_like(run: list[Word]) -> bool:
    return run[0].text not in INNER and not any(name_key(w.text) in ORGANISATION_HEADS for w in run)


def _stands_for_nobody(word: Word, title: str | None) -> bool:
    """Whether a capitalised word by itself is no name."""
    key = name_key(word.text)
    if len(word.text) == 1 or word.text.casefold() in NOT_NAMES or key in NEVER_ALONE:
        return True
    return title is None and word.initial and key in ROLES


_PAIR = 2
# First names oftener than titles, where one more word makes the name.
_FIRST_NAME_TITLES = frozenset({"don", "dean", "gen"})
_DESCRIBING = frozenset(
    "democrat republican conservative liberal independent libertarian lawmaker minister secretary".split()
)
_COMPOUND = ("-based", "-area", "-born", "-led", "-backed", "-style", "-educated", "-American")


def _after_office(run: list[Word]) -> list[Word]:
    """Drop what an office is of: `Secretary [of State] Ada Brill`, `Speaker [of the House] Brill`."""
    if not run or run[0].text.casefold() != "of":
        return run
    inner = 2 if len(run) > 1 and run[1].text == "the" else 1
    for place in range(inner + 1, len(run)):
        if is_first_name(name_key(run[place].text)):
            return run[place:]
    rest = run[inner + 1 :]
    return rest if rest and _person_like(rest) and name_key(run[inner].text) in _OFFICES else run


_OFFICES = frozenset(
    """state staff defense defence treasury energy education labor labour commerce agriculture
    transportation interior war health house intelligence police operations""".split()
)


def _trimmed(run: list[Word], lowered: frozenset[str]) -> Name | None:
    """Return the name in a run of capitalised words, or None."""
    initial = run[0].initial
    for place in range(len(run) - 1, -1, -1):
        if run[place].text.endswith(_COMPOUND):  # `Texas-based Ada Brill`
            run = run[place + 1 :]
            break
    run, title = _without_lead(run, lowered)
    while run and (run[-1].text in INNER or name_key(run[-1].text) in MONTHS_AND_DAYS):
        run = run[:-1]
    # `Attorney General Eric Lane`, `FBI Director Ada Brill`: the person alone, unless
    # an organisation is meant (`Director of ...` ends with no name).
    for place in range(len(run) - 2, 0, -1):
        key = name_key(run[place].text)
        if key not in _OFFICES_AND_ROLES:
            continue
        rest = _after_office(run[place + 1 :])
        if rest and _person_like(rest):
            title = key if key in TITLES else title
            run = rest
            break
    if not run or not _names_somebody(run, title):
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


def _without_lead(run: list[Word], lowered: frozenset[str]) -> tuple[list[Word], str | None]:
    """Drop what stands before a name without being part of it; return the rest and the title."""
    title: str | None = None
    while run:
        word = run[0]
        key = name_key(word.text)
        low = word.text.casefold().replace("'", "’")
        if low in NOT_NAMES and not (len(run) > 1 and low in {"may", "june", "april", "will", "march"}):
            run = run[1:]
        elif key in TITLES and _is_title_of(run):
            title = key
            run = _after_office(run[1:])
        elif (
            (key in ROLES and len(run) > 1 and _person_like(run[1:]))
            or word.text in INNER
            or (word.initial and key in lowered and (len(run) == 1 or key.endswith("ing")))
        ):
            run = run[1:]
        else:
            break
    return run, title


def _is_title_of(run: list[Word]) -> bool:
    """Whether the title that a run begins with is no part of the name: not so in `Justice Department`."""
    if len(run) < _PAIR or (name_key(run[0].text) in _FIRST_NAME_TITLES and len(run) == _PAIR):
        return False
    return _person_like(run[1:]) or run[1].text.casefold() == "of"


def _names_somebody(run: list[Word], title: str | None) -> bool:
    if not run[0].text[0].isupper() and not any(c.isupper() for c in run[0].text[1:3]):
        return False
    if len(run) == 1:
        return not _stands_for_nobody(run[0], title)
    # `a California Democrat`
    return not (name_key(run[-1].text) in _DESCRIBING and _person_like(run[:-1]))
