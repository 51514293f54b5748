from __future__ import annotations

import numpy as np
import pytest

from inquit.model.encoding import TextEncoder, Window
from inquit.model.outputs import JoinedOutput, WindowOutput
from inquit.model.tags import TAG_COUNT


def _output(window: Window, number: int) -> WindowOutput:
    """Return an output whose states tell the window and the document token they come from."""
    places = np.arange(window.start - 1, window.stop + 1)
    states = np.stack([np.full(window.length, number), places], axis=1).astype(np.float16)
    scores = np.repeat(states.astype(np.float32)[:, :1], TAG_COUNT, axis=1)
    return WindowOutput(states, scores)


def _windows(encoder: TextEncoder, ranges: list[tuple[int, int]]) -> list[Window]:
    encoded = encoder.encode("a " * max(b for _, b in ranges))
    return [encoder.window(encoded, a, b) for a, b in ranges]


@pytest.mark.parametrize(
    ("ranges", "owners"),
    [
        ([(0, 4)], "0000"),
        ([(0, 6), (2, 8)], "00001111"),
        ([(0, 7), (2, 9)], "000001111"),
        ([(0, 6), (4, 10), (8, 14)], "00000111122222"),
    ],
)
def test_each_token_is_taken_where_it_stands_most_centrally(
    encoder: TextEncoder, ranges: list[tuple[int, int]], owners: str
) -> None:
    """Of the windows that hold a token, the one counts whose edges are farthest from it."""
    windows = _windows(encoder, ranges)
    joined = JoinedOutput(len(owners), windows, [_output(w, n) for n, w in enumerate(windows)])
    states = joined.states(np.arange(len(owners)))
    found = "".join(str(int(n)) for n in states[:, 0])
    for place, (number, expected) in enumerate(zip(found, owners, strict=True)):
        # Where two windows see a token equally well, either will do.
        inside = [
            min(place - a if a else 99, b - 1 - place if b < len(owners) else 99) if a <= place < b else -1
            for a, b in ranges
        ]
        assert number == expected or inside[int(number)] == max(inside)


def test_states_are_those_of_the_tokens_asked_for(encoder: TextEncoder) -> None:
    """Tokens can be asked for in any order and more than once; special tokens are left out."""
    windows = _windows(encoder, [(0, 6), (4, 10)])
    joined = JoinedOutput(10, windows, [_output(w, n) for n, w in enumerate(windows)])
    wanted = np.array([9, 0, 3, 3, 6])
    assert joined.states(wanted)[:, 1].tolist() == wanted.tolist()
    assert joined.states(wanted).dtype == np.float32
    assert joined.tag_scores.shape == (10, TAG_COUNT)


def test_outputs_must_match_the_windows(encoder: TextEncoder) -> None:
    """A lost output is told at once, not read as another window's."""
    windows = _windows(encoder, [(0, 6), (4, 10)])
    with pytest.raises(ValueError, match="1 outputs for 2 windows"):
        JoinedOutput(10, windows, [_output(windows[0], 0)])
