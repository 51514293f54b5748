"""What posts carry with them: handles, topics, links."""

from __future__ import annotations

import re
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["tweets"]

_HANDLES = ("@dock_watch_pell", "@pellharborcouncil", "@QuennellT", "@coast_press", "@i_marrow", "@ferry1876")
_TOPICS = ("#PellHarbor", "#SeaWallNow", "#ferries", "#HarborVote2031")
_LETTERS = "abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789"
_POSTS = (
    "RT {handle}: low water at the pier again {topic} {link}",
    "{handle} is the ferry sailing today? {topic}",
    "pic.ln.example/{code}",
    "{link}",
)
_WORD = re.compile(r"(?<![\w#@'’-])[A-Za-z]{5,}(?![\w'’-])")


def tweets(page: Page, random: Random) -> list[Edit]:
    """Strew posts' furniture over names, quoted strings and the gaps between paragraphs."""
    edits: dict[int, Edit] = {}

    def put(place: int, text: str) -> None:
        edits.setdefault(place, Edit(place, place, text))

    for start, end in page.strings:
        closing = max(
            (mark.start for mark in page.marks if start < mark.start < mark.end == end), default=None
        )
        if closing is not None and random.random() < 0.3:
            put(closing, f" {random.choice(_TOPICS)} {_link(random)}")
        if page.text[start] in '“"' and closing is not None and random.random() < 0.15:
            put(start + 1, f"{random.choice(_HANDLES)} ")
        words = list(_WORD.finditer(page.text, start, end))
        if len(words) > 2 and random.random() < 0.3:
            put(random.choice(words).start(), "#")
    for name in page.names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?![\w'’-])", page.text):
            inside = any(start < match.end() < end for start, end in page.strings)
            if not inside and random.random() < 0.5:
                put(match.end(), f" ({random.choice(_HANDLES)})")
    for gap in page.breaks:
        if random.random() < 0.2:
            put(gap.end, _post(random) + page.text[gap.start : gap.end])
    return list(edits.values())


def _post(random: Random) -> str:
    return random.choice(_POSTS).format(
        handle=random.choice(_HANDLES), topic=random.choice(_TOPICS), link=_link(random), code=_code(random)
    )


def _link(random: Random) -> str:
    return f"https://ln.example/{_code(random)}"


def _code(random: Random) -> str:
    return "".join(random.choice(_LETTERS) for _ in range(10))
