"""Names: stretches of capitalised words that can stand for a person or an organisation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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
from inquit.text.segments import Segment, paragraphs, sentences

__all__ = ["Name", "find_names", "name_key", "strip_possessive"]


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of capitalised words; offsets in code points, half open, titles left out."""

    start: int
    end: int
    words: tuple[str, ...]
    """The words without possessive ending, as in the text."""
    starts: tuple[int, ...]
    """Where each word starts."""
    title: str | None = None
    """Title right before the name, casefolded without its full stop: `sen`, `mr`."""
    sentence_initial: bool = False


_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.(?=\s?[^\W\d_])|[^\W_]+(?:[’'\-.&‑][^\W_]+)*(?:[’'](?=\s|$))?|&"
)


# Words of one name at most; longer runs are headlines or shouting.
_LONGEST_RUN = 14


def strip_possessive(word: str) -> str:
    """Return a word without its possessive ending."""
    for ending in ("’s", "'s", "’S", "'S", "’", "'"):
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)]
    return word


def name_key(word: str) -> str:
    """Return the form in which the words of names are compared."""
    return strip_possessive(word).casefold().rstrip(".").replace(".", "")


def find_names(text: str, segments: list[Segment] | None = None) -> list[Name]:
    """Return the names of a text in order of start.

    What the text itself shows decides the doubtful cases: words it also writes in lower case do
    not start a name at the start of a sentence, and words glued to a name that stands alone
    elsewhere are cut off. Headlines in capitals yield only names known from the body.
    """
    segments = paragraphs(text) if segments is None else segments
    lowered = frozenset(m[0] for m in re.finditer(r"(?<![^\W_])[^\W\d_]{2,}", text) if m[0].islower())
    found: list[Name] = []
    headlines: list[Name] = []
    for paragraph in segments:
        target = headlines if _is_headline(text, paragraph) else found
        for sentence in sentences(text, paragraph):
            target.extend(_names_of_sentence(text, sentence, lowered))
    known = Counter(_keys(n.words) for n in found)
    lasts = {k[-1] for k in known if len(k) > 1}
    found = [
        _unglued(n, known)
        for n in found
        if not (len(n.words) == 1 and n.title is None and _keys(n.words)[0] in TITLES)
        or _keys(n.words)[0] in lasts
    ]
    known = Counter(_keys(n.words) for n in found)
    found += [part for n in headlines for part in _known_parts(n, known)]
    found = _with_expansions(text, found)
    found.sort(key=lambda n: n.start)
    return found


def _keys(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(name_key(w) for w in words)


def _is_headline(text: str, paragraph: Segment) -> bool:
    """Whether nearly all words of a paragraph are capitalised."""
    words = [m[0] for m in _WORD.finditer(text, paragraph.start, paragraph.end) if m[0][0].isalpha()]
    long = [w for w in words if len(w) > 3]
    if len(words) < 4 or len(words) > 40 or not long:
        return False
    return sum(w[0].isupper() for w in long) >= 0.8 * len(long)


def _unglued(name: Name, known: Counter[tuple[str, ...]]) -> Name:
    """Cut words off the front of a name where the rest is a name of the text by itself."""
    keys = _keys(name.words)
    if known[keys] > 2:
        return name
    for cut in range(1, len(keys)):
        rest = keys[cut:]
        # `Injecting Clinton into the race`: only the form of the first word tells.
        enough = len(rest) >= 2 or (name.sentence_initial and keys[0].endswith("ing") and known[rest] >= 2)
        if not enough or known[rest] < 1:
            continue
        if any(k in ORGANISATION_HEADS for k in rest):
            return name  # `National Committee` is no name beside `Republican National Committee`
        return _without_words(name, cut)
    return name


def _without_words(name: Name, cut: int) -> Name:
    start = name.starts[cut]
    return Name(start, name.end, name.words[cut:], name.starts[cut:], name.title)


def _known_parts(name: Name, known: Counter[tuple[str, ...]]) -> list[Name]:
    """Return the names of the body that stand in a run of words of a headline."""
    keys = _keys(name.words)
    found = []
    place = 0
    while place < len(keys):
        size = next((n for n in range(min(6, len(keys) - place), 0, -1) if known[keys[place : place + n]]), 0)
        if size:
            words = name.words[place : place + size]
            start = name.starts[place]
            end = name.starts[place + size - 1] + len(words[-1])
            found.append(Name(start, end, words, name.starts[place : place + size]))
        place += max(1, size)
    return found or ([name] if len(keys) <= 3 else [])


_ACRONYM = re.compile(r"(?<![^\W_])(?:[A-Z]\.){3,6}|(?<![^\W_])[A-Z]{3,6}(?![^\W_])")
_MOST_ACRONYMS = 100
_JOINERS = frozenset("of and for the on to in".split())


def _with_expansions(text: str, names: list[Name]) -> list[Name]:
    """Add the long forms of the text's acronyms: `Securities and Exchange Commission`.

    The initials of all words are written side by side, so that an acronym is found by search.
    """
    counted = Counter(m[0].replace(".", "") for m in _ACRONYM.finditer(text))
    if not counted:
        return names
    initials, words = _initials(text)
    added: dict[int, Name] = {}
    for acronym, _ in counted.most_common(_MOST_ACRONYMS):
        place = initials.find(acronym)
        while place >= 0:
            run = words[place : place + len(acronym)]
            inner = [(m.start(), m[0]) for m in _WORD.finditer(text, run[0][0], run[-1][1])]
            added.setdefault(
                run[0][0],
                Name(
                    run[0][0],
                    run[-1][1],
                    tuple(strip_possessive(w) for _, w in inner),
                    tuple(start for start, _ in inner),
                ),
            )
            place = initials.find(acronym, place + 1)
    if not added:
        return names
    taken = sorted((n.start, n.end) for n in added.values())
    starts = [a for a, _ in taken]

    def overlaps(name: Name) -> bool:
        place = bisect_left(starts, name.end)
        return any(a < name.end and name.start < b for a, b in taken[max(0, place - 2) : place])

    return [n for n in names if not overlaps(n)] + list(added.values())


def _initials(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the initials of the capitalised words and where these stand.

    Small words that join are left out; all others, and punctuation, part with a full stop.
    """
    letters: list[str] = []
    words: list[tuple[int, int]] = []
    end = 0
    for match in _WORD.finditer(text):
        if text[end : match.start()].strip(" -\u00a0\n\r\t") and letters and letters[-1] != ".":
            letters.append(".")
            words.append((end, end))
        word = match[0]
        end = match.end()
        if word in _JOINERS:
            continue
        capital = word[0].isupper() and len(word) > 1 and not word.isupper()
        letters.append(word[0] if capital else ".")
        words.append((match.start(), match.start() + len(strip_possessive(word))))
    return "".join(letters), words


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    text: str
    initial: bool


def _names_of_sentence(text: str, sentence: Segment, lowered: frozenset[str]) -> list[Name]:
    words = []
    first = True
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        before = text[match.start() - 1] if match.start() > sentence.start else ""
        opens_string = before in "“\"‘'«„(" and before != ""
        words.append(_Word(match.start(), match.end(), match[0], first or opens_string))
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
    return word[0].isupper() or (word[0].isdigit() is False and any(c.isupper() for c in word[1:3]))


def _adjacent(text: str, left: _Word, right: _Word) -> bool:
    gap = text[left.end : right.start]
    return gap.strip(" \u00a0\t\n\r") in {"", "."} and (gap.strip() == "" or len(left.text) <= 4)


_NICKNAME_GAPS = frozenset({(" “", "” "), (' "', '" '), (" ‘", "’ "), (" '", "' "), (" (", ") ")})


def _is_nickname(text: str, words: list[_Word], place: int) -> bool:
    """Whether a quoted word stands inside a name: `Rolf “Shorty” Lane`."""
    if place + 1 >= len(words):
        return False
    gaps = (
        text[words[place - 1].end : words[place].start],
        text[words[place].end : words[place + 1].start],
    )
    return gaps in _NICKNAME_GAPS and all(_is_capitalised(w.text) for w in words[place : place + 2])


def _run_end(text: str, words: list[_Word], index: int) -> int:
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


def _joins(words: list[_Word], index: int, stop: int, ahead: int) -> bool:
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


def _person_like(run: list[_Word]) -> bool:
    return run[0].text not in INNER and not any(name_key(w.text) in ORGANISATION_HEADS for w in run)


def _stands_for_nobody(word: _Word, title: str | None) -> bool:
    """Whether a capitalised word by itself is no name."""
    key = name_key(word.text)
    if len(word.text) == 1 or word.text.casefold() in NOT_NAMES or key in NEVER_ALONE:
        return True
    return title is None and word.initial and key in ROLES


def _trimmed(run: list[_Word], lowered: frozenset[str]) -> Name | None:
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
