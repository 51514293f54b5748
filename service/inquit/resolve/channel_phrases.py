"""Phrases that may tell where something was said, by a small grammar.

A phrase is a preposition with a noun phrase whose head names a medium or an occasion, or the
object of a verb such as `told` or `issued`. At each word at most one phrase begins, and it has a
bounded number of words, so the time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum

from inquit.resolve import channel_words as words
from inquit.resolve.channel_nouns import capitals, noun_phrase, recipient, title
from inquit.resolve.channel_outlets import audience, host, newspaper, outlet, platform, programme
from inquit.resolve.channel_tokens import Clause
from inquit.text.segments import Segment

__all__ = ["Phrase", "PhraseKind", "find_phrases"]


class PhraseKind(Enum):
    """How a phrase hangs together with its verb."""

    PLACE = "in a statement"
    AUDIENCE = "speaking to the crowd"
    TOLD = "told the Gazette"
    TOLD_CROWD = "told the crowd"
    ISSUED = "issued a statement"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A candidate, and the verb whose object it is, if it is one's."""

    span: Segment
    kind: PhraseKind
    verb: Segment | None = None


_SAID_OR_WRITTEN = words.DOCUMENTS | words.SPEECHES
# The heads that a preposition goes with.
_HEADS: dict[str, frozenset[str]] = {
    "in": _SAID_OR_WRITTEN | frozenset("headline headlines documents".split()),
    "at": words.OCCASIONS,
    "during": words.DOCUMENTS | words.OCCASIONS,
    "on": words.SITES | words.CARRIERS,
    "via": _SAID_OR_WRITTEN | words.SITES | words.GO_BETWEENS | {"phone"},
    "through": words.DOCUMENTS | words.SITES | words.GO_BETWEENS,
    "by": words.MEANS,
    "over": words.MEANS,
    "before": words.TRIBUNALS,
    "for": frozenset(),
    "from": frozenset("account stage podium pulpit".split()),
}
_TOLD = frozenset("told tell tells telling".split())
_TAKING = frozenset("took take takes taking turned turning taken went".split())
_TALKING = frozenset("speak speaks speaking spoke spoken talk talks talked talking chatted chatting".split())
_WRITING = frozenset("wrote writes writing written write".split())
_PUBLISHED = words.DOCUMENTS | frozenset(
    "appearance appearances interview interviews monologue segment".split()
)
_MEETINGS = words.OCCASIONS | words.PROGRAMMES
_BEGINNING = frozenset("began begins beginning opened opens closed ended concluded finished".split())
_BEGUN = frozenset("address remarks speech statement testimony lecture sermon interview conference".split())
_ISSUED = frozenset("speech speeches series address interview".split()) | (
    # What others said or did is often in these: releasing a video is no utterance.
    words.DOCUMENTS
    - frozenset(
        "message messages video videos clip film footage book books recording recordings audio ad song".split()
    )
)


def find_phrases(text: str, parts: Sequence[Segment], met: AbstractSet[str]) -> Iterator[Phrase]:
    """Yield the candidates in parts of one sentence; none goes over the end of a part.

    `met`: names that are known to be those of hosts and outlets.
    """
    clause = Clause(text, parts, met)
    for place, token in enumerate(clause.tokens):
        if not token.word:
            continue
        phrase = None
        if token.lower in {"to", "with"}:
            phrase = _to(clause, place)
        elif token.lower in _HEADS:
            phrase = _after_preposition(clause, place)
        elif token.lower in _TOLD:
            phrase = _told(clause, place)
        elif token.lower in words.ISSUING:
            phrase = _issued(clause, place)
        elif token.lower in _BEGINNING:
            phrase = _object(clause, place + 1, _BEGUN, place)
        if phrase is not None:
            yield phrase


def _phrase(clause: Clause, first: int, end: int, kind: PhraseKind, verb: int | None = None) -> Phrase | None:
    """Return a phrase, or None where its end is 0: nothing was found."""
    if not end:
        return None
    return Phrase(clause.span(first, end), kind, None if verb is None else clause.span(verb, verb + 1))


# Prepositions.


def _after_preposition(clause: Clause, place: int) -> Phrase | None:
    preposition = clause.lower(place)
    end = 0
    if preposition in {"on", "via", "through", "over", "from"}:
        end = platform(clause, place + 1)
        if end:
            return _phrase(clause, place, _extended(clause, end, "post"), PhraseKind.PLACE)
    found = noun_phrase(clause, place + 1, _HEADS[preposition])
    if found is not None:
        return _phrase(clause, place, _extended(clause, *found), PhraseKind.PLACE)
    if preposition == "on":
        end = programme(clause, place + 1) or outlet(clause, place + 1)
    elif preposition in {"for", "in"} and _any_before(clause, place, 4, _WRITING):
        end = outlet(clause, place + 1, sure=preposition == "for")
    return _phrase(clause, place, end, PhraseKind.PLACE)


def _any_before(clause: Clause, place: int, reach: int, verbs: frozenset[str]) -> bool:
    return any(clause.lower(place - back) in verbs for back in range(1, reach + 1))


def _to(clause: Clause, place: int) -> Phrase | None:
    """Return `to reporters`, `to Twitter`, or the document of `according to`."""
    before = clause.at(place - 1)
    if before.lower == "according":
        return _object(clause, place + 1, _ISSUED, place)
    if before.lower in _TAKING:
        return _phrase(clause, place, platform(clause, place + 1), PhraseKind.PLACE)
    if clause.lower(place) == "with":
        if not _any_before(clause, place, 2, _TALKING):
            return None
    elif before.kind == "bar":
        return _phrase(clause, place, outlet(clause, place + 1), PhraseKind.AUDIENCE)
    elif not _any_before(clause, place, 3, words.ADDRESSING):
        # `groused to a crowd`, where that verb is the cue
        end = audience(clause, place + 1) if before.word else 0
        return _phrase(clause, place, end, PhraseKind.TOLD_CROWD, place - 1)
    end = audience(clause, place + 1) or outlet(clause, place + 1)
    return _phrase(clause, place, end, PhraseKind.AUDIENCE)


# What belongs to the head.


def _extended(clause: Clause, end: int, head: str) -> int:
    """Return the end of a noun phrase with the outlet, title or audience joined to it."""
    for _ in range(2):
        further = _titled(clause, end, head) or _joined(clause, end, head)
        if not further:
            break
        end = further
    return end


def _titled(clause: Clause, end: int, head: str) -> int:
    """Return the end of `“Low Tide”`, `, Low Tide` behind a book."""
    if head not in words.TITLED | words.PROGRAMMES:
        return 0
    comma = clause.at(end).text == ","
    found = title(clause, end + comma)
    if found:
        return found
    last = capitals(clause, end + comma)
    if comma:
        # One word alone is rather the speaker: `In her book, Venn says`.
        return last if last > end + 2 and clause.at(last).text == "," else 0
    return last if last > end else 0


def _joined(clause: Clause, end: int, head: str) -> int:
    """Return the end of `with Channel 9`, `to the council`, `on Facebook` behind a head."""
    preposition = clause.lower(end)
    takes = words.JOINED.get(preposition, frozenset())
    if head in takes:
        found = recipient(clause, end + 1)
        if found:
            return found
    if preposition in {"on", "to", "via"}:
        found = platform(clause, end + 1)
        if found:
            return found
    if preposition == "on":
        site = noun_phrase(clause, end + 1, words.SITES)
        found = programme(clause, end + 1) if site is None else site[0]
        if found:
            return found
    if preposition in {"on", "in", "for"} and head in _PUBLISHED:
        return outlet(clause, end + 1)
    return 0


# Objects.


def _told(clause: Clause, place: int) -> Phrase | None:
    first = place + 1
    end = outlet(clause, first) or host(clause, first) or newspaper(clause, first)
    if end:
        return _phrase(clause, first, end, PhraseKind.TOLD, place)
    end = audience(clause, first)
    if end:
        return _phrase(clause, first, end, PhraseKind.TOLD_CROWD, place)
    found = noun_phrase(clause, first, _MEETINGS)
    return (
        None if found is None else _phrase(clause, first, _extended(clause, *found), PhraseKind.TOLD, place)
    )


def _issued(clause: Clause, place: int) -> Phrase | None:
    """Return the object of `issued`, `sent out`, `sent Smith`: a document, not one spoken of before."""
    first = place + 1 + (clause.lower(place + 1) == "out")
    for start in dict.fromkeys((first, capitals(clause, first))):
        token = clause.at(start)
        known = token.owner or token.lower in words.DETERMINERS - {"a", "an", "another", "one"}
        phrase = None if known else _object(clause, start, _ISSUED, place)
        if phrase is not None:
            return phrase
    return None


def _object(clause: Clause, first: int, heads: frozenset[str], verb: int) -> Phrase | None:
    found = noun_phrase(clause, first, heads)
    return (
        None if found is None else _phrase(clause, first, _extended(clause, *found), PhraseKind.ISSUED, verb)
    )
