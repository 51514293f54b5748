"""Names set beside quotations without a verb: `NAME: …`, `From Ada Brill:`, `“…” — Ada Brill`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from inquit.model.drafts import DraftQuote
from inquit.resolve.clusters import NameClusters
from inquit.text.segments import Segment

__all__ = ["Labels", "with_its_name"]

_LABEL = re.compile(
    r"[“\"‘'«„]?\s*(?P<name>[A-Z][\w.’'\-]+(?:[ \u00a0][A-Z][\w.’'\-]*){0,4})(?:[ \u00a0]?\([^)\n]{1,60}\))?:[ \u00a0\n]"
)
# At the start of a line, or of a quoted string: texts lose their line breaks.
_EVERY_LABEL = re.compile(
    r"(?:^[“\"‘'«„]?|(?<=\s)[“\"«„])[ \u00a0]*(?P<name>[A-Z][A-Z.’'\-]+(?: [A-Z.’'\-]+){0,3}):", re.MULTILINE
)
_MARKS = frozenset('“"«„')
_LONGEST_LABEL = 80
_NO_SPEAKERS = frozenset(
    """analysis answer breaking caption clarification correction crosstalk editorial editor's note
    exclusive fact figure headline image note opinion photo question quote read related review source
    summary transcript update video watch""".split()
)
_SIGNATURE = re.compile(
    r"[\s.,]*(?:[—–―]|--?)\s*(?:(?P<role>[\w’'. \u00a0]{1,40}?)[ \u00a0])??(?P<name>[A-Z])"
)
_LINE_END = re.compile(r"[ \u00a0.]*(?:[,(][^\n]{0,100})?(?:\n|$)")
# What follows a signature where line breaks were lost.
_NEXT = re.compile(r"[ \u00a0]*(?:[“\"«„]|\.[ \u00a0]+(?=[A-Z“\"«„]))")
_LONG_DASH = re.compile(r"[—–―]")
_HEADING = re.compile(r"(?:From[ \u00a0])?(?P<name>[^\n:“”\"]{2,120}):\s*$")
# Characters between a dash and the name that signs: `— Commissioner Ada Brill`.
_LONGEST_ROLE = 30
_TITLE_GAP = 4
# Labels of a transcript before one is believed that is no known name.
_LEAST_TURNS = 2


class Labels:
    """Finds the labels of one document's quotations."""

    def __init__(self, text: str, names: NameClusters, paragraphs: Sequence[Segment]) -> None:
        self._text = text
        self._names = names
        self._paragraphs = paragraphs
        self._count: int | None = None

    def of(self, draft: DraftQuote) -> Segment | None:
        """Return the name that a label, a signature or a heading ties to a quotation, or None."""
        return (
            self._spoken(draft)
            or _signed(self._text, draft, self._names)
            or _headed(self._text, draft, self._names, self._paragraphs)
        )

    def _spoken(self, draft: DraftQuote) -> Segment | None:
        """Return the name before the colon at the start of a turn of a transcript."""
        text, start = self._text, draft.start
        line = max(text.rfind("\n", max(0, start - _LONGEST_LABEL), start), start - _LONGEST_LABEL - 1) + 1
        if text[start : start + 1] in _MARKS and _LABEL.match(text, start):
            line = start
        if line not in {0, start} and text[line - 1] != "\n":
            return None
        match = _LABEL.match(text, line)
        if match is None or match.end() > draft.content[0].end or match.end() < start:
            return None
        span = Segment(*match.span("name"))
        label = text[span.start : span.end]
        place = _name_in(span, self._names)
        if place is not None and len(self._names.cluster_of[place].fullest.words) > 1:
            return span
        # A turn is answered by another, `BREAKING:` is not.
        called = label.isupper() and label.casefold() not in _NO_SPEAKERS
        return span if called and self._turns() >= _LEAST_TURNS else None

    def _turns(self) -> int:
        """Return the number of the text's lines that begin with a label in capitals."""
        if self._count is None:
            labels = (m["name"].casefold() for m in _EVERY_LABEL.finditer(self._text))
            self._count = sum(1 for label in labels if label not in _NO_SPEAKERS)
        return self._count


def _signed(text: str, draft: DraftQuote, names: NameClusters) -> Segment | None:
    """Return the name after a dash that ends the line of a quotation."""
    last = draft.content[-1]
    if not draft.verbatim or draft.verbatim[-1].end + 1 < last.end - 1:
        return None
    match = _SIGNATURE.match(text, last.end)
    if match is None:
        return None
    if draft.mention is not None and "\n" in text[last.end : match.start("name")]:
        return None  # the writer signs, not who was quoted last
    for place in names.overlapping(match.end() - 1, match.end() + 40):
        name = names.names[place]
        gap = text[match.end() - 1 : name.start]
        if "\n" in gap or name.start < match.start("name"):
            break
        if name.start - match.start("name") > _LONGEST_ROLE:
            continue
        runs_on = len(name.words) > 1 and _LONG_DASH.search(match[0]) and _NEXT.match(text, name.end)
        if runs_on or _LINE_END.match(text, name.end):
            return Segment(name.start, name.end)
    return None


def _headed(
    text: str, draft: DraftQuote, names: NameClusters, paragraphs: Sequence[Segment]
) -> Segment | None:
    """Return the name of a line like `From Chair Ada Brill:` right above a quotation."""
    if draft.mention is not None:
        return None
    place = bisect_right(paragraphs, draft.start, key=lambda p: p.start) - 1
    if place < 1 or draft.start - paragraphs[place].start > 1:
        return None
    before = paragraphs[place - 1]
    match = _HEADING.match(text[before.start : before.end])
    if match is None:
        return None
    inside = [names.names[p] for p in names.overlapping(before.start, before.end)]
    name = next((n for n in inside if len(n.words) > 1), inside[0] if inside else None)
    return None if name is None else Segment(name.start, name.end)


def _name_in(span: Segment, names: NameClusters) -> int | None:
    return next((p for p in names.overlapping(*span) if names.names[p].end == span.end), None)


def with_its_name(text: str, mention: Segment | None, names: NameClusters) -> Segment | None:
    """Return a mention with the name that a title at its end announces: `the state’s Sen. | Lane`."""
    if mention is None:
        return None
    for place in names.overlapping(mention.end, mention.end + _TITLE_GAP):
        name = names.names[place]
        gap = text[mention.end : name.start]
        if name.start >= mention.end and name.title is not None and not gap.strip(" .\u00a0"):
            return Segment(mention.start, name.end)
    return mention
