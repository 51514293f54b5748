from __future__ import annotations

import pytest

from inquit.resolve.clusters import NameClusters
from inquit.resolve.labels import Labels
from inquit.resolve.names import find_names
from inquit.text.segments import paragraphs
from resolving import Quoted, draft_of, named, resolved

_BEFORE = "The storm went on for days and the board of the town did not meet at all.\n\n"
_AFTER = "\n\nThen Laura Brill met Tom Vane at the old sea wall."
_WE = "“We will go.”"


def _label(text: str, quote: Quoted) -> str | None:
    label = Labels(text, NameClusters(find_names(text)), paragraphs(text)).of(draft_of(text, quote))
    return None if label is None else text[label.start : label.end]


@pytest.mark.parametrize(
    ("turns", "content", "expected"),
    [
        ("BRILL: We will go.\n\nVANE: No.", "BRILL: We will go.", "BRILL"),
        ("BRILL: We will go.\n\nVANE: No.", "VANE: No.", "VANE"),
        ("LAURA BRILL (mayor): We will go.", "LAURA BRILL (mayor): We will go.", "LAURA BRILL"),
        ("Tom Vane: We will go.", "Tom Vane: We will go.", "Tom Vane"),
        ("Mr. Vane: We will go.", "Mr. Vane: We will go.", "Mr. Vane"),
        # Named nowhere else.
        ("ORVO: We will go.\n\nBRILL: No.", "ORVO: We will go.", "ORVO"),
        ("BREAKING: We will go.", "BREAKING: We will go.", None),
        ("The plan: We will go.", "The plan: We will go.", None),
        # Inside the marks, where line breaks were lost.
        ("“BRILL: We will go.” “VANE: No.”", "“VANE: No.”", "VANE"),
        ("He wrote: “BREAKING: We will go.”", "“BREAKING: We will go.”", None),
        # Only at the start of a line.
        ("So then BRILL: We will go.", "BRILL: We will go.", None),
        # A colon inside of what was said.
        ("We will go, Tom Vane: no more.", "We will go, Tom Vane: no more.", None),
    ],
)
def test_the_label_of_a_turn(turns: str, content: str, expected: str | None) -> None:
    """`NAME:` before a turn of a transcript tells who speaks; a word that is nobody's name does not."""
    assert _label(_BEFORE + turns + _AFTER, Quoted(content)) == expected


@pytest.mark.parametrize(
    ("line", "mention", "expected"),
    [
        ("“We will go.” — Laura Brill", None, "Laura Brill"),
        ("“We will go.” — Commissioner Laura Brill", None, "Laura Brill"),
        ("“We will go.” – Tom Vane, of the Lake Office", None, "Tom Vane"),
        ("“We will go.” -- Tom Vane (by post)", None, "Tom Vane"),
        ("“We will go.”\n— Tom Vane", None, "Tom Vane"),
        ("“We will go.” - harbour pilot Tom Vane", None, "Tom Vane"),
        # Other words run on where line breaks were lost.
        ("“We will go.” — Laura Brill “We stay.” — Tom Vane", None, "Laura Brill"),
        ("“We will go.” ― Laura Brill. Photo by the town. It rained.", None, "Laura Brill"),
        ("“We will go.” — Brill “We stay.”", None, None),
        # It goes on, or there is no dash.
        ("“We will go.” — Laura Brill paused — and then it rained.", None, None),
        ("“We will go.” - Tom Vane was told.", None, None),
        ("“We will go.” Tom Vane", None, None),
        ("“We will go.” — and so on", None, None),
        # The writer of a letter signs below, when the quotation has its own speaker.
        ("“We will go.” Laura Hill said.\n\n— Tom Vane", "Laura Hill", None),
        # A dash on the same line says more than a name farther off.
        ("“We will go.” — Tom Vane", "Laura Brill", "Tom Vane"),
    ],
)
def test_the_signature_of_a_quotation(line: str, mention: str | None, expected: str | None) -> None:
    """`“…” — Name` at the end of a line tells who said it; a dash inside a sentence does not."""
    assert _label(_BEFORE + line + _AFTER, Quoted(_WE, mention)) == expected


@pytest.mark.parametrize(
    ("heading", "mention", "expected"),
    [
        ("From Chair Laura Brill:", None, "Laura Brill"),
        ("In the words of Tom Vane, mayor:", None, "Tom Vane"),
        pytest.param(
            "Statement by Tom Vane, mayor:",
            None,
            "Tom Vane",
        ),
        ("Laura Brill", None, None),
        ("What was said:", None, None),
        ("From Chair Laura Brill:", "Tom Vane", None),
    ],
)
def test_the_heading_of_a_quotation(heading: str, mention: str | None, expected: str | None) -> None:
    """A line with a name and a colon right above tells who said it, where nothing else does."""
    assert _label(f"{_BEFORE}{heading}\n\n{_WE}{_AFTER}", Quoted(_WE, mention)) == expected


def test_a_heading_is_right_above() -> None:
    """A heading counts for the first quotation below it, at the start of its paragraph."""
    text = f"{_BEFORE}From Chair Laura Brill:\n\nIt rained on the wall. {_WE}{_AFTER}"
    assert _label(text, Quoted(_WE)) is None


def test_labels_in_capitals_are_the_people_of_the_text() -> None:
    """Turns of `BRILL:` and `VANE:` are uttered by the people whose full names the text has."""
    turns = ["BRILL: We will go.", "VANE: Never at all.", "BRILL: So be it."]
    text = _BEFORE + "\n\n".join(turns) + _AFTER
    resolution = resolved(text, [Quoted(t) for t in turns])
    assert [n and n[0] for n in named(text, resolution)] == ["Laura Brill", "Tom Vane", "Laura Brill"]
    spans = [a.mention for a in resolution.attributions]
    assert [s and text[s.start : s.end] for s in spans] == ["BRILL", "VANE", "BRILL"]


def test_a_label_outweighs_what_goes_on() -> None:
    """A turn with a label is not the continuation of the turn before it."""
    turns = ["BRILL: We will go.", "VANE: Never at all."]
    text = _BEFORE + "\n\n".join(turns) + _AFTER
    found = named(text, resolved(text, [Quoted(turns[0]), Quoted(turns[1], follows=True)]))
    assert [n and n[0] for n in found] == ["Laura Brill", "Tom Vane"]


@pytest.mark.parametrize("word", ["QUESTION", "ANALYSIS", "BREAKING"])
def test_labels_that_are_nobody(word: str) -> None:
    """`QUESTION:` is no speaker, however often it comes."""
    turn = f"{word}: We will go."
    assert _label(f"{_BEFORE}{turn}\n\n{word}: No more.{_AFTER}", Quoted(turn)) is None


def test_a_label_before_quotation_marks() -> None:
    """`BRILL: “…”` tells the speaker as `BRILL: …` does."""
    assert _label(_BEFORE + f"BRILL: {_WE}" + _AFTER, Quoted(_WE)) == "BRILL"
