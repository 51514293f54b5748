"""What kind of mention a span is: a name, a pronoun or a description, and of how many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from inquit.resolve.gender import Gender
from inquit.resolve.name import Name, name_key, strip_possessive
from inquit.resolve.name_words import ORGANISATION_HEADS, TITLES
from inquit.text.segments import Segment

__all__ = ["Mention", "MentionKind", "core_of", "read_mention"]


class MentionKind(Enum):
    """How a mention names its entity."""

    NAME = "name"
    PRONOUN = "pronoun"
    RELATIVE = "relative"
    AUTHOR = "author"
    GENERIC = "generic"
    """`you`, `everyone`: nobody in particular."""
    DEFINITE = "definite"
    """`the ministry`, `his spokesman`: known from before."""
    INDEFINITE = "indefinite"
    """`a senior official`, `some analysts`: new, and only described."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span read as a mention; the core is what names or describes, without appositions."""

    span: Segment
    kind: MentionKind
    core: Segment
    head: str
    """The noun or pronoun at its centre, casefolded."""
    name: Name | None = None
    gender: Gender = Gender.UNKNOWN
    plural: bool = False
    owned: bool = False
    """A description by whose it is: `Brill’s campaign`."""


_PRONOUNS = {
    "he": (Gender.MASCULINE, False),
    "him": (Gender.MASCULINE, False),
    "his": (Gender.MASCULINE, False),
    "himself": (Gender.MASCULINE, False),
    "she": (Gender.FEMININE, False),
    "her": (Gender.FEMININE, False),
    "hers": (Gender.FEMININE, False),
    "herself": (Gender.FEMININE, False),
    "it": (Gender.NEUTER, False),
    "its": (Gender.NEUTER, False),
    "itself": (Gender.NEUTER, False),
    "they": (Gender.UNKNOWN, True),
    "them": (Gender.UNKNOWN, True),
    "their": (Gender.UNKNOWN, True),
    "themselves": (Gender.UNKNOWN, True),
}
_RELATIVES = frozenset({"who", "whom", "which", "that", "whose"})
_AUTHOR = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_GENERIC = frozenset(
    """you one anyone anybody everyone everybody someone somebody nobody people many some others
    most few several all none those""".split()
)
_DEFINITE = frozenset("the this that these those his her its their my our your both said".split())
_WORD = re.compile(r"[^\W_]+(?:[’'\-.&][^\W_]+)*(?:[’'](?=\s|$))?\.?")
_CORE_END = re.compile(
    r"[,;:(\[—–]| --? | (?:who|whom|which|that|where|when|of|for|from|in|at|on|with|to|by|about|during"
    r"|after|before|against|among|inside|close|familiar|speaking|wearing|and|or)(?= |$)",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(
    "of for from in at on with to by about against among the a and or like as than near".split()
)
_PLURAL_HEADS = frozenset("women men people police children media folk alumni staff".split())
_MALE_HEADS = frozenset(
    "man boy father husband son brother spokesman chairman businessman congressman king".split()
)
_FEMALE_HEADS = frozenset(
    "woman girl mother wife daughter sister spokeswoman chairwoman businesswoman congresswoman queen".split()
)


def read_mention(text: str, span: Segment, names: Sequence[Name]) -> Mention:
    """Read a span as a mention; `names` are those of the text that overlap it, in order."""
    words = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text, span.start, span.end)]
    if not words:
        return Mention(span, MentionKind.GENERIC, span, text[span.start : span.end].casefold())
    first = strip_possessive(words[0][2]).casefold().rstrip(".")
    if len(words) == 1 or words[1][2].casefold() in {"himself", "herself", "itself", "themselves"}:
        if first in _PRONOUNS:
            gender, plural = _PRONOUNS[first]
            return Mention(span, MentionKind.PRONOUN, span, first, None, gender, plural)
        if first in _RELATIVES:
            return Mention(span, MentionKind.RELATIVE, span, first)
        if first in _AUTHOR:
            return Mention(span, MentionKind.AUTHOR, span, first)
        if first in _GENERIC:
            return Mention(span, MentionKind.GENERIC, span, first)
    if first in {"who", "which"}:  # `which runs to 600 pages`
        return Mention(Segment(words[0][0], words[0][1]), MentionKind.RELATIVE, span, first)
    core = core_of(text, span)
    name = _head_name(text, core, names) or _apposed_name(text, span, core, names)
    if name is not None:
        whole = Segment(name.start, name.end)
        return Mention(span, MentionKind.NAME, whole, name_key(name.words[-1]), name)
    inner = [w for w in words if core.start <= w[0] < core.end] or words[:1]
    head = strip_possessive(inner[-1][2]).casefold().rstrip(".")
    possessive = any(
        core.start <= n.start and n.end < inner[-1][0] and text[n.end : n.end + 1] in {"’", "'"}
        for n in names
    )
    definite = first in _DEFINITE or possessive
    gender = Gender.UNKNOWN
    if head in _MALE_HEADS:
        gender = Gender.MASCULINE
    elif head in _FEMALE_HEADS:
        gender = Gender.FEMININE
    elif head in ORGANISATION_HEADS:
        gender = Gender.NEUTER
    return Mention(
        span,
        MentionKind.DEFINITE if definite else MentionKind.INDEFINITE,
        core,
        head,
        None,
        gender,
        head in _PLURAL_HEADS or (head.endswith("s") and not head.endswith(("ss", "us", "’s", "'s"))),
        possessive,
    )


def core_of(text: str, span: Segment) -> Segment:
    """Return the span without appositions, relative clauses and prepositional phrases."""
    match = _CORE_END.search(text, span.start + 1, span.end)
    end = match.start() if match else span.end
    while end > span.start and text[end - 1].isspace():
        end -= 1
    return Segment(span.start, end) if end > span.start else span


def _head_name(text: str, core: Segment, names: Sequence[Name]) -> Name | None:
    """Return the name that the core of a mention ends with, or None for a common noun."""
    for name in reversed(names):
        if name.start < core.start or name.start >= core.end:
            continue
        rest = _without_possessive(text[name.end : core.end])
        words = _WORD.findall(rest)
        if not words or (len(words) == 1 and words[0].isdigit()):
            return name
        lowered = words[-1].casefold()
        if lowered in {"himself", "herself", "itself"}:
            return name
        # `Brill campaign manager`: the name only says whose.
        return None
    return None


def _apposed_name(text: str, span: Segment, core: Segment, names: Sequence[Name]) -> Name | None:
    """Return the name in apposition to a description: `Brightwell's chief executive, Tom Vane,`."""
    for name in names:
        if name.start < core.end or (len(name.words) < 2 and name.title is None):
            continue
        comma = text.rfind(",", span.start, name.start)
        between = text[comma + 1 : name.start].split()
        if comma > core.start and (not between or name_key(between[-1]) in TITLES):
            return name
    last = names[-1] if names else None
    if last is not None and len(last.words) >= 2 and last.start > span.start:
        before = _WORD.findall(text[span.start : last.start])
        tail = text[last.end : span.end].strip(" ,\u00a0’s'")
        # `his wife and the current nominee Ada Brill`, `Secretary of State John F. Lane`
        leads = before and (last.title is not None or before[-1].islower())
        if not tail and leads and before[-1] not in _PREPOSITIONS:
            return last
    return None


def _without_possessive(rest: str) -> str:
    """Return what follows a name without a possessive ending that ends the mention."""
    stripped = rest.strip()
    return "" if stripped in {"’s", "'s", "’", "'"} else rest
