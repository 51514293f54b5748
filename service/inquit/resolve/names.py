"""Names: stretches of capitalised words that can stand for a person or an organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inquit.text.segments import Segment, paragraphs, sentences

__all__ = ["Name", "find_names", "name_key", "strip_possessive"]


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of capitalised words; offsets in code points, half open, titles left out."""

    start: int
    end: int
    words: tuple[str, ...]
    """The words without possessive ending, as in the text."""
    title: str | None = None
    """Title right before the name, casefolded without its full stop: `sen`, `mr`."""
    sentence_initial: bool = False


_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_]\.(?=\s?[^\W\d_])|[^\W_]+(?:[’'\-.&‑][^\W_]+)*(?:[’'](?=\s|$))?|[&@]"
)
TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor rev reverend hon sen senator sens rep representative reps
    gov governor lt col gen maj capt cmdr sgt cpl pvt adm president vice vice-president chancellor
    minister prime secretary mayor judge justice chief king queen prince princess pope sir lady
    lord dame sheikh ayatollah imam bishop archbishop cardinal father sister brother ambassador
    congressman congresswoman councilman councilwoman commissioner sheriff detective officer
    lieutenant captain major colonel general sergeant admiral spokesman spokeswoman spokesperson
    director chairman chairwoman speaker leader attorney dean premier deputy
    baron baroness count countess duke duchess madam madame monsieur don doctor inspector
    """.split()
)
# Joins capitalised words inside one name.
_INNER = frozenset("of the for and & de la le du da di del van von der den bin ibn al el y on".split())
_PERSON_INNER = frozenset("de la le du da di del van von der den bin ibn al el y".split())
# Capitalised at the start of a sentence or a headline and no part of a name there.
_NOT_NAMES = frozenset(
    """
    a an the this that these those there here it its he she they we you i his her their our your my
    him them us me who whom whose which what when where why how if then than so as at by for from in
    into of off on onto out over to up with without within under about above after again against all
    also although always am among and another any anyone anything are around asked away back be
    because been before behind being below between both but can cannot can’t could despite did didn’t
    do does don’t down during each either else even ever every everyone everything except few first
    former further get had has have having however i’d i’ll i’m i’ve indeed instead is isn’t it’s
    just last later least less let like long many may maybe meanwhile might more moreover most much
    must near nearly neither never next no nobody none nor not nothing now often once one only or
    other others otherwise perhaps possibly quite rather really said says same second several shall
    should since some somebody someone something sometimes soon still such sure ten than thank
    thanks that’s three through though thus today together tomorrow tonight too toward towards two
    until upon very was wasn’t well were while will yes yesterday yet you’re monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august
    september october november december according asked added meanwhile earlier speaking read
    photo video image file update breaking watch click editor’s advertisement related share
    republican republicans democrat democrats americans mexican russian chinese
    """.split()
)
# Words that head the name of an organisation, so that `of` goes on with it.
ORGANISATION_HEADS = frozenset(
    """
    academy administration agency airlines alliance army assembly association authority bank bar
    board branch brotherhood bureau cabinet camp campaign caucus center centre chamber chamber
    chronicle church city clinic club coalition college commission committee company conference
    congress constabulary corporation council court daily democracy department directorate district
    division embassy federation fire firm force forces forum foundation front fund gazette
    government group guard guild herald hospital house inc institute institution journal league
    library magazine ministry mission mosque movement museum nations navy network news office
    organisation organization parliament party patrol police post press project republic reserve
    school schools secretariat senate service services society sons squad staff state states
    station street students studies supreme survey team telegraph times tribune tribunal trust
    union university voice watch weekly women workers
    """.split()
)
# Lower-case nouns that go with the name before them: `the Cruz campaign`.
_TRAILING = frozenset(
    """administration campaign camp commission government ministry parliament police team
    party council university hospital company newspaper network committee department""".split()
)
_MONTHS_AND_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december""".split()
)


def strip_possessive(word: str) -> str:
    """Return a word without its possessive ending."""
    for ending in ("’s", "'s", "’S", "'S", "’", "'"):
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)]
    return word


def name_key(word: str) -> str:
    """Return the form in which the words of names are compared."""
    return strip_possessive(word).casefold().rstrip(".").replace(".", "")


def find_names(
    text: str, segments: list[Segment] | None = None, lowered: frozenset[str] | None = None
) -> list[Name]:
    """Return the names of a text in order.

    `lowered` are words that the text also writes in lower case; where it is not given it is
    gathered from the text. Such a word does not start a name at the start of a sentence.
    """
    segments = paragraphs(text) if segments is None else segments
    if lowered is None:
        lowered = frozenset(
            m[0] for m in re.finditer(r"(?<![^\W_])[^\W\d_]{2,}", text) if m[0].islower()
        )
    found: list[Name] = []
    for paragraph in segments:
        for sentence in sentences(text, paragraph):
            found.extend(_names_of_sentence(text, sentence, lowered))
    return found


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
        if match[0] in "&@" and match[0] != "&":
            continue
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


def _run_end(text: str, words: list[_Word], index: int) -> int:
    """Return the index after the last word of the run of name words that starts here."""
    stop = index + 1
    while stop < len(words):
        if not _adjacent(text, words[stop - 1], words[stop]):
            break
        if words[stop - 1].text.endswith(("’s", "'s", "’", "'")):
            break  # `Rubio’s Senate office`: two names
        if _is_capitalised(words[stop].text):
            stop += 1
            continue
        if words[stop].text in _TRAILING and not words[stop - 1].text.endswith(","):
            return stop + 1
        # `Office of the Director`, `Ursula von der Leyen`
        ahead = stop
        while (
            ahead < len(words)
            and ahead - stop < 3
            and words[ahead].text in _INNER
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
    if all(w in _PERSON_INNER for w in inner):
        return True
    if inner == ["and"] or inner == ["on"] or inner == ["the"] or inner == ["for"]:
        # `Smith and Jones` are two; `Department of Health and Human Services` is one.
        return inner == ["and"] and any(w.text == "of" for w in words[index:stop])
    heads = {name_key(w.text) for w in words[index:stop]}
    if inner[0] in {"of", "for", "on"}:
        # `Department of Justice`, `Club for Growth`, but `Ted Cruz of Texas`
        return bool(heads & ORGANISATION_HEADS) or (inner[0] != "on" and stop - index == 1)
    return inner[0] == "&"


def _trimmed(run: list[_Word], lowered: frozenset[str]) -> Name | None:
    title: str | None = None
    initial = run[0].initial
    while run:
        word = run[0]
        key = name_key(word.text)
        low = word.text.casefold().replace("'", "’")
        if low in _NOT_NAMES and not (len(run) > 1 and low in {"may", "june", "april", "will", "march"}):
            run = run[1:]
        elif key in TITLES and len(run) > 1:
            title = key
            run = run[1:]
        elif word.text in _INNER:
            run = run[1:]
        elif word.initial and key in lowered and (len(run) == 1 or key.endswith("ing")):
            run = run[1:]
        else:
            break
    while run and (run[-1].text in _INNER or name_key(run[-1].text) in _MONTHS_AND_DAYS):
        run = run[:-1]
    # `Attorney General Eric Schneiderman`, `FBI Director James Comey`: the person alone, unless
    # an organisation is meant (`Director of ...` ends with no name).
    for place in range(len(run) - 2, 0, -1):
        key = name_key(run[place].text)
        rest = run[place + 1 :]
        if key in TITLES and not any(name_key(w.text) in ORGANISATION_HEADS for w in rest):
            if run[place + 1].text in _INNER:
                break
            title = key
            run = rest
            break
    if not run:
        return None
    if len(run) == 1 and (
        name_key(run[0].text) in TITLES or len(run[0].text) == 1 or run[0].text.casefold() in _NOT_NAMES
    ):
        return None
    last = run[-1]
    end = last.start + len(strip_possessive(last.text))
    return Name(
        run[0].start,
        end,
        tuple(strip_possessive(w.text) for w in run),
        title,
        sentence_initial=initial and run[0].initial,
    )
