"""Runs of capitalised words in one sentence, cut to the names in them."""

from __future__ import annotations

from dataclasses import dataclass

from inquit.resolve.first_names import is_first_name
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


_NICKNAME_GAPS = frozenset({("“", "” "), ('"', '" '), ("‘", "’ "), ("'", "' "), ("(", ") ")})
_LONGEST_NICKNAME = 3


def _nickname(text: str, words: list[Word], place: int) -> int:
    """Return the number of quoted words inside a name: `Rolf “Shorty” Lane`; 0 for none."""
    opening = text[words[place - 1].end : words[place].start].removeprefix(".").removeprefix(" ")
    if opening not in {gap for gap, _ in _NICKNAME_GAPS}:
        return 0
    for last in range(place, min(place + _LONGEST_NICKNAME, len(words) - 1)):
        closing = text[words[last].end : words[last + 1].start]
        if (opening, closing) in _NICKNAME_GAPS:
            shown = _is_capitalised(words[last].text) and _is_capitalised(words[last + 1].text)
            return last - place + 1 if shown else 0
    return 0


def _run_end(text: str, words: list[Word], index: int) -> int:
    """Return the index after the last word of the run of name words that starts here."""
    stop = index + 1
    while stop < len(words) and stop - index < _LONGEST_RUN:
        nickname = _nickname(text, words, stop)
        if nickname:
            stop += nickname + 1
            continue
        if not _adjacent(text, words[stop - 1], words[stop]):
            break
        if words[stop - 1].text.endswith(("’s", "'s", "’", "'")):
            break  # `Brill’s Senate office`: two names
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
    if inner == ["and"] and _ends_as_body(words, index, ahead):
        return True  # `House Oversight and Government Reform Committee`
    if inner[0] == "of" and name_key(words[stop - 1].text) in _OFFICERS:
        return True  # `Secretary of State Ada Brill`
    if all(w in PERSON_INNER for w in inner):
        return True
    if inner in (["and"], ["the"]):
        # `Smith and Jones` are two; `Department of Health and Human Services` is one.
        return inner == ["and"] and any(w.text == "of" for w in words[index:stop])
    heads = {name_key(w.text) for w in words[index:stop]}
    after_title = next((p for p in range(stop - 2, index - 1, -1) if name_key(words[p].text) in TITLES), None)
    if after_title is not None and is_first_name(name_key(words[after_title + 1].text)):
        return False  # `District Judge Emmet Lane of Lakeside`
    if inner[0] in {"of", "for", "on"}:
        # `Department of Justice`, `Club for Growth`, but `Ada Brill of Texas`
        titled = name_key(words[ahead].text) in TITLES  # `asked Ada of Mrs. Brill`
        return bool(heads & ORGANISATION_HEADS) or (inner[0] != "on" and stop - index == 1 and not titled)
    return inner[0] == "&"


_OFFICERS = frozenset({"secretary", "chief", "speaker", "director", "undersecretary"})
_LONGEST_BODY = 5


def _ends_as_body(words: list[Word], index: int, ahead: int) -> bool:
    """Whether what follows `and` ends as the name of a body, and no person stands before it."""
    before = [name_key(w.text) for w in words[index:ahead]]
    if any(is_first_name(k) or k in TITLES | ROLES for k in before) or before[-2] in ORGANISATION_HEADS:
        return False
    place = ahead
    while place < min(len(words), ahead + _LONGEST_BODY) and _is_capitalised(words[place].text):
        if words[place].end != words[place - 1].end and words[place].start - words[place - 1].end > 1:
            break
        place += 1
    return place > ahead + 1 and name_key(words[place - 1].text) in ORGANISATION_HEADS | {
        "services",
        "affairs",
    }


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
        rest = _after_office(run[place + 1 :])
        if key in TITLES | ROLES and rest and _person_like(rest):
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
