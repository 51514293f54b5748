"""Who said it, with the model silent: what names, gender, place and order alone decide."""

from __future__ import annotations

import pytest

from inquit.types import SpeakerType
from resolving import Quoted, named, resolved

_P, _O, _U, _D, _A = (
    SpeakerType.PERSON,
    SpeakerType.ORGANIZATION,
    SpeakerType.UNNAMED,
    SpeakerType.DOCUMENT,
    SpeakerType.AUTHOR,
)
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
        # Two speakers of one quotation are found by the first.
        ("“No,” said Laura Brill and Tom Vane.", "Laura Brill and Tom Vane", "Laura Brill", _P),
        # A relative clause after somebody who is only described, or after words that say more.
        ("Laura Brill came. Tom Vane, who was late, said “No,” and left.", "who", "Tom Vane", _P),
        # A mention cut off at its title.
        ("“No,” said the harbour’s Sen. Lane. Tom Lane left.", "the harbour’s Sen", "Tom Lane", _P),
        # Two of one surname.
        ("Bill Crane spoke. Hillary Crane left. “No,” Mrs. Crane said.", "Mrs. Crane", "Hillary Crane", _P),
        ("Bill Crane spoke. Hillary Crane left. “No,” Mr. Crane said.", "Mr. Crane", "Bill Crane", _P),
        ("Rolf “Shorty” Lane came. “No,” Lane said.", "Lane", "Rolf “Shorty” Lane", _P),
        ("The Harbour Post met. “No,” the Post said.", "the Post", "Harbour Post", _O),
        pytest.param(
            "“No,” the Justice Department said. It rained.", "the Justice Department", "Justice Department", _O,
        ),
        ("Ada Brill left. Tom Vane came. “No,” she said.", "she", "Ada Brill", _P),
    ],
)  # fmt: skip
def test_the_speaker_of_one_quotation(text: str, mention: str, name: str, kind: SpeakerType) -> None:
    """The mention leads to the fullest name that the text has for the speaker."""
    assert named(text, resolved(text, [Quoted(_NO, mention)])) == [(name, kind)]


@pytest.mark.parametrize(
    ("text", "quotes", "names"),
    [
        (
            "“No,” Hugh Hill, a doctor, said.\n\n“Yes,” he added.",
            [Quoted(_NO, "Hugh Hill, a doctor,"), Quoted(_YES, "he")],
            ["Hugh Hill", "Hugh Hill"],
        ),
        (
            "“No,” a senior official said. “Yes,” the official added.",
            [Quoted(_NO, "a senior official"), Quoted(_YES, "the official")],
            ["a senior official", "a senior official"],
        ),
        (
            "“No,” officials said. “Yes,” they added.",
            [Quoted(_NO, "officials"), Quoted(_YES, "they")],
            ["officials", "officials"],
        ),
        (
            "“No,” Vane’s spokeswoman said. Tom Vane left. “Yes,” she said.",
            [Quoted(_NO, "Vane’s spokeswoman"), Quoted(_YES, "she")],
            ["Vane’s spokeswoman", "Vane’s spokeswoman"],
        ),
        (
            "Laura Brill met Tom Vane. “No,” she said. “Yes,” he said. “Never,” she said.",
            [Quoted(_NO, "she"), Quoted(_YES, "he"), Quoted("“Never,”", "she")],
            ["Laura Brill", "Tom Vane", "Laura Brill"],
        ),
        pytest.param(
            "“No,” said an aide to Laura Brill. It rained. “Yes,” said an aide to Tom Vane.",
            [Quoted(_NO, "an aide to Laura Brill"), Quoted(_YES, "an aide to Tom Vane")],
            ["an aide to Laura Brill", "an aide to Tom Vane"],
        ),
        # Continued over a paragraph, and a piece without its own attribution.
        (
            "“No,” said Ada Brill.\n\nTom Vane left.\n\n“Yes,” it ended.",
            [Quoted(_NO, "Ada Brill"), Quoted(_YES, follows=True)],
            ["Ada Brill", "Ada Brill"],
        ),
        (
            "“No,” said Ada Brill. “Yes,”",
            [Quoted(_NO, "Ada Brill"), Quoted(_YES)],
            ["Ada Brill", "Ada Brill"],
        ),
        (
            "“Yes,” “No,” said Ada Brill.",
            [Quoted(_YES), Quoted(_NO, "Ada Brill")],
            ["Ada Brill", "Ada Brill"],
        ),
    ],
)
def test_the_speakers_of_several_quotations(text: str, quotes: list[Quoted], names: list[str]) -> None:
    """What was said before decides whom a pronoun, a description or nothing at all means."""
    found = named(text, resolved(text, quotes))
    assert [f[0] if f else None for f in found] == names


def test_one_speaker_is_one_entity() -> None:
    """Quotations of one speaker share an entity, which knows the mentions that led to it."""
    text = "“No,” said Ada Brill. “Yes,” Brill added."
    first, second = resolved(text, [Quoted(_NO, "Ada Brill"), Quoted(_YES, "Brill")]).attributions
    assert first.entity is second.entity
    assert first.entity is not None
    assert {text[a:b] for a, b in first.entity.mentions} == {"Ada Brill", "Brill"}


def test_nobody_is_nobody() -> None:
    """A quotation with no name and no speaker around it has no speaker, and says so."""
    (attribution,) = resolved("“No,” and so on.", [Quoted(_NO)]).attributions
    assert (attribution.entity, attribution.confidence) == (None, 0.0)


def test_no_quotations_have_no_speakers() -> None:
    """A text without quotations is resolved to nothing."""
    assert resolved("Ada Brill left.", []).attributions == ()


def test_the_channel_comes_from_the_cue_s_sentence() -> None:
    """Where something was said is read beside its cue."""
    text = "It was on Facebook. “No,” Ada Brill said on Telegram."
    (attribution,) = resolved(text, [Quoted(_NO, "Ada Brill")]).attributions
    assert attribution.channel is not None
    assert text[attribution.channel.start : attribution.channel.end] == "on Telegram"


def test_names_are_surer_than_pronouns() -> None:
    """The confidence tells how a speaker was found."""
    text = "“No,” said Hugh Hill. “Yes,” he added."
    first, second = resolved(text, [Quoted(_NO, "Hugh Hill"), Quoted(_YES, "he")]).attributions
    assert 0.0 < second.confidence < first.confidence <= 1.0
