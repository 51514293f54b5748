"""Where something was said, when the text tells: `on Twitter`, `in a statement`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inquit.text.segments import Segment

__all__ = ["find_channel"]

_MEDIUM = (
    r"statements?|interviews?|tweets?|posts?|letters?|emails?|e-mails?|speech|speeches|address|memo"
    r"|(?:news |press )?conferences?|(?:news |press )?releases?|(?:press )?briefings?|op-ed|column"
    r"|editorials?|essay|blog|blog post|testimony|debate|rally|phone call|call|video|message"
    r"|messages|text message|hearing|podcast|broadcast|report|remarks|comments|note|filing|lawsuit"
    r"|appearance|town hall|meeting|newsletter|communiqué|communique|bulletin"
)
# Characters around the cue that are looked at.
_REACH = 400
_PLATFORM = (
    r"Twitter|Facebook|Instagram|Telegram|YouTube|TikTok|Truth Social|Threads|Bluesky|Mastodon"
    r"|LinkedIn|Snapchat|Reddit|WhatsApp|VK|Weibo|WeChat|X\b|social media|television|TV|radio"
    r"|state television|state TV|live television"
)


def _spaced(words: str) -> str:
    """Return a pattern whose blanks count in a verbose one."""
    return words.replace(" ", r"\s")


_CHANNEL = re.compile(
    rf"""
    \b(?:
        (?:on|via|through|over)\s(?:(?:his|her|its|their|the|a|an)\s)?(?:[\w’'-]+\s){{0,3}}?
            (?:{_spaced(_PLATFORM)})(?:\s(?:page|account|channel|feed|post))?
      | (?:in|at|during|through|via|by)\s(?:a|an|the|his|her|its|their|one|another)\s
            (?:[\w’'-]+,?\s){{0,4}}?(?:{_spaced(_MEDIUM)})\b
      | told\s(?:(?:the|a)\s)?(?:[A-Z][\w.’'&-]*|reporters|journalists|lawmakers|supporters)
            (?:\s[A-Z][\w.’'&-]*){{0,4}}
      | on\s(?:[A-Z][\w.]*(?:’s|'s)\s)(?:“[^”]{{1,60}}”|"[^"]{{1,60}}"|[A-Z]\w*(?:\s[A-Z]\w*){{0,4}})
      | by\s(?:e-?mail|phone|telephone|text\smessage)\b
    )
    """,
    re.VERBOSE,
)


def find_channel(
    text: str, sentence: Segment, outside: Sequence[Segment], cue: Segment | None
) -> Segment | None:
    """Return the span that says where, nearest to the cue, or None.

    `outside` are the content spans of the quotation: a channel never stands in them.
    """
    best: Segment | None = None
    place = cue.start if cue is not None else sentence.start
    low, high = max(sentence.start, place - _REACH), min(sentence.end, place + _REACH)
    for match in _CHANNEL.finditer(text, low, high):
        start, end = match.span()
        if match[0].startswith("told "):
            start += len("told ")
        if text[end - 1] == "." and "." not in text[start : end - 1].rsplit(" ", 1)[-1]:
            end -= 1  # the sentence's, not an abbreviation's
        if any(s.start < end and start < s.end for s in outside):
            continue
        if best is None or abs(start - place) < abs(best.start - place):
            best = Segment(start, end)
    return best
