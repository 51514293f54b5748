"""Names: stretches of capitalised words that can stand for a person or an organisation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inquit.resolve.gender import Gender, first_name_gender
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
# Nouns that stand before a name without being part of it: `activist Angela Davis`.
_ROLES = frozenset(
    """
    activist actor actress adviser advisor aide alderman analyst anchor artist assemblyman
    assemblywoman assistant astronaut attorney author billionaire blogger businessman
    businesswoman campaigner candidate ceo cfo coach co-founder co-host columnist comedian
    commentator conservative contributor coordinator co-moderator correspondent critic
    democrat economist editor engineer executive expert filmmaker founder gop historian host
    independent investor journalist lawmaker lawyer legend liberal libertarian manager
    mogul moderator nominee officer organizer owner painter pastor philosopher photographer
    playwright poet pollster presenter producer pundit rabbi rapper reporter republican researcher
    rival scholar scientist singer solicitor strategist student teacher tycoon volunteer whip writer
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
    """.split()
)
# Part of a name only when more words follow: `American Civil Liberties Union`.
_NEVER_ALONE = frozenset(
    """
    african american americans arab arabs asian australian british canadian catholic catholics
    chinese christian christians conservative conservatives democrat democratic democrats dutch
    european europeans french german germans gop hispanic hispanics indian iranian irish islamic
    israeli israelis italian japanese jewish jews latino latinos liberal liberals libertarian
    mexican mexicans muslim muslims palestinian palestinians polish republican republicans russian
    russians saudi spanish syrian turkish ukrainian ukrainians
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


def find_names(text: str, segments: list[Segment] | None = None) -> list[Name]:
    """Return the names of a text in order of start.

    What the text itself shows decides the doubtful cases: words it also writes in lower case do
    not start a name at the start of a sentence, and words glued to a name that stands alone
    elsewhere are cut off. Headlines in capitals yield only names known from the body.
    """
    segments = paragraphs(text) if segments is None else segments
    lowered = frozenset(
        m[0] for m in re.finditer(r"(?<![^\W_])[^\W\d_]{2,}", text) if m[0].islower()
    )
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
    found += [part for n in headlines for part in _known_parts(text, n, known)]
    found = _with_expansions(text, found)
    found.sort(key=lambda n: n.start)
    return found


def _keys(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(name_key(w) for w in words)


def _is_headline(text: str, paragraph: Segment) -> bool:
    """Whether nearly all words of a paragraph are capitalised."""
    words = [
        m[0] for m in _WORD.finditer(text, paragraph.start, paragraph.end) if m[0][0].isalpha()
    ]
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
        enough = len(rest) >= 2 or (
            name.sentence_initial
            and known[keys] == 1
            and known[rest] >= 2
            and first_name_gender(name.words[0]) is Gender.UNKNOWN
        )
        if not enough or known[rest] < 1:
            continue
        if any(k in ORGANISATION_HEADS for k in rest):
            return name  # `National Committee` is no name beside `Republican National Committee`
        return _without_words(name, cut)
    return name


def _without_words(name: Name, cut: int) -> Name:
    start = name.starts[cut]
    return Name(start, name.end, name.words[cut:], name.starts[cut:], name.title)


def _known_parts(text: str, name: Name, known: Counter[tuple[str, ...]]) -> list[Name]:
    """Return the names of the body that stand in a run of words of a headline."""
    keys = _keys(name.words)
    found = []
    place = 0
    while place < len(keys):
        size = next(
            (n for n in range(min(6, len(keys) - place), 0, -1) if known[keys[place : place + n]]), 0
        )
        if size:
            words = name.words[place : place + size]
            start = name.starts[place]
            end = name.starts[place + size - 1] + len(words[-1])
            found.append(Name(start, end, words, name.starts[place : place + size]))
        place += max(1, size)
    return found or ([name] if len(keys) <= 3 else [])


_ACRONYM = re.compile(r"(?<![^\W_])(?:[A-Z]\.){2,}|(?<![^\W_])[A-Z]{2,6}(?![^\W_])")


def _with_expansions(text: str, names: list[Name]) -> list[Name]:
    """Add the long forms of the text's acronyms: `Securities and Exchange Commission`."""
    added: list[Name] = []
    for acronym in sorted({m[0].replace(".", "") for m in _ACRONYM.finditer(text)}):
        if not 3 <= len(acronym) <= 6:
            continue
        small = r"(?:\s(?:of|and|for|the|on|to|in|&))*[\s-]"
        pattern = small.join(rf"{letter}[^\W\d_]+" for letter in acronym)
        for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text):
            words = [(m.start(), m[0]) for m in _WORD.finditer(text, *match.span())]
            added.append(
                Name(
                    match.start(),
                    match.end(),
                    tuple(strip_possessive(w) for _, w in words),
                    tuple(start for start, _ in words),
                )
            )
    if not added:
        return names
    kept = [n for n in names if not any(a.start < n.end and n.start < a.end for a in added)]
    unique = {(a.start, a.end): a for a in added}
    return kept + list(unique.values())


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
    if inner in (["and"], ["the"]):
        # `Smith and Jones` are two; `Department of Health and Human Services` is one.
        return inner == ["and"] and any(w.text == "of" for w in words[index:stop])
    heads = {name_key(w.text) for w in words[index:stop]}
    if inner[0] in {"of", "for", "on"}:
        # `Department of Justice`, `Club for Growth`, but `Ted Cruz of Texas`
        return bool(heads & ORGANISATION_HEADS) or (inner[0] != "on" and stop - index == 1)
    return inner[0] == "&"


def _person_like(run: list[_Word]) -> bool:
    return run[0].text not in _INNER and not any(
        name_key(w.text) in ORGANISATION_HEADS for w in run
    )


def _stands_for_nobody(word: _Word, title: str | None) -> bool:
    """Whether a capitalised word by itself is no name."""
    key = name_key(word.text)
    if len(word.text) == 1 or word.text.casefold() in _NOT_NAMES or key in _NEVER_ALONE:
        return True
    return title is None and word.initial and key in _ROLES


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
        elif key in _ROLES and len(run) > 1 and _person_like(run[1:]):
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
        if key in TITLES | _ROLES and _person_like(rest):
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
