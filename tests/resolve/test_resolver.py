"""Who said it, with the model silent: what names, gender, place and order alone decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from inquit.model.drafts import DraftQuote
from inquit.model.links import Choice
from inquit.resolve.antecedents import Antecedents, NoAntecedents
from inquit.resolve.resolver import Resolution, resolve
from inquit.text.segments import Segment, paragraphs, sentences
from inquit.types import QuoteKind, SpeakerType

_P, _O, _U, _D, _A = (
    SpeakerType.PERSON,
    SpeakerType.ORGANIZATION,
    SpeakerType.UNNAMED,
    SpeakerType.DOCUMENT,
    SpeakerType.AUTHOR,
)
_CUE = re.compile(r"\b(?:said|added|told|wrote)\b")


@dataclass(frozen=True)
class _Quote:
    """A quotation given by its words and its mention: the mention nearest to the words is meant."""

    content: str
    mention: str | None = None
    follows: bool = False


def _nearest(text: str, pattern: str, content: Segment) -> Segment | None:
    """Return the place outside of a quotation that is nearest to it."""
    outside = [
        Segment(*m.span())
        for m in re.finditer(pattern, text)
        if m.end() <= content.start or m.start() >= content.end
    ]
    distance = lambda s: max(content.start - s.end, s.start - content.end)  # noqa: E731
    return min(outside, key=distance, default=None)


def _draft(text: str, quote: _Quote) -> DraftQuote:
    start = text.index(quote.content)
    content = Segment(start, start + len(quote.content))
    mention = None if quote.mention is None else _nearest(text, re.escape(quote.mention), content)
    quoted = quote.content[0] == "“"
    return DraftQuote(
        kind=QuoteKind.DIRECT if quoted else QuoteKind.INDIRECT,
        content=(content,),
        verbatim=(Segment(content.start + 1, content.end - 1),) if quoted else (),
        cue=_nearest(text, _CUE.pattern, content) if quote.mention is not None else None,
        mention=mention,
        confidence=0.9,
        mention_confidence=0.9,
        follows_open=quote.follows,
    )


def _resolve(text: str, quotes: Sequence[_Quote], antecedents: Antecedents | None = None) -> Resolution:
    parts = paragraphs(text)
    return resolve(
        text,
        parts,
        [s for p in parts for s in sentences(text, p)],
        [_draft(text, q) for q in quotes],
        antecedents or NoAntecedents(),
    )


def _named(text: str, resolution: Resolution) -> list[tuple[str, SpeakerType] | None]:
    return [
        None
        if a.entity is None
        else ("" if a.entity.name is None else text[a.entity.name.start : a.entity.name.end], a.entity.type)
        for a in resolution.attributions
    ]


_NO, _YES = "“No,”", "“Yes,”"


@pytest.mark.parametrize(
    ("text", "mention", "name", "kind"),
    [
        # A surname, before or after the full name.
        ("Ada Brill runs the dam. “No,” Brill said.", "Brill", "Ada Brill", _P),
        ("“No,” Brill said. Ada Brill runs the dam.", "Brill", "Ada Brill", _P),
        ("Ada Brill came. “No,” Ms. Brill said.", "Ms. Brill", "Ada Brill", _P),
        ("“No,” said spokesman Andrei Yul of the Lake Office. Yul left.", "spokesman Andrei Yul", "Andrei Yul", _P),
        # Appositions.
        ("“No,” Hugh Hill, a doctor, said.", "Hugh Hill, a doctor,", "Hugh Hill", _P),
        ("“No,” said the mayor, Tom Vane.", "the mayor, Tom Vane", "Tom Vane", _P),
        ("Tom Vane, the mayor, came. “No,” the mayor said.", "the mayor", "Tom Vane", _P),
        ("Mayor Tom Vane came. “No,” the mayor said.", "the mayor", "Tom Vane", _P),
        ("Tom Vane, who said “No,” left.", "who", "Tom Vane", _P),
        # Without a cue verb.
        ("From Ada Brill: “No,” and more.", "Ada Brill", "Ada Brill", _P),
        ("“No,” - Commissioner Ada Brill", "Commissioner Ada Brill", "Ada Brill", _P),
        # Pronouns by gender.
        ("Laura Brill left. Tom Vane came. “No,” she said.", "she", "Laura Brill", _P),
        ("Laura Brill left. Tom Vane came. “No,” he said.", "he", "Tom Vane", _P),
        ("Mr. Brill came. Laura Vane left. “No,” he said.", "he", "Brill", _P),
        ("Tom Vane met the Lake Board. “No,” he said.", "he", "Tom Vane", _P),
        # Organisations.
        ("The Harbour Ministry met. “No,” the ministry said.", "the ministry", "Harbour Ministry", _O),
        ("The Lake Safety Board met. “No,” the board said.", "the board", "Lake Safety Board", _O),
        ("The Lake Safety Board met. “No,” the LSB said.", "the LSB", "Lake Safety Board", _O),
        # Speakers without a name.
        ("“No,” a senior official said.", "a senior official", "a senior official", _U),
        ("“No,” the report said.", "the report", "the report", _D),
        ("“No,” the ministry said.", "the ministry", "the ministry", _O),
        ("“No,” said officials in the harbour.", "officials in the harbour", "officials in the harbour", _U),
        ("“No,” Vane’s campaign said.", "Vane’s campaign", "Vane’s campaign", _O),
        ("“No,” I said.", "I", "", _A),
        # Two of one surname.
        ("Bill Crane spoke. Hillary Crane left. “No,” Mrs. Crane said.", "Mrs. Crane", "Hillary Crane", _P),
        ("Bill Crane spoke. Hillary Crane left. “No,” Mr. Crane said.", "Mr. Crane", "Bill Crane", _P),
        ("Rolf “Shorty” Lane came. “No,” Lane said.", "Lane", "Rolf “Shorty” Lane", _P),
        ("The Harbour Post met. “No,” the Post said.", "the Post", "Harbour Post", _O),
        ("Ada Brill left. Tom Vane came. “No,” she said.", "she", "Ada Brill", _P),
    ],
)  # fmt: skip
def test_the_speaker_of_one_quotation(text: str, mention: str, name: str, kind: SpeakerType) -> None:
    """The mention leads to the fullest name that the text has for the speaker."""
    assert _named(text, _resolve(text, [_Quote(_NO, mention)])) == [(name, kind)]


@pytest.mark.parametrize(
    ("text", "quotes", "names"),
    [
        (
            "“No,” Hugh Hill, a doctor, said.\n\n“Yes,” he added.",
            [_Quote(_NO, "Hugh Hill, a doctor,"), _Quote(_YES, "he")],
            ["Hugh Hill", "Hugh Hill"],
        ),
        (
            "“No,” a senior official said. “Yes,” the official added.",
            [_Quote(_NO, "a senior official"), _Quote(_YES, "the official")],
            ["a senior official", "a senior official"],
        ),
        (
            "“No,” officials said. “Yes,” they added.",
            [_Quote(_NO, "officials"), _Quote(_YES, "they")],
            ["officials", "officials"],
        ),
        (
            "“No,” Vane’s spokeswoman said. Tom Vane left. “Yes,” she said.",
            [_Quote(_NO, "Vane’s spokeswoman"), _Quote(_YES, "she")],
            ["Vane’s spokeswoman", "Vane’s spokeswoman"],
        ),
        (
            "Laura Brill met Tom Vane. “No,” she said. “Yes,” he said. “Never,” she said.",
            [_Quote(_NO, "she"), _Quote(_YES, "he"), _Quote("“Never,”", "she")],
            ["Laura Brill", "Tom Vane", "Laura Brill"],
        ),
        # Continued over a paragraph, and a piece without its own attribution.
        (
            "“No,” said Ada Brill.\n\nTom Vane left.\n\n“Yes,” it ended.",
            [_Quote(_NO, "Ada Brill"), _Quote(_YES, follows=True)],
            ["Ada Brill", "Ada Brill"],
        ),
        (
            "“No,” said Ada Brill. “Yes,”",
            [_Quote(_NO, "Ada Brill"), _Quote(_YES)],
            ["Ada Brill", "Ada Brill"],
        ),
        (
            "“Yes,” “No,” said Ada Brill.",
            [_Quote(_YES), _Quote(_NO, "Ada Brill")],
            ["Ada Brill", "Ada Brill"],
        ),
    ],
)
def test_the_speakers_of_several_quotations(text: str, quotes: list[_Quote], names: list[str]) -> None:
    """What was said before decides whom a pronoun, a description or nothing at all means."""
    found = _named(text, _resolve(text, quotes))
    assert [f[0] if f else None for f in found] == names


def test_one_speaker_is_one_entity() -> None:
    """Quotations of one speaker share an entity, which knows the mentions that led to it."""
    text = "“No,” said Ada Brill. “Yes,” Brill added."
    first, second = _resolve(text, [_Quote(_NO, "Ada Brill"), _Quote(_YES, "Brill")]).attributions
    assert first.entity is second.entity
    assert first.entity is not None
    assert {text[a:b] for a, b in first.entity.mentions} == {"Ada Brill", "Brill"}


def test_nobody_is_nobody() -> None:
    """A quotation with no name and no speaker around it has no speaker, and says so."""
    (attribution,) = _resolve("“No,” and so on.", [_Quote(_NO)]).attributions
    assert (attribution.entity, attribution.confidence) == (None, 0.0)


def test_no_quotations_have_no_speakers() -> None:
    """A text without quotations is resolved to nothing."""
    assert _resolve("Ada Brill left.", []).attributions == ()


def test_the_channel_comes_from_the_cue_s_sentence() -> None:
    """Where something was said is read beside its cue."""
    text = "It was on Facebook. “No,” Ada Brill said on Telegram."
    (attribution,) = _resolve(text, [_Quote(_NO, "Ada Brill")]).attributions
    assert attribution.channel is not None
    assert text[attribution.channel.start : attribution.channel.end] == "on Telegram"


def test_names_are_surer_than_pronouns() -> None:
    """The confidence tells how a speaker was found."""
    text = "“No,” said Hugh Hill. “Yes,” he added."
    first, second = _resolve(text, [_Quote(_NO, "Hugh Hill"), _Quote(_YES, "he")]).attributions
    assert 0.0 < second.confidence < first.confidence <= 1.0


class _Knows:
    """Knows which name every mention means."""

    def __init__(self, text: str, name: str) -> None:
        self._at = text.index(name)

    def choices(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        place = [candidate.start for candidate in candidates].index(self._at)
        return [Choice(np.array([place]), np.array([0.9], dtype=np.float32), 0.1)] * len(queries)


@pytest.mark.parametrize("name", ["Laura Brill", "Nina Vane"])
def test_the_model_decides_between_names_that_fit(name: str) -> None:
    """What the model knows outweighs who was named last."""
    text = "Laura Brill met Nina Vane. “No,” she said."
    found = _named(text, _resolve(text, [_Quote(_NO, "she")], _Knows(text, name)))
    assert found == [(name, _P)]


def test_the_model_knows_descriptions() -> None:
    """A description that no noun of the text explains is what the model says."""
    text = "Laura Brill met Nina Vane. “No,” the sailor said."
    found = _named(text, _resolve(text, [_Quote(_NO, "the sailor")], _Knows(text, "Laura Brill")))
    assert found == [("Laura Brill", _P)]
