from __future__ import annotations

from inquit.model.encoding import TextEncoder
from inquit.model.tags import OUTSIDE, Role, begin, inside
from inquit.training.examples import IGNORED, Tagging, token_spans
from training_texts import place, tokens_of

_TEXT = "She said he told us it was old."


def test_spans_are_widened_to_whole_words(encoder: TextEncoder) -> None:
    """A span that starts inside a word has the whole word."""
    encoded = encoder.encode("The harbourmaster spoke.")
    start, end = tokens_of(encoded, "harbourmaster")
    assert end - start > 2
    tagging = Tagging(encoded)
    tagging.mark(Role.SOURCE, [(start + 1, end)])
    tags = tagging.finished()
    assert tags[start] == begin(Role.SOURCE)
    assert set(tags[start + 1 : end].tolist()) == {IGNORED}


def test_overlapping_spans_are_mended(encoder: TextEncoder) -> None:
    """What is left of a span that a later one overwrote begins with its own begin tag."""
    encoded = encoder.encode(_TEXT)
    tagging = Tagging(encoded)
    tagging.mark(Role.CONTENT, [tokens_of(encoded, "he told us it was old")])
    tagging.mark(Role.SOURCE, [tokens_of(encoded, "[he] told")])
    tagging.mark(Role.CUE, [tokens_of(encoded, "told")])
    tags = tagging.finished()
    first, _ = tokens_of(encoded, "us it was")
    assert tags[first] == begin(Role.CONTENT)
    assert set(tags[slice(*tokens_of(encoded, "it was"))].tolist()) == {inside(Role.CONTENT)}


def test_what_is_unknown_breaks_a_span(encoder: TextEncoder) -> None:
    """The rest of a span of which a part is not known is a span of its own kind, not an illegal step."""
    encoded = encoder.encode(_TEXT)
    tagging = Tagging(encoded)
    tagging.mark(Role.CONTENT, [tokens_of(encoded, "it was old")])
    tags = tagging.finished(unknown=[tokens_of(encoded, "us it")])
    assert set(tags[slice(*tokens_of(encoded, "us it"))].tolist()) == {IGNORED}
    assert tags[tokens_of(encoded, "was")[0]] == begin(Role.CONTENT)


def test_nothing_is_known_but_what_is_marked(encoder: TextEncoder) -> None:
    """A text of which nothing is known has the tags of what is marked afterwards, and no others."""
    encoded = encoder.encode(_TEXT)
    tagging = Tagging(encoded)
    tagging.ignore_all()
    start, end = tokens_of(encoded, "said")
    tagging.mark(Role.CUE, [(start, end)])
    tags = tagging.finished().tolist()
    assert tags[start] == begin(Role.CUE)
    assert {*tags[:start], *tags[end:]} == {IGNORED}
    assert OUTSIDE in Tagging(encoded).finished()


def test_spans_without_tokens_are_left_out(encoder: TextEncoder) -> None:
    """A range of blanks or beyond the text has no tokens; missing ranges are none."""
    encoded = encoder.encode("She said  so.")
    assert token_spans(encoded, [[8, 10], place(encoded.text, "so"), [50, 60]]) == [tokens_of(encoded, "so")]
    assert token_spans(encoded, None) == []
