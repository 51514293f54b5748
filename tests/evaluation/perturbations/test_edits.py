from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.evaluation.perturbations.edits import Edit, EditedText, replaced_characters
from inquit.evaluation.rows import Offsets

_stable = settings(max_examples=300, deadline=None, derandomize=True, database=None)
_LETTERS = st.text("ab “”.\n", max_size=30)


@st.composite
def _edited(draw: st.DrawFn) -> EditedText:
    text = draw(_LETTERS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return EditedText(text, [Edit(a, b, draw(st.text("XYZ", max_size=3))) for a, b in pairs])


@pytest.mark.parametrize(
    ("edit", "span", "expected"),
    [
        pytest.param(Edit(0, 0, "<p>"), (0, 4), "“We”", id="inserted-before"),
        pytest.param(Edit(4, 4, "</p>"), (0, 4), "“We”", id="inserted-after"),
        pytest.param(Edit(3, 3, " (x)"), (0, 4), "“We (x)”", id="inserted-within"),
        pytest.param(Edit(0, 1, "&quot;"), (0, 4), "&quot;We”", id="first-letter-longer"),
        pytest.param(Edit(0, 1, "&quot;"), (1, 3), "We", id="beside-a-longer-one"),
        pytest.param(Edit(3, 4, ""), (0, 4), "“We", id="last-letter-lost"),
        pytest.param(Edit(0, 1, ""), (0, 4), "We”", id="first-letter-lost"),
        pytest.param(Edit(1, 3, "Vve"), (1, 2), "Vve", id="edge-in-an-edit-goes-out-at-the-end"),
        pytest.param(Edit(1, 3, "Vve"), (2, 4), "Vve”", id="edge-in-an-edit-goes-out-at-the-start"),
        pytest.param(Edit(0, 4, ""), (1, 3), "", id="all-lost"),
        pytest.param(Edit(4, 5, "\n"), (5, 9), "said", id="before-the-span"),
    ],
)
def test_a_span_goes_with_its_words(edit: Edit, span: tuple[int, int], expected: str) -> None:
    """Insertions at the edges stay outside, edges within an edit go out to its edge."""
    edited = EditedText("“We” said Ada.", [edit])
    start, end = edited.span(Offsets(*span))
    assert edited.text[start:end] == expected


@pytest.mark.parametrize(
    ("edits", "name", "expected"),
    [
        pytest.param([Edit(5, 6, "1")], "Bri1l", "Brill", id="misread"),
        pytest.param([Edit(6, 7, "")], "Bril", "Brill", id="last-letter-lost"),
        pytest.param([Edit(2, 3, "")], "rill", "Brill", id="first-letter-lost"),
        pytest.param([Edit(2, 2, "@")], "Brill", "Brill", id="inserted-before"),
        pytest.param([Edit(7, 7, "@")], "Brill", "Brill", id="inserted-after"),
        pytest.param([Edit(5, 7, "llx")], "Brill", "Brill", id="edge-within"),
    ],
)
def test_a_span_goes_back(edits: list[Edit], name: str, expected: str) -> None:
    """What stands in the new text came from a stretch of the original, lost letters at its edges included."""
    edited = EditedText("A Brill.", edits)
    start = edited.text.index(name)
    back = edited.original_span(Offsets(start, start + len(name)))
    assert edited.original[back.start : back.end] == expected


@pytest.mark.parametrize("edits", [[Edit(0, 2, ""), Edit(1, 3, "")], [Edit(2, 9, "")], [Edit(2, 1, "")]])
def test_edits_that_make_no_text_are_refused(edits: list[Edit]) -> None:
    """Edits that overlap, or reach out of the text, are a defect of a perturbation."""
    with pytest.raises(ValueError, match="an edit of"):
        EditedText("abcd", edits)


def test_a_change_of_letters_is_one_edit_a_letter() -> None:
    """Every offset within a changed word has its own place, also where a letter becomes two."""
    edited = EditedText("straße", replaced_characters("straße", str.upper))
    assert edited.text == "STRASSE"
    assert edited.span(Offsets(4, 5)) == (4, 6)


@given(_edited())
@_stable
def test_offsets_stay_in_order_and_in_the_text(edited: EditedText) -> None:
    """A span that begins or ends later does so afterwards too, both ways."""
    for moved, text, onto in (
        (edited.span, edited.original, edited.text),
        (edited.original_span, edited.text, edited.original),
    ):
        places = range(len(text) + 1)
        starts = [moved(Offsets(place, len(text))).start for place in places]
        ends = [moved(Offsets(0, place)).end for place in places]
        assert starts == sorted(starts)
        assert ends == sorted(ends)
        assert all(0 <= place <= len(onto) for place in (*starts, *ends))


@given(_edited(), st.data())
@_stable
def test_a_span_holds_its_words_as_they_are_now(edited: EditedText, data: st.DataObject) -> None:
    """A span whose edges no edit covers holds its own words with the edits that lie in it."""
    length = len(edited.original)
    start, end = sorted((data.draw(st.integers(0, length)), data.draw(st.integers(0, length))))
    if start == end or any(e.start < edge < e.end for e in edited.edits for edge in (start, end)):
        return
    inside = [
        e
        for e in edited.edits
        if start <= e.start and e.end <= end and e[:2] not in ((start,) * 2, (end,) * 2)
    ]
    shifted = [Edit(e.start - start, e.end - start, e.replacement) for e in inside]
    moved = edited.span(Offsets(start, end))
    assert edited.text[moved.start : moved.end] == EditedText(edited.original[start:end], shifted).text


@given(_LETTERS, st.data())
@_stable
def test_edits_that_change_nothing_move_nothing(text: str, data: st.DataObject) -> None:
    """No edits, or edits that write what was there, keep text and offsets."""
    place = data.draw(st.integers(0, len(text)))
    for edits in ([], [Edit(i, i + 1, letter) for i, letter in enumerate(text)], [Edit(place, place, "")]):
        edited = EditedText(text, edits)
        assert edited.text == text
        for offset in range(len(text) + 1):
            assert edited.span(Offsets(0, offset)) == (0, offset)
            assert edited.original_span(Offsets(offset, len(text))) == (offset, len(text))
