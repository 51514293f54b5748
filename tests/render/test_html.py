from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from inquit.render.html import render_html
from inquit.types import Document, Extraction, OffsetEncoding, Quote, QuoteKind, Span, Speaker, SpeakerType

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page back: text of the article, tags in it, whether every tag was closed."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.article = ""
        self.marks: list[dict[str, str | None]] = []
        self.mark_texts: dict[int, str] = {}
        self.tags: set[str] = set()
        self._open_marks: list[int] = []
        self._depth = 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in _VOID:
            return
        self.stack.append(tag)
        if tag == "div" and dict(attrs).get("class") == "text":
            self._depth = len(self.stack)
        if tag == "mark":
            self._open_marks.append(len(self.marks))
            self.marks.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag
        if len(self.stack) < self._depth:
            self._depth = 0
        if tag == "mark":
            self._open_marks.pop()

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.article += data
            for number in self._open_marks:
                self.mark_texts[number] = self.mark_texts.get(number, "") + data


def page(document: Document, extraction: Extraction) -> Page:
    """Return the rendered page, read back."""
    return Page("".join(render_html([(document, extraction)])))


def test_article_comes_back_unchanged(document: Document, extraction: Extraction) -> None:
    """A browser shows exactly the article's characters, highlighted or not, and every tag is closed."""
    read = page(document, extraction)
    assert read.article == document.text
    assert read.stack == []


def test_every_content_span_is_highlighted(document: Document, extraction: Extraction) -> None:
    """Each content span is one mark around exactly its words; a nested quote is a mark in a mark."""
    read = page(document, extraction)
    texts = sorted(read.mark_texts.values())
    assert texts == sorted(span.text for quote in extraction.quotes for span in quote.content)


def test_text_is_never_markup(document: Document, extraction: Extraction) -> None:
    """Tags in article, id, speaker name and cue are shown as written, in text and in attributes."""
    evil = "<script>alert('1')</script>\" onmouseover=\"x"
    text = f"{evil} said “no”."
    quote = Quote(
        QuoteKind.DIRECT,
        (Span(len(text) - 5, len(text) - 1, "“no”"),),
        cue=Span(0, len(evil), evil),
        speaker_id="s",
    )
    attack = Extraction(evil, (quote,), (Speaker("s", evil, SpeakerType.PERSON),))
    read = page(Document(evil, text, evil), attack)
    assert read.article == text
    assert "script" not in read.tags
    (mark,) = read.marks
    assert set(mark) == {"id", "style", "class", "data-speaker", "title"}
    assert evil in (mark["title"] or "")


def test_tooltip_names_speaker_cue_and_confidence(document: Document, extraction: Extraction) -> None:
    """Pointing at a highlight tells its speaker, cue and both confidences."""
    read = page(document, extraction)
    first = next(m for n, m in enumerate(read.marks) if read.mark_texts[n] == "the ferry was safe")
    assert first["title"] == (
        "Ilya Marsh (93%)\nas: Harbour Board spokesman Ilya Marsh\ncue: said\nindirect quotation (71%)"
    )


def test_colours_follow_speakers(document: Document, extraction: Extraction) -> None:
    """Quotes of one speaker share a colour, other speakers have another, unknown ones have none."""
    read = page(document, extraction)
    colours = {read.mark_texts[number]: mark.get("style") for number, mark in enumerate(read.marks)}
    assert colours["“It is,”"] == colours["the ferry was safe"] is not None
    assert colours["“Nobody asked us 🙂.”"] not in {None, colours["“It is,”"]}
    assert colours["‘the tub’"] is None


def test_page_needs_nothing_from_elsewhere(document: Document, extraction: Extraction) -> None:
    """The page loads no script, style, font or picture, and knows light and dark."""
    source = "".join(render_html([(document, extraction)]))
    assert not re.search(r"""(src|href)=["'](?!#)|@import|url\(|<script|<link""", source)
    assert "prefers-color-scheme: dark" in source


def test_links_find_their_quotes(document: Document, extraction: Extraction) -> None:
    """Each row of the table links to one highlight, also with several articles on the page."""
    source = "".join(render_html([(document, extraction)] * 2))
    targets = re.findall(r' id="([^"]+)"', source)
    assert len(set(targets)) == len(targets) == 10
    assert sorted(re.findall(r'href="#([^"]+)"', source)) == sorted(targets)


def test_unshowable_characters_are_replaced() -> None:
    """Lone surrogates and NUL, which no page can hold, become U+FFFD; the page can be encoded."""
    source = "".join(render_html([(Document("x", "a\x00b\ud800c"), Extraction("x"))]))
    assert "a\ufffdb\ufffdc" in source
    assert source.encode()


def test_documents_are_drawn_one_at_a_time(document: Document, extraction: Extraction) -> None:
    """A page of many documents starts before the last document is read."""
    taken: list[int] = []

    def results() -> Iterator[tuple[Document, Extraction]]:
        for number in range(3):
            taken.append(number)
            yield document, extraction

    chunks = render_html(results())
    seen = ""
    while "</article>" not in seen:
        seen += next(chunks)
    assert taken == [0]


def test_other_offsets_are_refused(document: Document, extraction: Extraction) -> None:
    """Offsets in UTF-16 units would highlight the wrong words, so the page refuses them."""
    with pytest.raises(ValueError, match="offset_encoding"):
        "".join(render_html([(document, replace(extraction, offset_encoding=OffsetEncoding.UTF16))]))
