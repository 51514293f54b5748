from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquit.render.layers import Close, Mark, Open, pieces


def shown(text: str, marks: list[tuple[int, int, str]]) -> str:
    """Return the text with `[x` where x opens, `[x~` where it opens again and `]` where it closes."""
    parts = []
    for piece in pieces(text, [Mark(*mark) for mark in marks]):
        match piece:
            case Open(mark, first):
                parts.append(f"[{mark.value}" + ("" if first else "~"))
            case Close():
                parts.append("]")
            case str():
                parts.append(piece)
    return "".join(parts)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], "012345"),
        ([(1, 3, "a")], "0[a12]345"),
        ([(0, 6, "a"), (2, 4, "b")], "[a01[b23]45]"),
        ([(2, 4, "b"), (2, 6, "a")], "01[a[b23]45]"),
        ([(1, 4, "a"), (3, 6, "b")], "0[a12[b3]][b~45]"),
        ([(1, 3, "a"), (3, 5, "b")], "0[a12][b34]5"),
        ([(2, 4, "a"), (2, 4, "b")], "01[a[b23]]45"),
        ([(2, 2, "a"), (4, 9, "b"), (-1, 2, "c")], "012345"),
    ],
)
def test_marks_nest(marks: list[tuple[int, int, str]], expected: str) -> None:
    """Marks nest by length, crossing ones are opened again, impossible ones are left out."""
    assert shown("012345", marks) == expected


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=8),
)
def test_pieces_are_balanced_and_lose_nothing(stretches: list[tuple[int, int]]) -> None:
    """Whatever the marks, the text comes back whole, closings fit, and each mark covers its stretch."""
    text = "abcdefghijkl"
    marks = [Mark(start, end, number) for number, (start, end) in enumerate(stretches)]
    open_marks: list[Mark[int]] = []
    covered: dict[int, str] = {}
    out = ""
    for piece in pieces(text, marks):
        match piece:
            case Open(mark, _):
                open_marks.append(mark)
            case Close(mark):
                assert open_marks.pop() == mark
            case str():
                out += piece
                for mark in open_marks:
                    covered[mark.value] = covered.get(mark.value, "") + piece
    assert open_marks == []
    assert out == text
    assert covered == {m.value: text[m.start : m.end] for m in marks if m.start < m.end}
