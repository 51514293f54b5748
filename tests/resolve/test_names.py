from __future__ import annotations

import pytest

from inquit.resolve.name import name_key, strip_possessive
from inquit.resolve.names import find_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Brill met Tom Vane.", ["Ada Brill", "Tom Vane"]),
        ("Ada Brill, 34, left.", ["Ada Brill"]),
        ("Nobody left.", []),
        ("", []),
        # Titles and roles are no part of a name.
        ("Mr. Brill and Dr Vane left.", ["Brill", "Vane"]),
        ("Sen. Ada Brill left.", ["Ada Brill"]),
        ("Attorney General Tom Vane left.", ["Tom Vane"]),
        ("FBI Director Ada Brill left.", ["Ada Brill"]),
        ("Russian Foreign Minister Ivan Brill left.", ["Ivan Brill"]),
        ("spokesman Andrei Yul left.", ["Andrei Yul"]),
        ("The mayor, Tom Vane, left.", ["Tom Vane"]),
        # Words that only stand at the start of a sentence.
        ("However, Brill stayed.", ["Brill"]),
        ("Yesterday Tom Vane left.", ["Tom Vane"]),
        ("Meanwhile the Lake Office closed.", ["Lake Office"]),
        ("According to Ada Brill, it fell.", ["Ada Brill"]),
        ("On Monday Brill left.", ["Brill"]),
        ("He said Ada was there.", ["Ada"]),
        ("“Not now,” Brill said.", ["Brill"]),
        ("Walking was slow. He likes walking.", []),
        # Small words inside.
        ("Ursula van der Brill spoke.", ["Ursula van der Brill"]),
        ("Ana de la Cruz left.", ["Ana de la Cruz"]),
        ("The Department of Harbour Works said so.", ["Department of Harbour Works"]),
        ("Smith and Jones left.", ["Smith", "Jones"]),
        ("Ada Brill of Ohio left.", ["Ada Brill", "Ohio"]),
        ("AT&T and Brill & Sons left.", ["AT&T", "Brill & Sons"]),
        ("the Brill campaign said", ["Brill campaign"]),
        # Initials, suffixes, hyphens, apostrophes, possessives.
        ("J. R. Vane and John F. Brill left.", ["J. R. Vane", "John F. Brill"]),
        ("Brill Jr. and Tom Vane Sr. left.", ["Brill Jr", "Tom Vane Sr"]),
        ("Jean-Luc O’Brien’s dog.", ["Jean-Luc O’Brien"]),
        ("Brill’s office is near.", ["Brill"]),
        ("Tom Vanes’ boat is near.", ["Tom Vanes"]),
        ("The Harbour Post's Tom Vane wrote.", ["Harbour Post", "Tom Vane"]),
        ("the U.S. Senate met.", ["U.S. Senate"]),
        # Peoples and parties are names only with more words.
        ("Democrats left. American voters left.", []),
        ("Ada Brill told the Harbour Post on Friday.", ["Ada Brill", "Harbour Post"]),
        ("WASHINGTON — Ada Brill left.", ["WASHINGTON", "Ada Brill"]),
        ("Securities and Harbour Board (SHB) met.", ["Securities and Harbour Board", "SHB"]),
        ("Zoë Ångström and Łukasz Żuk met.", ["Zoë Ångström", "Łukasz Żuk"]),
        pytest.param(
            "In March Tom left.",
            ["Tom"],
            marks=pytest.mark.xfail(reason="a month before a name is read as a first name"),
        ),
        ("Good morning, Tom!", ["Tom"]),
        ("Rolf “Shorty” Lane left.", ["Rolf “Shorty” Lane"]),
        ('Robert C. "Bobby" Lane left.', ['Robert C. "Bobby" Lane']),
        ("Robert (Bobby) Lane left the wall.", ["Robert (Bobby) Lane"]),
        ("Tom “the sea wall” Lane left.", ["Tom", "Lane"]),
        # Offices that are of something.
        ("Then Secretary of State Orvo Brill left.", ["Orvo Brill"]),
        ("Then Speaker of the House Orvo Brill left.", ["Orvo Brill"]),
        ("Then former Chief of Staff Tom Vane left.", ["Tom Vane"]),
        ("Then House Speaker Hugh Hill and Senate Majority Leader Tom Vane left.", ["Hugh Hill", "Tom Vane"]),
        ("Then District Judge Emmet Lane of Harbour left.", ["Emmet Lane", "Harbour"]),
        pytest.param(
            "Statement of Tom Vane on the wall",
            ["Tom Vane"],
            marks=pytest.mark.xfail(reason="a capital at the start of a line is joined to a person by `of`"),
        ),
        # First names that are titles too.
        ("Then Don Lane met Dean Hill there.", ["Don Lane", "Dean Hill"]),
        ("Then Dean Orvo Brill left.", ["Orvo Brill"]),
        # Bodies with `and` in their names.
        (
            "It was the House Oversight and Harbour Reform Committee that then met there.",
            ["House Oversight and Harbour Reform Committee"],
        ),
        ("Then Laura Brill and the Lake Committee met.", ["Laura Brill", "Lake Committee"]),
        ("Then Laura Brill and Lake Committee members met.", ["Laura Brill", "Lake Committee"]),
        # Words tied to a place or a party.
        ("He met Lakeside-based Orvo Brill there.", ["Orvo Brill"]),
        ("He met a Lakeside Democrat there.", []),
        ("He met Democrat Orvo Brill there.", ["Orvo Brill"]),
        pytest.param(
            "Then the Justice Department said so.",
            ["Justice Department"],
        ),
    ],
)
def test_names_of_a_text(text: str, expected: list[str]) -> None:
    """Each text yields these names, without titles and possessive endings, in order."""
    assert [text[n.start : n.end] for n in find_names(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A headline in capitals yields the names that the body knows.
        ("Tom Vane Meets Sea Wall Again\n\nTom Vane met us at the harbour.", ["Tom Vane", "Tom Vane"]),
        ("Angry Tom Vane left. Tom Vane was late.", ["Tom Vane", "Tom Vane"]),
        # The headline alone gives the first name.
        ("Matthew Lane Calls It Off\n\nIt was Lane who called it off.", ["Matthew Lane", "Lane"]),
        # A surname of two words is not the longer name with a word before it.
        ("Then Marine Le Vane came. We saw Le Vane there.", ["Marine Le Vane", "Le Vane"]),
        ("Then Marine Captain Tom Vane came. We saw Tom Vane there.", ["Tom Vane", "Tom Vane"]),
    ],
)
def test_the_body_tells_what_is_a_name(text: str, expected: list[str]) -> None:
    """What the text shows elsewhere decides where a name begins."""
    assert [text[n.start : n.end] for n in find_names(text)] == expected


def test_a_title_is_kept_beside_its_name() -> None:
    """The title is told casefolded and without its full stop, for the gender that it gives away."""
    found = [(n.title, n.words) for n in find_names("Mrs. Brill met Sen. Tom Vane and Lane.")]
    assert found == [("mrs", ("Brill",)), ("sen", ("Tom", "Vane")), (None, ("Lane",))]


@pytest.mark.parametrize(
    ("word", "bare", "key"),
    [
        ("Brill’s", "Brill", "brill"),
        ("Brill's", "Brill", "brill"),
        ("Vanes’", "Vanes", "vanes"),
        ("BRILL’S", "BRILL", "brill"),
        ("U.S.", "U.S.", "us"),
        ("Jr.", "Jr.", "jr"),
        ("’s", "’s", "'s"),
        ("O’Brien", "O’Brien", "o'brien"),
    ],
)
def test_words_of_names_are_compared_without_endings(word: str, bare: str, key: str) -> None:
    """Possessive endings, case, full stops and the form of an apostrophe make no other name."""
    assert (strip_possessive(word), name_key(word)) == (bare, key)
