"""What people complain about in other tools, as texts that the shipped model must read."""

from __future__ import annotations

from pathlib import Path

import pytest

from inquit.extractor import Extractor
from inquit.types import Document, Extraction, ExtractOptions, QuoteKind, SpeakerType

_MODEL = Path(__file__).resolve().parents[2] / "models" / "inquit-small-en"

# Each row: a name, a text, and its quotations: the quoted words (pieces parted by |) and the speaker.
ROWS = [
    (
        "apposition",
        ("The bridge at Oxley failed on Monday night, and two boats were lost. “It burst like a drum,” Hugh"
        " Hill, a doctor, said. “There was nothing left to hold on to.”"),
        [("It burst like a drum,|There was nothing left to hold on to.", "Hugh Hill")],
    ),
    (
        "apposition then pronoun",
        ("“It burst like a drum,” Hugh Hill, a doctor, said on Monday.\n\nThe town has no other bridge, and"
        " the ferry is old.\n\n“We will have to row,” he said."),
        [("It burst like a drum,", "Hugh Hill"), ("We will have to row,", "Hugh Hill")],
    ),
    (
        "pronoun",
        ("Laura Brill has run the Oxley dam for nine years. The council closed it last week after a leak was"
        " found. “Nobody asked me before they turned the key,” she said on Monday."),
        [("Nobody asked me before they turned the key,", "Laura Brill")],
    ),
    (
        "two pronouns",
        ("Laura Brill and Peter Vane met at the dam on Monday. “You should have called me,” she told him."
        " “You never answer,” he replied."),
        [("You should have called me,", "Laura Brill"), ("You never answer,", "Peter Vane")],
    ),
    (
        "surname",
        ("Laura Brill, who runs the Oxley dam, spoke to the council on Monday. The leak, Brill said, was"
        " “a matter of hours” away from the town."),
        [("a matter of hours", "Laura Brill")],
    ),
    (
        "split by its cue",
        "“We saw it from the hill,” said Laura Brill, the manager of the dam, “and then it was gone.”",
        [("We saw it from the hill,|and then it was gone.", "Laura Brill")],
    ),
    (
        "over paragraphs",
        ("Laura Brill told the council what she had seen.\n\n“We were on the hill when it broke,” Brill said."
        " “The water took the road first.\n\n“Then it took the houses on Mill Lane, one after the other.”\n\n"
        "The council will meet again on Friday."),
        [
            ("We were on the hill when it broke,|The water took the road first.", "Laura Brill"),
            ("Then it took the houses on Mill Lane, one after the other.", "Laura Brill"),
        ],
    ),
    (
        "straight marks",
        ('The council met on Monday. "We saw it from the hill," said Laura Brill. "Then it was gone."\n\n'
        'Peter Vane, the mayor, said: "Nobody will pay for this."'),
        [
            ("We saw it from the hill,|Then it was gone.", "Laura Brill"),
            ("Nobody will pay for this.", "Peter Vane"),
        ],
    ),
    (
        "curly and straight mixed",
        ('The council met on Monday. “We saw it from the hill," said Laura Brill.\n\nPeter Vane, the mayor,'
        ' said: "Nobody will pay for this.”'),
        [("We saw it from the hill,", "Laura Brill"), ("Nobody will pay for this.", "Peter Vane")],
    ),
    (
        "odd mark elsewhere",
        ('The 27" pipe at the foot of the dam was new.\n\nIt had been " tested twice.\n\n“We saw it from the'
        " hill,” said Laura Brill."),
        [("We saw it from the hill,", "Laura Brill")],
    ),
    (
        "British single marks",
        ("The council met on Monday. ‘We’ve seen the workers’ boats go by,’ said Laura Brill, the dam’s"
        " manager. ‘It isn’t right.’"),
        [("We’ve seen the workers’ boats go by,|It isn’t right.", "Laura Brill")],
    ),
    (
        "British, double inside",
        "‘He called it “a small leak” and went home,’ said Laura Brill, who runs the dam.",
        [("He called it “a small leak” and went home,", "Laura Brill")],
    ),
    (
        "press release, From",
        ("The Harbour Commission published two statements on the closing of the dam.\n\nFrom Commissioner"
        " Laura Brill: “The people of Oxley deserve a dam that holds. I will vote for the new one.”"),
        [
            (
                "The people of Oxley deserve a dam that holds. I will vote for the new one.",
                "Laura Brill",
            )
        ],
    ),
    (
        "press release, dash",
        ("The Harbour Commission voted on the new dam on Monday.\n\n“The people of Oxley deserve a dam that"
        " holds.” – Commissioner Laura Brill"),
        [("The people of Oxley deserve a dam that holds.", "Laura Brill")],
    ),
    (
        "nickname",
        ("Rolf “Shorty” Lane, who has fished off Oxley for forty years, was on the quay. “I have never seen"
        " the water so brown,” Lane said."),
        [("I have never seen the water so brown,", "Rolf “Shorty” Lane")],
    ),
    (
        "titles",
        ("The choir sang “The Miller’s Daughter” and “Row, Boys, Row” before the council met. Laura Brill"
        " has written a book called “Nine Years at the Gate” about the dam."),
        [],
    ),
    (
        "scare quotes",
        ("The so-called “safety wall” of Oxley is forty years old. It was built by a “company” that had one"
        " employee and no office."),
        [],
    ),
    (
        "words of somebody",
        "The Harbour Ministry on Monday called the leak a “small matter” and the reports of a flood “fiction”.",
        [("small matter|fiction", "Harbour Ministry")],
    ),
    (
        "the ministry",
        ("The Harbour Ministry closed the dam at Oxley on Monday. “There was no other way,” the ministry said"
        " in a statement."),
        [("There was no other way,", "Harbour Ministry")],
    ),
    (
        "according to",
        "The dam was “beyond repair”, according to Laura Brill, who runs it.",
        [("beyond repair", "Laura Brill")],
    ),
    (
        "colon",
        "Laura Brill, the manager of the dam, wrote on Skylark: “It is gone. Do not come to look.”",
        [("It is gone. Do not come to look.", "Laura Brill")],
    ),
    (
        "brackets and dots",
        "“(They are) mending it as we speak … and it will hold,” said Laura Brill of the Oxley dam.",
        [("(They are) mending it as we speak … and it will hold,", "Laura Brill")],
    ),
    (
        "unnamed",
        "“It was only a matter of time,” said a senior official of the ministry, who asked not to be named.",
        [("It was only a matter of time,", "a senior official of the ministry")],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Extractor:
    """Load the shipped model."""
    return Extractor.load(_MODEL, device="cpu")


def _read(extraction: Extraction) -> list[tuple[str, str]]:
    found = []
    for quote in extraction.quotes:
        speaker = extraction.speaker(quote)
        found.append(("|".join(s.text for s in quote.verbatim), "" if speaker is None else speaker.name))
    return found


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in ROWS], ids=[name for name, _, _ in ROWS])
def test_complaint(shipped: Extractor, text: str, expected: list[tuple[str, str]]) -> None:
    """The quotations of the text are found whole and no others, each under its speaker's full name."""
    assert _read(shipped.extract(text)) == expected


def test_where_it_was_said(shipped: Extractor) -> None:
    """The channel is told where the text tells it."""
    text = "“It is gone,” Laura Brill, the manager of the dam, wrote on her Skylark page on Facebook."
    (quote,) = shipped.extract(text).quotes
    assert quote.channel is not None
    assert "Facebook" in quote.channel.text


def test_indirect_speech_when_asked_for(shipped: Extractor) -> None:
    """Reported speech without marks is found with its cue and its speaker, when it is asked for."""
    text = "Laura Brill, who runs the dam, said on Monday that the gate would be closed until spring."
    extraction = shipped.extract(Document("a", text), ExtractOptions(kinds=frozenset({QuoteKind.INDIRECT})))
    (quote,) = extraction.quotes
    assert "the gate would be closed until spring" in quote.content[0].text
    assert quote.cue is not None
    assert quote.cue.text.startswith("said")
    speaker = extraction.speaker(quote)
    assert speaker is not None
    assert (speaker.name, speaker.type) == ("Laura Brill", SpeakerType.PERSON)


def test_a_long_text_is_read_like_a_short_one(shipped: Extractor) -> None:
    """A quotation far into a long text is found where it stands; nothing is cut off."""
    filler = "The council met again and the water fell by another inch in the night. " * 12 + "\n\n"
    last = "“We saw it from the hill,” said Laura Brill, the manager of the dam."
    text = filler * 60 + last
    (quote,) = shipped.extract(text).quotes
    assert quote.verbatim[0].text == "We saw it from the hill,"
    assert quote.verbatim[0].start == len(text) - len(last) + 1


@pytest.mark.parametrize("line_break", ["\r\n", "\n"])
def test_line_breaks_of_any_system(shipped: Extractor, line_break: str) -> None:
    """Where the text was written does not change what is read."""
    text = ROWS[6][1]
    extraction = shipped.extract(text.replace("\n", line_break))
    assert _read(extraction) == ROWS[6][2]
