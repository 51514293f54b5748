"""Tags, comments, scripts and styles that were left in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inquit.text.rewriting import Edit

__all__ = ["without_data_marks", "without_tags"]

_PARAGRAPH_BREAK = "\n\n"
_BLOCKS = frozenset(
    """address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt
    fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
    legend li main menu nav noscript ol optgroup option p pre section select summary table tbody td
    template textarea tfoot th thead title tr ul""".split()
)
_INLINE = frozenset(
    """a abbr acronym area audio b base basefont bdi bdo big br button canvas cite code data datalist del
    dfn em embed font i iframe img input ins kbd label link map mark meta meter nobr object output param
    path picture progress q s samp script slot small source span strike strong style sub sup svg time
    track tt u var video wbr""".split()
)
_KNOWN = _BLOCKS | _INLINE
_LONGEST_FOREIGN_TAG = 300
_UNREAD = frozenset({"script", "style"})
# Attributes without a value; any other word makes it prose: `if a<b and c>d`.
_SWITCHES = (
    "allowfullscreen|async|autoplay|checked|compact|controls|crossorigin|default|defer|disabled|hidden"
    "|ismap|itemscope|loop|multiple|muted|nomodule|noshade|nowrap|open|playsinline|readonly|required"
    "|reversed|selected|data-[a-z-]++"
)
# Possessive throughout: what is no tag is given up at once, so that any text takes linear time.
_TAG = re.compile(
    rf"""<(?:
        (?P<comment>!--)
      | (?P<declaration>!doctype\b[^<>]{{0,500}}+> | \?xml\b[^<>]{{0,500}}+> | !\[[^\[\]<>]{{1,60}}+\]>)
      | /(?P<closed>[a-z][\w:.-]*+)\s*+>
      | (?P<opened>[a-z][\w:.-]*+)
        (?P<attributes>(?:(?:\s++|(?<=["']))(?:
            [a-z_:@][\w:.-]*+\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>`]++)
          | (?:{_SWITCHES})(?=[\s/>])
        ))*+)
        \s*+(?P<alone>/?)>
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_DATA = re.compile(r"<!\[CDATA\[|\]\]>")
_CLOSED_NAME = re.compile(r"</([a-z][\w:.-]*+)\s*+>", re.IGNORECASE)


def without_tags(text: str) -> Iterator[Edit]:
    """Yield the tags: blocks become paragraph breaks, `br` a line break, `q` its mark, the others nothing.

    A name that HTML does not know is one of a tag only with attributes, or where the text closes it:
    `<sic>` and `<name@host>` stay.
    """
    return _Tags(text).edits()


def without_data_marks(text: str) -> Iterator[Edit]:
    """Yield the marks around a page within a feed, `<![CDATA[` and `]]>`; the page itself is read."""
    if "<![CDATA[" in text:
        yield from (Edit(*match.span(), "") for match in _DATA.finditer(text))


class _Tags:
    """The tags of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closed: frozenset[str] | None = None
        self._missing: set[str] = set()

    def edits(self) -> Iterator[Edit]:
        place = 0
        while (match := _TAG.search(self._text, place)) is not None:
            edit = self._edit(match)
            place = match.end()
            if edit is not None:
                place = edit.end
                yield edit

    def _edit(self, match: re.Match[str]) -> Edit | None:
        start, end = match.span()
        if match["comment"]:
            end = self._after("-->", end)
            return Edit(start, end, "") if end else None
        if match["declaration"]:
            return Edit(start, end, "")
        if match["closed"]:
            return Edit(start, end, _read_as(match["closed"].lower(), closing=True))
        name = match["opened"].lower()
        if name not in _KNOWN and not self._is_foreign_tag(match, name):
            return None
        if name in _UNREAD and not match["alone"]:
            end = self._after(f"</{name}", end) or end
        return Edit(start, end, _read_as(name, closing=False))

    def _is_foreign_tag(self, match: re.Match[str], name: str) -> bool:
        """Whether a name that HTML does not know is one of a tag nevertheless."""
        if match.end() - match.start() > _LONGEST_FOREIGN_TAG:
            return False  # its values may be prose
        return bool(match["attributes"] or match["alone"]) or name in self._closed_names()

    def _after(self, closing: str, place: int) -> int:
        """Return where a comment or a script ends, 0 for nowhere."""
        if closing in self._missing:
            return 0
        match = _ENDS[closing].search(self._text, place)
        if match is None:
            self._missing.add(closing)  # the rest of the text is not looked through again
            return 0
        return match.end()

    def _closed_names(self) -> frozenset[str]:
        if self._closed is None:
            self._closed = frozenset(name.lower() for name in _CLOSED_NAME.findall(self._text))
        return self._closed


_ENDS = {
    "-->": re.compile("-->"),
    "</script": re.compile(r"</script\s*+>", re.IGNORECASE),
    "</style": re.compile(r"</style\s*+>", re.IGNORECASE),
}


def _read_as(name: str, *, closing: bool) -> str:
    if name in _BLOCKS:
        return _PARAGRAPH_BREAK
    if name == "q":
        return "”" if closing else "“"
    return "\n" if name == "br" else ""
