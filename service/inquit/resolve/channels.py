"""Where something was said, when the text tells: `on Twitter`, `in a statement`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inquit.text.segments import Segment

__all__ = ["find_channel"]

_MEDIUM = (
    "statement,statements,interview,interviews,tweet,tweets,post,posts,letter,letters,email,emails,"
    "e-mail,e-mails,speech,speeches,address,memo,conference,conferences,news conference,"
    "press conference,release,releases,news release,press release,briefing,briefings,press briefing,"
    "op-ed,column,editorial,editorials,essay,blog,blog post,testimony,debate,rally,phone call,call,"
    "video,message,messages,text message,hearing,podcast,broadcast,report,remarks,comments,note,"
    "filing,lawsuit,appearance,town hall,meeting,newsletter,communiqué,communique,bulletin"
)
# Characters around the cue that are looked at.
_REACH = 400
_PLATFORM = (
    "Twitter,Facebook,Instagram,Telegram,YouTube,TikTok,Truth Social,Threads,Bluesky,Mastodon,"
    "LinkedIn,Snapchat,Reddit,WhatsApp,VK,Weibo,WeChat,X,social media,television,TV,radio,"
    "state television,state TV,live television"
)


def _any_of(phrases: str) -> str:
    """Return a pattern for one of the phrases, the longest first, blanks kept in a verbose one."""
    longest_first = sorted(phrases.split(","), key=len, reverse=True)
    return r"(?:" + "|".join(p.replace(" ", r"\s") for p in longest_first) + r")\b"


_CHANNEL = re.compile(
    rf"""
    \b(?:
        (?:on|via|through|over)\s(?:(?:his|her|its|their|the|a|an)\s)?(?:[\w’'-]+\s){{0,3}}?
            {_any_of(_PLATFORM)}(?:\s(?:page|account|channel|feed|post))?
      | (?:in|at|during|through|via|by)\s(?:a|an|the|his|her|its|their|one|another)\s
            (?:[\w’'-]+,?\s){{0,4}}?{_any_of(_MEDIUM)}
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
