from __future__ import annotations

import pytest

from inquit.resolve.channels import find_channel
from inquit.text.segments import Segment


def _part(text: str, part: str) -> Segment:
    start = text.index(part)
    return Segment(start, start + len(part))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he wrote on Twitter.", "on Twitter"),
        ("she posted on X that", "on X"),
        ("he said on his Facebook page.", "on his Facebook page"),
        ("he said via his official Telegram page.", "via his official Telegram page"),
        ("he said on state television.", "on state television"),
        ("she said in a statement.", "in a statement"),
        ("she said in a written statement.", "in a written statement"),
        ("she said at a news conference in Rome.", "at a news conference"),
        ("she said during a press conference.", "during a press conference"),
        ("he wrote in an e-mail to us.", "in an e-mail"),
        ("he said in his speech.", "in his speech"),
        ("he said by phone.", "by phone"),
        ("he said on NBC’s “Today”.", "on NBC’s “Today”"),
        ("he told reporters on Monday.", "reporters"),
        ("he told the Harbour Post in an interview.", "the Harbour Post"),
        ("he told Harbour Radio late.", "Harbour Radio"),
        ("he said in a text message.", "in a text message"),
        ("he said in Rome.", None),
        ("he said on Monday.", None),
        ("he left.", None),
        ("he said on social media.", "on social media"),
        ("he wrote on Truth Social.", "on Truth Social"),
        ("he said at the town hall.", "at the town hall"),
        ("he said in a blog post.", "in a blog post"),
        ("he told CNN.", "CNN"),
    ],
)
def test_the_channel_of_a_sentence(text: str, expected: str | None) -> None:
    """The text tells where it was said with these words, and with no others."""
    found = find_channel(text, Segment(0, len(text)), (), None)
    assert (None if found is None else text[found.start : found.end]) == expected


def test_a_channel_inside_the_quotation_is_none() -> None:
    """What the speaker says of a channel is not where it was said."""
    text = "“I said so on Twitter,” he said."
    assert find_channel(text, Segment(0, len(text)), [_part(text, "“I said so on Twitter,”")], None) is None


def test_the_channel_nearest_to_the_cue_counts() -> None:
    """Of several channels in a sentence the one beside the cue is meant."""
    text = "The plan, leaked on Facebook, is dead, he wrote on Telegram."
    found = find_channel(text, Segment(0, len(text)), (), _part(text, "wrote"))
    assert found == _part(text, "on Telegram")
    found = find_channel(text, Segment(0, len(text)), (), _part(text, "leaked"))
    assert found == _part(text, "on Facebook")


def test_only_the_sentence_is_read() -> None:
    """A channel of another sentence belongs to another utterance."""
    text = "He left. She wrote on Telegram."
    assert find_channel(text, Segment(0, 8), (), None) is None
