from __future__ import annotations

import pytest

from inquit.text.readable import Readable


@pytest.mark.parametrize(
    "stamp",
    [
        *(
            "11:42 GMT",
            "11:42",
            "9:05 a.m.",
            "9.05am",
            "9.05 PM EST",
            "Updated at 9.05 BST",
            "[9:31 a.m.]",
            "(09:31)",
            "23:05:11 UTC",
        ),
        *("11:42 -", "11:42 |", "11:42:"),
    ],
)
@pytest.mark.parametrize("before", ["", "The dam leaks.\n", "The dam leaks.\n\n"])
def test_a_time_before_a_paragraph_stands_apart(stamp: str, before: str) -> None:
    """A time at the start of a paragraph or alone on a line is not read, so that it is no part of a name."""
    assert Readable.of(f"{before}{stamp} Fenwick said it leaks.").text == f"{before}Fenwick said it leaks."
    read = Readable.of(f"{before}{stamp.rstrip(' -|').removesuffix(':')}\nFenwick said it leaks.").text
    assert read == f"{before}\nFenwick said it leaks."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "10.45 People asked.",
            "10:45 people asked.",
            "11:42 GMT",
            "At 11:42 GMT Fenwick left.",
            "9.30 million",
        ),
        *("1:1 In the beginning of the report", "12.05.2026 Pell Harbor"),
        # In a transcript it parts the turns.
        *("[00:00:12] QUILL: It leaks.", "12:03pm\nODO FENWICK: It must go."),
    ],
)
def test_other_numbers_stay(text: str) -> None:
    """A number that begins a sentence is no stamp, nor is a time within one or before the label of a turn."""
    assert Readable.of(text).text == text
