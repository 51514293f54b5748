"""What people complain about in other tools, as texts that the shipped model must read."""

from __future__ import annotations

import pytest

from inquit.extractor import Extractor
from inquit.types import Extraction

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
    (
        "pronoun, paragraphs later",
        ("Laura Brill has run the Oxley dam for nine years, longer than anybody before her.\n\nThe council closed"
        " it last week. The keys were handed over on Friday, and the lamps went out.\n\n“Nobody asked me,” she"
        " said. “I found the door locked.”"),
        [("Nobody asked me,|I found the door locked.", "Laura Brill")],
    ),
    (
        "over paragraphs, straight marks",
        ('Laura Brill told the council what she had seen.\n\n"The water took the road first," Brill said. "It came'
        ' without a sound.\n\n"Then it took the houses on Mill Lane."\n\nThe council will meet on Friday.'),
        [
            ("The water took the road first,|It came without a sound.", "Laura Brill"),
            ("Then it took the houses on Mill Lane.", "Laura Brill"),
        ],
    ),
    (
        "over three paragraphs, cue before",
        ("Laura Brill told the council:\n\n“The water took the road first.\n\n“Then it took the houses on Mill"
        " Lane.\n\n“By the morning we had a lake.”\n\nThe council will meet again on Friday."),
        [
            ("The water took the road first.", "Laura Brill"),
            ("Then it took the houses on Mill Lane.", "Laura Brill"),
            ("By the morning we had a lake.", "Laura Brill"),
        ],
    ),
    (
        "odd mark at the end",
        ('“We saw it from the hill,” said Laura Brill, the manager of the dam. The gate was 6\' 2" wide.\n\nThe'
        ' council will meet again. "'),
        [("We saw it from the hill,", "Laura Brill")],
    ),
    (
        "odd closing mark",
        ("The council met on Monday.” Nobody spoke.\n\n“We saw it from the hill,” said Laura Brill. Peter Vane,"
        " the mayor, called it “a small leak”."),
        [("We saw it from the hill,", "Laura Brill"), ("a small leak", "Peter Vane")],
    ),
    (
        "press release, From Chair",
        ("The Harbour Commission published two statements on the closing of the dam.\n\nFrom Chair Laura Brill:"
        " “The people of Oxley deserve a dam that holds.”\n\nFrom Commissioner Peter Vane: “I voted no, and I"
        " would do it again.”"),
        [
            ("The people of Oxley deserve a dam that holds.", "Laura Brill"),
            ("I voted no, and I would do it again.", "Peter Vane"),
        ],
    ),
    (
        "press release, hyphen",
        ('The Harbour Commission voted on the new dam on Monday.\n\n"The people of Oxley deserve a dam that'
        ' holds." - Commissioner Laura Brill\n\n"I voted no, and I would do it again." - Commissioner Peter Vane'),
        [
            ("The people of Oxley deserve a dam that holds.", "Laura Brill"),
            ("I voted no, and I would do it again.", "Peter Vane"),
        ],
    ),
    (
        "no cue verb",
        ("Peter Vane, the mayor, was on the quay before dawn with a lamp in his hand. “There is nothing left of"
        " the dam. Nothing at all.” Then he turned away."),
        [("There is nothing left of the dam. Nothing at all.", "Peter Vane")],
    ),
    (
        "nickname, straight marks",
        ('Rolf "Shorty" Lane, who has fished off Oxley for forty years, was on the quay. "I have never seen the'
        ' water so brown," he said.'),
        [("I have never seen the water so brown,", 'Rolf "Shorty" Lane')],
    ),
    (
        "British, straight single marks",
        ("The council met on Monday. 'We've seen the workers' boats go by,' said Laura Brill, the dam's manager."
        " 'It isn't right, and they know it.'"),
        [("We've seen the workers' boats go by,|It isn't right, and they know it.", "Laura Brill")],
    ),
    (
        "apostrophes alone",
        "The workers’ boats lay at the council’s quay all ’round the summer of ’09, and ’twas the dam’s last.",
        [],
    ),
    (
        "titles and scare quotes, straight marks",
        ('The choir sang "The Miller\'s Daughter" in the so-called "dry room" of the town hall. Laura Brill has'
        ' written a book called "Nine Years at the Gate" about the dam.'),
        [],
    ),
    (
        "split by its cue, with a pronoun",
        ("Laura Brill runs the dam at Oxley. “We saw it from the hill,” she told the council on Monday, “and then"
        " it was gone.”"),
        [("We saw it from the hill,|and then it was gone.", "Laura Brill")],
    ),
]  # fmt: skip

# What the shipped model does not yet get right: the name of the row, and what goes wrong. Strict: a row
# that passes must leave this table.
KNOWN_FAILURES: dict[str, str] = {
    "odd mark at the end": "the sentence before a mark that is never closed is returned as a quotation",
    "titles and scare quotes, straight marks": "a title in straight marks is returned",
}


def _read(extraction: Extraction) -> list[tuple[str, str]]:
    found = []
    for quote in extraction.quotes:
        speaker = extraction.speaker(quote)
        found.append(("|".join(s.text for s in quote.verbatim), "" if speaker is None else speaker.name))
    return found


def _marks(name: str) -> list[pytest.MarkDecorator]:
    reason = KNOWN_FAILURES.get(name)
    return [] if reason is None else [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [pytest.param(text, expected, id=name, marks=_marks(name)) for name, text, expected in ROWS],
)
def test_complaint(shipped: Extractor, text: str, expected: list[tuple[str, str]]) -> None:
    """The quotations of the text are found whole and no others, each under its speaker's full name."""
    assert _read(shipped.extract(text)) == expected


def test_known_failures_are_rows() -> None:
    """A failure that is known is one of a row that exists."""
    assert set(KNOWN_FAILURES) <= {name for name, _, _ in ROWS}
