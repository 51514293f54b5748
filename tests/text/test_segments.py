from __future__ import annotations

import pytest

from inquit.text.segments import Segment, paragraphs, sentences

_WRAPPED = (
    "The council of the harbour town met on Tuesday to hear what had been said\n"
    "about the sea wall, and it heard a great deal more than it had asked for,\n"
    "most of it from people who had not been invited to speak at the meeting.\n"
    "They left at noon.\n"
    "\n"
    "The mayor, who had been away, said that the wall would be mended before\n"
    "the winter storms came."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n ", []),
        ("One.", ["One."]),
        ("  One.  ", ["One."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\n \t\nTwo.", ["One.", "Two."]),
        ("One.\n\n\n\nTwo.\n", ["One.", "Two."]),
        ("One.\nTwo.", ["One.", "Two."]),
        ("One.\r\nTwo.\r\n\r\nThree.", ["One.", "Two.", "Three."]),
        ("One.\rTwo.", ["One.", "Two."]),
        ("One.\u2028Two.\u2029Three.", ["One.", "Two.", "Three."]),
        ("One.\x85Two.\x0bThree.\x0cFour.", ["One.", "Two.", "Three.", "Four."]),
        ("\u00a0One.\u00a0\n\u3000Two.", ["One.", "Two."]),
        ("Head\n\nOne line.\nAnother line.", ["Head", "One line.", "Another line."]),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    """Line breaks of every kind part paragraphs; white space around them belongs to none."""
    assert [text[p.start : p.end] for p in paragraphs(text)] == expected


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_hard_wrapped_lines_are_one_paragraph(line_break: str) -> None:
    """Lines that break where the next word would not fit belong together; a blank line still parts."""
    text = _WRAPPED.replace("\n", line_break)
    found = [text[p.start : p.end].split()[0::20] for p in paragraphs(text)]
    assert len(found) == 2
    assert text[paragraphs(text)[1].start :].startswith("The mayor")


def test_a_quotation_mark_begins_a_paragraph_also_in_wrapped_text() -> None:
    """A wrapped line that begins with an opening mark is a paragraph of its own, unless empty lines part them."""
    text = _WRAPPED.replace("about the sea wall", "“about the sea wall")
    assert [text[p.start] for p in paragraphs(text)] == ["T", "T"]
    text = text.replace("\n\n", "\n")
    assert [text[p.start] for p in paragraphs(text)] == ["T", "“", "T"]


def test_long_lines_are_paragraphs() -> None:
    """Lines wider than any wrapped prose are paragraphs, however even their width."""
    line = "word " * 60
    assert len(paragraphs("\n".join([line] * 4))) == 4


@pytest.mark.parametrize(
    "joined",
    [
        "One.|Two!|Three?|Four",
        "He left.|She stayed.",
        "He left.|  She stayed.",
        "“I left.”|He did.",
        "(He left.)|She stayed.",
        "It rained…|He left.",
        "Really?!|He left.",
        "It ended in 1998.|In 1999 it began again.",
        "It leaked.|“Badly,” he said.",
        'It leaked.|"Badly," he said.',
        "“It leaked.|It burst.”|She left.",
        "He lives on Mill Ave.|She does not.",
        "She arrived in Jan.|He came later.",
        "He worked at Brill Inc.|It is old.",
        # No sentence ends here.
        "Mr. Brill met Dr. Vane on St. Ann’s Road.",
        "Sen. Ada Brill and Rep. Tom Vane left.",
        "John F. Kennedy and J. R. Vane met.",
        "Ada Brill of the U.S. Senate left.",
        "It cost $1.5 million, i.e. too much.",
        "It came on Jan. 5 at noon.",
        "It was no. 5 of vol. 2.",
        "“Why?” he asked.",
        "“No!” she said.",
        "He went to example.com to read.",
        "one. two. three.",
        "It went... and came.",
        "",
    ],
)
def test_sentences(joined: str) -> None:
    """A full stop of an abbreviation or an initial ends no sentence; marks stay with their sentence."""
    expected = [part.strip() for part in joined.split("|")] if joined else []
    text = joined.replace("|  ", "  ").replace("|", " ")
    assert [text[a:b] for a, b in sentences(text, Segment(0, len(text)))] == expected


def test_sentences_stay_in_their_paragraph() -> None:
    """Only the paragraph asked for is read; offsets count from the start of the text."""
    text = "One. Two.\n\nThree. Four."
    _, second = paragraphs(text)
    assert sentences(text, second) == [Segment(11, 17), Segment(18, 23)]


def test_a_long_run_of_stops_is_one_end() -> None:
    """Dots that lead the eye to a page number end one sentence, not many."""
    text = "The wall" + "." * 500 + " The dam" + "." * 500
    assert [text[a:b][:8] for a, b in sentences(text, Segment(0, len(text)))] == ["The wall", "The dam."]
